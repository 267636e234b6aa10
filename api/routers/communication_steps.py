"""The doors of a communication's way out: handed in, published on command, or cancelled.

Its reviews and its approval are decisions of the incident, answered where all are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import acting_as, allow
from api.communications.models import Cancellation, CommunicationNumber, MessageNamed
from api.communications.work import DRAFTING, CommunicationBody, hand_in, require_communication
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import WorkflowMissing, submit
from holdfast.domain.communication.asking import (
    CancelCommunication,
    PublishCommunication,
    SubmitDraft,
)
from holdfast.domain.roles import Actor, Role
from holdfast.store.access_tokens import Caller

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["communications"], route_class=StrictRoute)

_PUBLISHING = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_CANCELLING = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.MANAGEMENT_BODY)
Drafting = Annotated[Caller, Depends(allow(*DRAFTING))]
Publishing = Annotated[Caller, Depends(allow(*_PUBLISHING))]
Cancelling = Annotated[Caller, Depends(allow(*_CANCELLING))]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/communications/{number}/submission",
    status_code=202,
    summary="Hand a draft in for review and approval",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def submit_draft(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: MessageNamed,
    doors: Doors,
    caller: Drafting,
    prefer: Prefer = None,
) -> Response:
    """Hand in exactly the version that you have read: the approval matrix says who clears it."""
    actor = acting_as(caller, body.role, *DRAFTING)
    asked = SubmitDraft(message=body.message)
    return await _step(doors, (incident_id, number), body.submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/communications/{number}/publication",
    status_code=202,
    summary="Publish what was approved",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def publish(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: MessageNamed,
    doors: Doors,
    caller: Publishing,
    prefer: Prefer = None,
) -> Response:
    """Let exactly the approved version leave now: one that waits for it, or for a later time."""
    actor = acting_as(caller, body.role, *_PUBLISHING)
    asked = PublishCommunication(message=body.message)
    return await _step(doors, (incident_id, number), body.submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/communications/{number}/cancellation",
    status_code=202,
    summary="Let nothing of a communication leave",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def cancel(
    incident_id: IncidentId,
    number: CommunicationNumber,
    body: Cancellation,
    doors: Doors,
    caller: Cancelling,
    prefer: Prefer = None,
) -> Response:
    """Cancel a communication of which nothing has left yet.

    One whose workflow somebody has terminated is ended by the incident instead, in whatever stage
    it was: else the incident could never be closed.
    """
    actor = acting_as(caller, body.role, *_CANCELLING)
    asked = CancelCommunication(because=body.because)
    named = (incident_id, number)
    try:
        return await _step(doors, named, body.submission_id, actor, asked, prefer)
    except WorkflowMissing:
        async with doors.reads.connect() as connection:
            row = await require_communication(connection, *named)
        if datetime.now(UTC) - row["opened_at"] < _STARTED_WITHIN:
            raise
    asked = CancelCommunication(because=body.because, communication=number)
    return await submit(doors, incident_id, body.submission_id, actor, asked, prefer)


_STARTED_WITHIN = timedelta(seconds=5)
"""A workflow is there milliseconds after it was opened, while a worker runs."""


async def _step(
    doors: Platform,
    communication: tuple[str, int],
    chosen_id: str | None,
    actor: Actor,
    body: CommunicationBody,
    prefer: str | None,
) -> Response:
    async with doors.reads.connect() as connection:
        row = await require_communication(connection, *communication)
    return await hand_in(doors, row, chosen_id, actor, body, prefer)
