"""The doors of the public status page: no token, and only what was approved for the public."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from api.platform import Doors
from api.problem_documents import problems
from api.status_page.feeds import FeedPlace, atom_feed, json_feed
from api.status_page.languages import preferred_languages
from api.status_page.page import status_page
from api.status_page.representation import Representation, answered
from api.status_page.style import STYLE_SOURCE
from api.status_page.words import words_for
from holdfast.domain.communication.kinds import Language

__all__ = ["router"]

router = APIRouter(tags=["status page"])

_PAGE = "/status"
_ATOM, _ATOM_TYPE = "/status/feed.atom", "application/atom+xml"
_JSON, _JSON_TYPE = "/status/feed.json", "application/feed+json"

Asked = Annotated[
    Language | None,
    Query(alias="language", description="A language tag; else what `Accept-Language` prefers."),
]


@router.get(
    _PAGE,
    summary="See the public status page",
    response_class=HTMLResponse,
    responses=problems(422, 503),
)
async def get_status_page(request: Request, doors: Doors, asked: Asked = None) -> Response:
    """Show the messages that were approved for the public, corrections with what they correct."""
    preferred = _preferred(request, asked)
    posts = await doors.status.posts()
    page = status_page(posts, preferred, asked).encode()
    language = words_for(preferred).language
    made = Representation(page, "text/html; charset=utf-8", language, posts, STYLE_SOURCE)
    return answered(made, request.headers)


@router.get(
    _ATOM,
    summary="Read the public status page as Atom",
    response_class=Response,
    responses={200: {"content": {_ATOM_TYPE: {}}}, **problems(422, 503)},
)
async def get_atom_feed(request: Request, doors: Doors, asked: Asked = None) -> Response:
    """Read the same messages as an Atom feed (RFC 4287); ids never change."""
    preferred = _preferred(request, asked)
    posts = await doors.status.posts()
    feed = atom_feed(_place(request, doors, _ATOM, asked), posts, preferred)
    made = Representation(feed, _ATOM_TYPE, words_for(preferred).language, posts)
    return answered(made, request.headers)


@router.get(
    _JSON,
    summary="Read the public status page as JSON Feed",
    response_class=Response,
    responses={200: {"content": {_JSON_TYPE: {}}}, **problems(422, 503)},
)
async def get_json_feed(request: Request, doors: Doors, asked: Asked = None) -> Response:
    """Read the same messages as a JSON Feed (version 1.1); ids never change."""
    preferred = _preferred(request, asked)
    posts = await doors.status.posts()
    feed = json_feed(_place(request, doors, _JSON, asked), posts, preferred)
    made = Representation(feed, _JSON_TYPE, words_for(preferred).language, posts)
    return answered(made, request.headers)


def _preferred(request: Request, asked: str | None) -> tuple[str, ...]:
    return preferred_languages(asked, request.headers.get("accept-language"))


def _place(request: Request, doors: Doors, path: str, asked: str | None) -> FeedPlace:
    root = str(request.base_url).rstrip("/")
    query = f"?language={asked}" if asked else ""
    # The log's name is what tells this installation from all others, and it is public.
    own = uuid.uuid5(uuid.NAMESPACE_URL, f"{doors.settings.log_origin}{path}")
    return FeedPlace(f"{root}{_PAGE}{query}", f"{root}{path}{query}", own)
