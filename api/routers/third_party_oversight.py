"""The doors of an escalation's oversight: where it began, weaknesses, the review, and its end.

The review's sign-offs are decisions of the incident, answered where all are.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import RowMapping

from api.authentication import acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.pinned_register import incident_with_register
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import WorkflowMissing, submit
from api.third_parties.models import (
    Because,
    EscalationNumber,
    OriginStatement,
    ReviewDraft,
    WeaknessReport,
)
from api.third_parties.work import ESCALATING, hand_in_escalation, require_escalation
from holdfast.domain.roles import Role
from holdfast.domain.third_party.asking import (
    ReportWeakness,
    ReviewEscalation,
    StateOrigin,
    WithdrawEscalation,
)
from holdfast.dora.register import Register
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["third parties"], route_class=StrictRoute)

_WITHDRAWING = (Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE)
Escalating = Annotated[Caller, Depends(allow(*ESCALATING))]
Withdrawing = Annotated[Caller, Depends(allow(*_WITHDRAWING))]

_STARTED_WITHIN = timedelta(seconds=5)
"""A workflow is there milliseconds after it was opened, while a worker runs."""

_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/third-parties/{number}/origin",
    status_code=202,
    summary="State where in a provider's chain the incident began",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def state_origin(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: OriginStatement,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """State the provider or subcontractor, by its rank in the chain; the latest statement stands.

    Of one that the register knows, it gives name and code.
    """
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
        _, register = await incident_with_register(connection, incident_id)
    origin = _origin(row, register, body)
    return await hand_in_escalation(doors, row, body.submission_id, actor, origin, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/weaknesses",
    status_code=202,
    summary="Note a weakness that an escalation has shown",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def report_weakness(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: WeaknessReport,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Note a weakness of the provider, the contract or its oversight (DORA Art. 28(7)(c))."""
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
    found = ReportWeakness(weakness=body.weakness, detail=body.detail)
    return await hand_in_escalation(doors, row, body.submission_id, actor, found, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/reviews",
    status_code=202,
    summary="Draft the oversight review",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def draft_review(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: ReviewDraft,
    doors: Doors,
    caller: Escalating,
    prefer: Prefer = None,
) -> Response:
    """Draft the review, once the service is restored or nothing is wanted any more.

    The vendor manager signs it off, then the management body where a critical or important function
    is supported; nobody who has drafted it. A later draft voids what was signed.
    """
    actor = acting_as(caller, body.role, *ESCALATING)
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
    draft = ReviewEscalation(review=body.review)
    return await hand_in_escalation(doors, row, body.submission_id, actor, draft, prefer)


@router.post(
    "/{incident_id}/third-parties/{number}/withdrawal",
    status_code=202,
    summary="Ask nothing of a provider any more",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def withdraw(
    incident_id: IncidentId,
    number: EscalationNumber,
    body: Because,
    doors: Doors,
    caller: Withdrawing,
    prefer: Prefer = None,
) -> Response:
    """Withdraw an escalation whose provider has restored nothing; what it missed is reviewed still.

    One whose workflow somebody has terminated is ended by the incident instead, in whatever stage
    it was: else the incident could never be closed.
    """
    actor = acting_as(caller, body.role, *_WITHDRAWING)
    async with doors.reads.connect() as connection:
        row = await require_escalation(connection, incident_id, number)
    asked = WithdrawEscalation(because=body.because)
    try:
        return await hand_in_escalation(doors, row, body.submission_id, actor, asked, prefer)
    except WorkflowMissing:
        if datetime.now(UTC) - row["opened_at"] < _STARTED_WITHIN:
            raise
    asked = WithdrawEscalation(because=body.because, escalation=number)
    return await submit(doors, incident_id, body.submission_id, actor, asked, prefer)


def _origin(row: RowMapping, register: Register, body: OriginStatement) -> StateOrigin:
    """The origin with the name and the code that the register has of it.

    Raises:
        InvalidInput: the register has no such provider, or rank 1 is said of another one.
    """
    own: str = row["provider"]
    named = body.provider or (own if body.rank == 1 else None)
    if named is None:
        given = body.model_dump(exclude={"submission_id", "role"})
        return StateOrigin.model_validate(given)
    provider = register.providers.get(named)
    message = None
    if provider is None:
        message = f"version {register.version} of the register has no provider '{named}'"
    elif (body.rank == 1) is not (named == own):
        message = f"rank 1 is {own}, the provider of {row['contract']}, and nobody else"
    if provider is None or message is not None:
        errors = [{"pointer": "/provider", "message": str(message)}]
        raise InvalidInput(str(message), errors=errors)
    return StateOrigin(
        rank=body.rank,
        provider=named,
        name=provider.name,
        code_type=str(provider.code_type),
        code=provider.code,
        statement=body.statement,
    )
