"""The doors of replies: acknowledgements, answers, complaints, questions of regulators.

Who wrote and what they wrote is sealed here, under a key of that person alone, before anything is
kept; it is read on record only, and can be erased.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader, acting_as, allow
from api.communications.models import CommunicationNumber
from api.communications.reply_answers import ReplyDisclosed, ReplyList, reply_of
from api.communications.reply_desk import ReplyReport, record_reply
from api.communications.work import require_communication
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.roles import Role
from holdfast.domain.values import Line
from holdfast.store.access_tokens import Caller
from holdfast.store.communications.disclosing import Reading, disclose_reply
from holdfast.store.communications.reading import list_replies
from holdfast.store.incidents import fetch_phase
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["communications"], route_class=StrictRoute)

_RECORDING = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL, Role.VENDOR_MANAGER),
)
_READERS = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),)
Recording = Annotated[Caller, Depends(allow(*_RECORDING))]
ReadingOn = Annotated[Caller, Depends(allow(*_READERS))]
ReplyNumber = Annotated[
    int, Path(ge=1, le=999_999_999, description="Its number in the incident.", examples=[1])
]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


class ReplyQuery(BaseModel):
    """What the reply is read for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


@router.post(
    "/{incident_id}/replies",
    status_code=202,
    summary="Record what came in without a communication",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_of_incident(
    incident_id: IncidentId,
    body: ReplyReport,
    doors: Doors,
    caller: Recording,
    prefer: Prefer = None,
) -> Response:
    """Record a complaint, a regulator's question, or whatever else came in by itself."""
    actor = acting_as(caller, body.role, *_RECORDING)
    return await record_reply(doors, (incident_id, None), body, actor, prefer)


@router.post(
    "/{incident_id}/communications/{number}/replies",
    status_code=202,
    summary="Record what came back on a communication",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def record_of_communication(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: ReplyReport,
    doors: Doors,
    caller: Recording,
    prefer: Prefer = None,
) -> Response:
    """Record an acknowledgement, a reply, a complaint or a question. Complaints are counted."""
    actor = acting_as(caller, body.role, *_RECORDING)
    return await record_reply(doors, (incident_id, number), body, actor, prefer)


@router.get(
    "/{incident_id}/replies",
    summary="List what came back",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_replies(incident_id: IncidentId, doors: Doors) -> ReplyList:
    """List what came in and when, and which questions wait; who and what stay sealed."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await list_replies(connection, incident_id)
    return ReplyList(replies=[reply_of(row) for row in found])


@router.get(
    "/{incident_id}/communications/{number}/replies",
    summary="List what came back on a communication",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_replies_of(
    incident_id: IncidentId, number: CommunicationNumber, doors: Doors
) -> ReplyList:
    """List what came back on it; who and what stay sealed."""
    async with doors.reads.connect() as connection:
        await require_communication(connection, incident_id, number)
        found = await list_replies(connection, incident_id, number)
    return ReplyList(replies=[reply_of(row) for row in found])


@router.get(
    "/{incident_id}/replies/{reply_number}/content",
    summary="Read who wrote and what",
    response_model=ReplyDisclosed,
    responses=problems(401, 403, 404, 410, 422, 503),
)
async def get_content(
    incident_id: IncidentId,
    reply_number: ReplyNumber,
    doors: Doors,
    caller: ReadingOn,
    query: Annotated[ReplyQuery, Query()],
) -> Response:
    """Read a reply in clear. Every reading is evidence: who, when and what for."""
    actor = acting_as(caller, query.role, *_READERS)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = [
            row
            for row in await list_replies(connection, incident_id)
            if row["number"] == reply_number
        ]
    if not found:
        detail = f"there is no {incident_id}/reply-{reply_number}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    (row,) = found
    reading = Reading(incident_id, actor, query.purpose, row["entry_id"], current_trace_id())
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        disclosed = await disclose_reply(connection, doors.keyring, reading)
    answer = ReplyDisclosed(
        reply_id=row["reply_id"],
        key=disclosed.key,
        sender=disclosed.fields.get("from"),
        text=disclosed.fields.get("text"),
        entry_id=disclosed.entry_id,
    )
    return Response(
        answer.model_dump_json(by_alias=True),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
