"""The doors of a running escalation: what the provider says, pauses, and what breaks again."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_documents import problems
from api.sealed_words import seal_speaker
from api.strict_route import StrictRoute
from api.submitting import new_submission_id
from api.third_parties.models import (
    DocumentNamed,
    EscalationNumber,
    PauseRequest,
    SaidSo,
    StatementOnBehalf,
)
from api.third_parties.opening import require_said
from api.third_parties.work import (
    ESCALATING,
    EscalationBody,
    hand_in_escalation,
    require_escalation,
)
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.asking import (
    Attachment,
    EndPause,
    ReportRelapse,
    RequestPause,
    VendorStatement,
)
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.custody.attachments import list_attachments

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["third parties"], route_class=StrictRoute)

Escalating = Annotated[Caller, Depends(allow(*ESCALATING))]

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/third-parties/{number}/statements",
    status_code=202,
    summary="Enter what a provider has said",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def state_on_behalf(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: StatementOnBehalf,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Enter a statement on the provider's behalf: when it was said, and where that stands.

    `said_at` decides whether a time was kept. That a service is restored is confirmed by decision.
    """
    require_said("said_at", body.said_at)
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
        documents = await _documents(connection, incident_id, body.documents)
    submission_id = body.submission_id or new_submission_id("vendor_statement")
    said = body.model_dump(mode="json", exclude={"said_by", "role", "submission_id"})
    rest = {**said, "third_party": number}
    sealed = await seal_speaker(doors, incident_id, submission_id, actor, body.said_by, rest)
    statement = VendorStatement(
        said=body.said,
        said_at=body.said_at,
        source=body.source,
        text=body.text,
        estimated_at=body.estimated_at,
        documents=documents,
        their_reference=body.their_reference,
        reference=body.reference,
        sealed=sealed,
    )
    return await hand_in_escalation(doors, row, submission_id, actor, statement, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/pauses",
    status_code=202,
    summary="Ask that a provider's clocks stand still",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def request_pause(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: PauseRequest,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Ask for a pause, for one of the reasons that the contract allows; somebody else decides."""
    actor = acting_as(caller, body.role, *ESCALATING)
    asked = RequestPause(reason=body.reason, statement=body.statement)
    return await _step(doors, (incident_id, number), body.submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/pauses/end",
    status_code=202,
    summary="End the pause of a provider's clocks",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def end_pause(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: SaidSo,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Say that the reason of the pause has gone: each clock runs on with what was left of it."""
    actor = acting_as(caller, body.role, *ESCALATING)
    asked = EndPause(statement=body.statement)
    return await _step(doors, (incident_id, number), body.submission_id, actor, asked, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/relapses",
    status_code=202,
    summary="Report that what a provider restored is broken again",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def report_relapse(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: SaidSo,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Ask the provider once more: another round begins, with all of its times."""
    actor = acting_as(caller, body.role, *ESCALATING)
    asked = ReportRelapse(statement=body.statement)
    return await _step(doors, (incident_id, number), body.submission_id, actor, asked, prefer)


async def _step(
    doors: Platform,
    escalation: tuple[str, int],
    chosen_id: str | None,
    actor: Actor,
    body: EscalationBody,
    prefer: str | None,
) -> Response:
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, *escalation)
    return await hand_in_escalation(doors, row, chosen_id, actor, body, prefer)


async def _documents(
    connection: AsyncConnection, incident_id: str, named: tuple[DocumentNamed, ...]
) -> tuple[Attachment, ...]:
    """The documents as they were taken in: attachments of the incident, found by their digests.

    Raises:
        InvalidInput: the incident has no such attachment; says which document.
    """
    if not named:
        return ()
    media_types = {
        each.digest: each.media_type for each in await list_attachments(connection, incident_id)
    }
    for number, each in enumerate(named):
        if each.digest not in media_types:
            message = f"{incident_id} has no attachment {each.digest}: take it in first"
            errors = [{"pointer": f"/documents/{number}/digest", "message": message}]
            raise InvalidInput(message, errors=errors)
    return tuple(
        Attachment(name=each.name, media_type=media_types[each.digest], digest=each.digest)
        for each in named
    )
