"""The doors of retention: one person proposes that content is disposed of, another approves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import AnyReader, acting_as, allow
from api.custody_models import (
    ChosenPath,
    Deed,
    DisposalApproval,
    DisposalProposal,
    StoredProposal,
    deed_of,
)
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.retention import RETENTION
from holdfast.domain.roles import Role
from holdfast.store.access_tokens import Caller
from holdfast.store.custody.retention import (
    Approval,
    Proposal,
    dispose,
    find_disposal,
    find_proposal,
    propose_disposal,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/retention", tags=["holds and retention"], route_class=StrictRoute)

_APPROVERS = (Role.LEGAL, Role.MANAGEMENT_BODY)
Proposing = Annotated[Caller, Depends(allow(Role.COMPLIANCE))]
Approving = Annotated[Caller, Depends(allow(*_APPROVERS))]
_RESPONSES = {
    200: {"model": Deed, "description": "It was done before, under the same id."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    "/proposals",
    status_code=201,
    summary="Propose a disposal",
    response_model=Deed,
    responses=_RESPONSES,
)
async def propose(body: DisposalProposal, doors: Doors, caller: Proposing) -> Response:
    """Propose to dispose of the content of a closed incident whose retention has ended."""
    proposal = Proposal(
        incident_id=body.incident_id,
        proposal_id=body.proposal_id,
        reason=body.reason,
        actor=acting_as(caller, body.role, Role.COMPLIANCE),
        now=datetime.now(UTC),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await propose_disposal(connection, _policy(doors, proposal.now), proposal)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


@router.get(
    "/proposals/{proposal_id}",
    summary="Read a proposal",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_proposal(proposal_id: ChosenPath, doors: Doors) -> StoredProposal:
    """Read what was proposed, of how many records, and whether it was done."""
    async with doors.reads.connect() as connection:
        proposed = await find_proposal(connection, proposal_id)
        disposed = await find_disposal(connection, proposal_id)
    if proposed is None:
        detail = f"there is no proposal {proposal_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, proposal_id=proposal_id)
    return StoredProposal(
        proposed=deed_of(proposed), disposed=deed_of(disposed) if disposed else None
    )


@router.post(
    "/proposals/{proposal_id}/approval",
    status_code=201,
    summary="Approve a disposal",
    response_model=Deed,
    responses=_RESPONSES,
)
async def approve(
    proposal_id: ChosenPath, body: DisposalApproval, doors: Doors, caller: Approving
) -> Response:
    """Dispose of what another person has proposed: the content goes, hashes and proofs stay.

    This cannot be undone. Records of holds, retention, exports and custody stay whole.
    """
    approval = Approval(
        proposal_id=proposal_id,
        rationale=body.rationale,
        actor=acting_as(caller, body.role, *_APPROVERS),
        now=datetime.now(UTC),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await dispose(connection, _policy(doors, approval.now), approval)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


def _policy(doors: Platform, now: datetime) -> PinnedPolicy:
    return doors.policies.policy(RETENTION, now)
