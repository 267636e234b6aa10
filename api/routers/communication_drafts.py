"""The doors of drafts: a communication opened, previewed, changed, corrected.

Their bodies may be larger than others, as they may name ten thousand recipients.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import ValidationError
from sqlalchemy import RowMapping

from api.authentication import acting_as, allow
from api.communications.answers import PreviewedMessage, previewed
from api.communications.draft_desk import AskedDraft, draft_for, earlier_draft, preview_of
from api.communications.models import (
    CommunicationNumber,
    Correction,
    DraftChange,
    DraftContent,
    NewCommunication,
    NewPreview,
    wish_of,
)
from api.communications.work import DRAFTING, hand_in, require_communication, stage_refusal
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_documents import problems
from api.problems import refused
from api.strict_route import StrictRoute
from api.submitting import require_open, submit
from holdfast.domain.communication.asking import EditDraft, OpenCommunication
from holdfast.domain.communication.kinds import Audience, Purpose, Stage
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject, Text
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.incidents import fetch_phase

__all__ = ["router"]

_LARGEST_DRAFT = 4 * 1024 * 1024


class DraftRoute(StrictRoute):
    """A route whose body may name many recipients."""

    largest_body = _LARGEST_DRAFT


router = APIRouter(prefix="/v1/incidents", tags=["communications"], route_class=DraftRoute)

Drafting = Annotated[Caller, Depends(allow(*DRAFTING))]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/communications",
    status_code=202,
    summary="Open a communication with its first draft",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def open_communication(
    incident_id: IncidentId,
    body: NewCommunication,
    doors: Doors,
    caller: Drafting,
    prefer: Prefer = None,
) -> Response:
    """Compose a draft from the template, the facts and what you say, and open it.

    What is wrong with it is told now, with its place, and nothing is opened. The receipt's
    `result` has its `number`. Nothing leaves before it was handed in, cleared and approved.
    """
    wish = _wish(body, body.purpose, body.audience)
    actor = acting_as(caller, body.role, *DRAFTING)
    asked = AskedDraft(
        incident_id, actor.id, body.submission_id, wish, {"opens": True, "comment": body.comment}
    )
    return await _open(doors, asked, actor, body.comment, prefer)


@router.post(
    "/{incident_id}/communications/preview",
    summary="Preview a communication",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
async def preview_communication(
    incident_id: IncidentId, body: NewPreview, doors: Doors, caller: Drafting
) -> PreviewedMessage:
    """Show how a communication would be now; nothing is kept, and nobody is told.

    `values` says from which entry each comes; `missing` are those that nobody has stated.
    """
    del caller
    wish = _wish(body, body.purpose, body.audience)
    async with doors.reads.connect() as connection:
        require_open(await fetch_phase(connection, incident_id), incident_id)
    return previewed(await preview_of(doors, incident_id, wish))


@router.put(
    "/{incident_id}/communications/{number}/draft",
    status_code=202,
    summary="Put another version in the place of the latest",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def change_draft(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: DraftChange,
    doors: Doors,
    caller: Drafting,
    prefer: Prefer = None,
) -> Response:
    """Compose another version of a communication that has not left yet.

    Every review and approval of the version before is void by that; each is an entry. Whoever has
    written in any version does not clear or approve it.
    """
    actor = acting_as(caller, body.role, *DRAFTING)
    async with doors.reads.connect() as connection:
        row = await require_communication(connection, incident_id, number)
    wish = _wish(body, row["purpose"], row["audience"], row["supersedes"])
    more: JsonObject = {"number": number, "base": body.base, "comment": body.comment}
    asked = AskedDraft(incident_id, actor.id, body.submission_id, wish, more)
    draft = await earlier_draft(doors, asked)
    if draft is None:
        _refuse_settled(row)
        draft = await draft_for(doors, asked)
    edit = EditDraft(base=body.base, draft=draft, comment=body.comment)
    return await hand_in(doors, row, body.submission_id, actor, edit, prefer)


@router.post(
    "/{incident_id}/communications/{number}/correction",
    status_code=202,
    summary="Correct a published communication by a new one",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def correct_communication(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: Correction,
    doors: Doors,
    caller: Drafting,
    prefer: Prefer = None,
) -> Response:
    """Open a communication that supersedes a published one, which itself is never changed.

    It has the same purpose and audience, and goes where that one went unless you say otherwise.
    """
    actor = acting_as(caller, body.role, *DRAFTING)
    async with doors.reads.connect() as connection:
        row = await require_communication(connection, incident_id, number)
    if refusal := stage_refusal(row, Stage.PUBLISHED):
        raise refused(refusal)
    wish = _wish(body, row["purpose"], row["audience"], number)
    more: JsonObject = {"corrects": number, "comment": body.comment}
    asked = AskedDraft(incident_id, actor.id, body.submission_id, wish, more)
    return await _open(doors, asked, actor, body.comment, prefer)


async def _open(
    doors: Platform, asked: AskedDraft, actor: Actor, comment: Text | None, prefer: str | None
) -> Response:
    draft = await earlier_draft(doors, asked)
    if draft is None:
        async with doors.reads.connect() as connection:
            require_open(await fetch_phase(connection, asked.incident_id), asked.incident_id)
        draft = await draft_for(doors, asked)
    body = OpenCommunication(
        purpose=asked.wish.purpose, audience=asked.wish.audience, draft=draft, comment=comment
    )
    return await submit(doors, asked.incident_id, asked.submission_id, actor, body, prefer)


def _refuse_settled(row: RowMapping) -> None:
    """Refuse before anything is composed what can change no more, in any way."""
    if refusal := stage_refusal(row, *(stage for stage in Stage if not stage.settled)):
        raise refused(refusal)


def _wish(
    content: DraftContent, purpose: str, audience: str, supersedes: int | None = None
) -> DraftWish:
    try:
        return wish_of(content, Purpose(purpose), Audience(audience), supersedes)
    except ValidationError as error:
        errors = [
            {"pointer": "/" + "/".join(map(str, each["loc"])), "message": each["msg"]}
            for each in error.errors()
        ]
        message = f"{errors[0]['pointer']}: {errors[0]['message']}"
        raise InvalidInput(message, errors=errors) from error
