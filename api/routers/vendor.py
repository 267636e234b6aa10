"""The doors of providers, who have no account: a link opens each of them for one thing only.

Looking never acts: programs that check mails follow every link in them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.exceptions import RequestValidationError

from api.platform import Doors, Platform
from api.prefer import Prefer, wait_seconds
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_json import parse_strict, read_body, require_json, require_plain
from api.submitting import answer_with
from api.vendor.acting import ActOutcome, take_statement
from api.vendor.answers import StatementReceipt, VendorAnswer, VendorEscalation
from api.vendor.desk import OpenedLink, open_link
from api.vendor.filled import content_of, faults_of
from api.vendor.forms import FORM_TYPES, SentForm, read_form
from api.vendor.page.page import Told, vendor_page
from api.vendor.route import VendorRoute, page_answer, wants_page
from api.vendor.statements import MODELS, statement_of
from api.vendor.view import view_of
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.third_party.links import LinkAct
from holdfast.errors import InvalidInput
from holdfast.store.third_parties.reading import fetch_escalation

__all__ = ["router"]

router = APIRouter(prefix="/v1/vendor", tags=["providers"], route_class=VendorRoute)

_LARGEST_STATEMENT = 128 * 1024
_WAIT_SECONDS = 5
"""For how long a provider is let wait for the receipt; without one, it is told so."""

Link = Annotated[str, Path(description="The secret part of the link, as it stands in the message.")]

_HTML: Mapping[str, Any] = {"text/html": {"schema": {"type": "string"}}}
_SUMMARIES = {
    Said.ACKNOWLEDGEMENT: "Acknowledge a call",
    Said.UPDATE: "Give an update",
    Said.ESTIMATE: "Say when the service is expected back",
    Said.WORKAROUND: "Offer a workaround",
    Said.DOCUMENT: "Attach documents",
    Said.RESTORATION: "Say that the service is restored",
}


@router.get(
    "/{token}",
    summary="See what is asked of you",
    response_model=VendorEscalation,
    responses={200: {"content": _HTML}, **problems(404, 503)},
)
async def get_page(token: Link, request: Request, doors: Doors) -> Response:
    """Show a provider its escalation: as a page with forms to people, as data to programs.

    Each link in the answer is for one thing, and good once. A link that is not valid, whatever
    the reason, is answered with the same `404`.
    """
    link = await open_link(doors, token, LinkAct.PAGE)
    seen = await view_of(doors, link)
    return page_answer(vendor_page(seen)) if wants_page(request) else answer_with(200, seen)


def _door(said: Said) -> Callable[..., Awaitable[Response]]:
    async def door(token: Link, request: Request, doors: Doors, prefer: Prefer = None) -> Response:
        link = await open_link(doors, token, LinkAct(said))
        wait = _WAIT_SECONDS if prefer is None else wait_seconds(prefer)
        if said is Said.DOCUMENT:
            with doors.uploads.room():
                return await _answer(doors, link, request, wait)
        return await _answer(doors, link, request, wait)

    return door


async def _answer(doors: Platform, link: OpenedLink, request: Request, wait: int) -> Response:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in FORM_TYPES:
        return await _answer_form(doors, link, request, wait)
    require_json(request.headers)
    body = parse_strict(await _body(doors, link, request))
    content = statement_of(Said(link.claims.act), body)
    outcome = await take_statement(doors, link, content, Source.MACHINE, wait)
    return await _told(doors, link, request, outcome)


async def _answer_form(doors: Platform, link: OpenedLink, request: Request, wait: int) -> Response:
    form = read_form(request.headers, await _body(doors, link, request))
    try:
        content = content_of(Said(link.claims.act), form)
        outcome = await take_statement(doors, link, content, Source.LINK, wait)
        return await _told(doors, link, request, outcome)
    except (RequestValidationError, InvalidInput) as error:
        if not wants_page(request):
            raise
        return await _page_again(doors, link, form, faults_of(error))


async def _body(doors: Platform, link: OpenedLink, request: Request) -> bytes:
    if link.claims.act is LinkAct.DOCUMENT:
        return await doors.uploads.receive(request)
    require_plain(request.headers)
    return await read_body(request, _LARGEST_STATEMENT)


async def _told(
    doors: Platform, link: OpenedLink, request: Request, outcome: ActOutcome
) -> Response:
    """Answer with what became of it, and with new links to go on."""
    receipt = outcome.receipt
    if receipt is not None and not receipt.accepted:
        raise Problem(receipt.result["reason"], receipt.result["detail"])
    seen = await view_of(doors, await _as_it_stands(doors, link))
    status = 202 if receipt is None else 200
    if wants_page(request):
        lines = [] if receipt else ["It is being recorded; nothing of it can be lost any more."]
        told = Told("Thank you, it has arrived", lines, good=True)
        return page_answer(vendor_page(seen, told), status)
    kept = StatementReceipt(
        submission_id=outcome.submission_id,
        recorded=receipt is not None,
        entry_id=receipt.entry_id if receipt else None,
        recorded_at=receipt.recorded_at if receipt else None,
    )
    return answer_with(status, VendorAnswer(receipt=kept, escalation=seen))


async def _page_again(
    doors: Platform, link: OpenedLink, form: SentForm, faults: list[str]
) -> Response:
    """Show the page once more, with what is wrong and with what was filled in."""
    seen = await view_of(doors, link, tried=link.claims.act)
    told = Told("It was not sent", faults, act=link.claims.act, filled=form.fields)
    return page_answer(vendor_page(seen, told), 422)


async def _as_it_stands(doors: Platform, link: OpenedLink) -> OpenedLink:
    async with doors.reads.connect() as connection:
        row = await fetch_escalation(connection, link.incident_id, link.number)
    if row is None:
        detail = f"there is no {link.claims.escalation}"
        raise Problem(DoorCode.NOT_FOUND, detail)
    return replace(link, row=row)


def _schema(said: Said) -> dict[str, Any]:
    """The schema of a body, whole in itself."""
    schema = MODELS[said].model_json_schema()
    inner = schema.pop("$defs", {})
    for document in inner.values():
        schema["properties"]["documents"]["items"] = document
    return schema


def _taken(said: Said) -> dict[str, Any]:
    form = "multipart/form-data" if said is Said.DOCUMENT else "application/x-www-form-urlencoded"
    content = {"application/json": {"schema": _schema(said)}, form: {"schema": {"type": "object"}}}
    return {"requestBody": {"required": True, "content": content}}


for _said in Said:
    router.add_api_route(
        f"/{{token}}/{_said}",
        _door(_said),
        methods=["POST"],
        name=f"say_{_said}",
        summary=_SUMMARIES[_said],
        description=(
            "Say it over a link that is for this alone, as `application/json` or as the page's "
            "form. The same content over the same link is one statement, however often it comes; "
            "other content over it is refused as any bad link is."
        ),
        response_model=VendorAnswer,
        responses={
            200: {"content": _HTML},
            202: {"model": VendorAnswer, "description": "It has arrived, and is being recorded."},
            **problems(400, 404, 413, 415, 422, 503),
        },
        openapi_extra=_taken(_said),
    )
