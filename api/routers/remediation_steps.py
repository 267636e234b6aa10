"""The doors of one remediation task: done, given to others, put off, left undone, opened anew.

They work as long as the task lives, which may be a year longer than its incident.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import acting_as, allow
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_documents import problems
from api.remediation.models import (
    Extension,
    Reassignment,
    RiskAcceptance,
    TaskImplementation,
    TaskNumber,
    TaskReplacement,
)
from api.remediation.work import REMEDYING, REPLACING, TaskBody, hand_in_task, require_task
from api.strict_route import StrictRoute
from api.submitting import submit
from holdfast.domain.remediation.asking import (
    ReassignTask,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
    WriteOffTask,
)
from holdfast.domain.roles import Actor
from holdfast.store.access_tokens import Caller

__all__ = ["router"]

router = APIRouter(prefix="/v1/remediation", tags=["remediation"], route_class=StrictRoute)

Remedying = Annotated[Caller, Depends(allow(*REMEDYING))]
Replacing = Annotated[Caller, Depends(allow(*REPLACING))]

_TASK = "/{incident_id}/{number}"
_RESPONSES = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}


@router.post(
    f"{_TASK}/implementation",
    status_code=202,
    summary="Say that a task is done",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def report_implementation(
    incident_id: IncidentId,
    number: TaskNumber,
    body: TaskImplementation,
    doors: Doors,
    caller: Remedying,
    prefer: Prefer = None,
) -> Response:
    """Say what was done; once it was observed, somebody else says whether it helps."""
    said = ReportImplementation(**body.model_dump(exclude={"role", "submission_id"}))
    actor = acting_as(caller, body.role, *REMEDYING)
    return await _step(doors, (incident_id, number), body.submission_id, actor, said, prefer)


@router.post(
    f"{_TASK}/reassignment",
    status_code=202,
    summary="Give a task to somebody else",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def reassign(
    incident_id: IncidentId,
    number: TaskNumber,
    body: Reassignment,
    doors: Doors,
    caller: Remedying,
    prefer: Prefer = None,
) -> Response:
    """Say who has to do it from now on; it is due as before."""
    said = ReassignTask(owner=body.owner, because=body.because)
    actor = acting_as(caller, body.role, *REMEDYING)
    return await _step(doors, (incident_id, number), body.submission_id, actor, said, prefer)


@router.post(
    f"{_TASK}/extension",
    status_code=202,
    summary="Ask for more time",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def request_extension(
    incident_id: IncidentId,
    number: TaskNumber,
    body: Extension,
    doors: Doors,
    caller: Remedying,
    prefer: Prefer = None,
) -> Response:
    """Ask that it may be done later; somebody else decides, and the policy limits how often."""
    said = RequestExtension(due_on=body.due_on, because=body.because)
    actor = acting_as(caller, body.role, *REMEDYING)
    return await _step(doors, (incident_id, number), body.submission_id, actor, said, prefer)


@router.post(
    f"{_TASK}/risk-acceptance",
    status_code=202,
    summary="Ask that a task may be left undone",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def request_risk_acceptance(
    incident_id: IncidentId,
    number: TaskNumber,
    body: RiskAcceptance,
    doors: Doors,
    caller: Remedying,
    prefer: Prefer = None,
) -> Response:
    """Ask that its risk be accepted until a day; then it is open again (DORA Art. 6(8)(b))."""
    said = RequestRiskAcceptance(until=body.until, because=body.because)
    actor = acting_as(caller, body.role, *REMEDYING)
    return await _step(doors, (incident_id, number), body.submission_id, actor, said, prefer)


@router.post(
    f"{_TASK}/replacement",
    status_code=202,
    summary="Open a task anew whose workflow is no more",
    response_model=SubmissionAccepted,
    responses=_RESPONSES,
)
async def replace(
    incident_id: IncidentId,
    number: TaskNumber,
    body: TaskReplacement,
    doors: Doors,
    caller: Replacing,
    prefer: Prefer = None,
) -> Response:
    """Put another task in its place, under the next number: while the incident is open."""
    actor = acting_as(caller, body.role, *REPLACING)
    async with doors.reads.connect() as connection:
        await require_task(connection, incident_id, number)
    said = WriteOffTask(task=number, because=body.because)
    return await submit(doors, incident_id, body.submission_id, actor, said, prefer)


async def _step(
    doors: Platform,
    task: tuple[str, int],
    chosen_id: str | None,
    actor: Actor,
    body: TaskBody,
    prefer: str | None,
) -> Response:
    async with doors.reads.connect() as connection:
        row = await require_task(connection, *task)
    return await hand_in_task(doors, row, chosen_id, actor, body, prefer)
