"""The door where a draft is tried on the past, before anybody can publish it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import acting_as, allow
from api.platform import Doors
from api.policy_models import (
    PolicyDeed,
    PolicyName,
    PolicyTrialRequest,
    VersionPath,
    policy_deed,
)
from api.problem_documents import problems
from api.routers.policies import POLICY_ROLES
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.store.access_tokens import Caller
from holdfast.store.policy_life import Trial, fetch_candidate, record_trial
from holdfast.store.trial import try_policy
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/policies", tags=["policies"], route_class=StrictRoute)

Trying = Annotated[Caller, Depends(allow(*POLICY_ROLES))]


@router.post(
    "/{name}/{version}/trial",
    status_code=201,
    summary="Try a draft on the past",
    response_model=PolicyDeed,
    responses={
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
)
async def try_draft(
    name: PolicyName,
    version: VersionPath,
    body: PolicyTrialRequest,
    doors: Doors,
    caller: Trying,
) -> Response:
    """Judge past incidents under a draft, and record what would have come out otherwise.

    Nothing of those incidents changes. Each trial is recorded, and its whole report is kept.
    """
    actor = acting_as(caller, body.role, *POLICY_ROLES)
    async with doors.reads.connect() as connection:
        candidate = await fetch_candidate(connection, name, version)
    report = await try_policy(doors.engine, candidate)
    trial = Trial(
        report=report.content,
        summary=report.summary,
        actor=actor,
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await record_trial(connection, candidate, trial)
    return answer_with(201, policy_deed(deed.entry))
