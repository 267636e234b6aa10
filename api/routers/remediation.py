"""The doors of remediation: what is to be mended, by whom, until when, and how late it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from api.authentication import AnyReader, acting_as, allow
from api.cursor import read_task_cursor, task_cursor
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors
from api.prefer import Prefer
from api.problem_documents import problems
from api.remediation.answers import (
    TASK_COLUMNS,
    IncidentRemediation,
    Task,
    TaskPage,
    task_of,
    tasks_as_csv,
)
from api.remediation.models import NewTask, TaskNumber, TaskQuery
from api.remediation.work import REMEDYING, propose, require_task
from api.strict_route import StrictRoute
from api.submitting import answer_with, require_incident
from api.third_parties.view_models import RemediationTask
from holdfast.domain.remediation.asking import ProposeTask
from holdfast.store.access_tokens import Caller
from holdfast.store.incidents import fetch_phase
from holdfast.store.remediation.reading import TaskFilter, list_tasks, list_tasks_of
from holdfast.store.third_parties.reading import list_remediation

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["remediation"], route_class=StrictRoute)

Remedying = Annotated[Caller, Depends(allow(*REMEDYING))]

_CSV = "text/csv"


@router.get(
    "/incidents/{incident_id}/remediation",
    summary="List what is to be mended after an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_remediation_of(incident_id: IncidentId, doors: Doors) -> IncidentRemediation:
    """List its tasks as they stand, and what its signed oversight reviews propose.

    A task goes on after the incident is closed.
    """
    now = datetime.now(UTC)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        proposals = await list_remediation(connection, incident_id)
        tasks = await list_tasks_of(connection, incident_id)
    return IncidentRemediation(
        proposals=[RemediationTask.model_validate(row) for row in proposals],
        tasks=[task_of(row, now) for row in tasks],
    )


@router.post(
    "/incidents/{incident_id}/remediation",
    status_code=202,
    summary="Propose what is to be mended",
    response_model=SubmissionAccepted,
    responses={
        200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
)
async def propose_task(
    incident_id: IncidentId,
    body: NewTask,
    doors: Doors,
    caller: Remedying,
    prefer: Prefer = None,
) -> Response:
    """Propose a task while the incident is open; somebody else decides whether it is to be done."""
    actor = acting_as(caller, body.role, *REMEDYING)
    proposed = ProposeTask(**body.model_dump(exclude={"role", "submission_id"}))
    return await propose(doors, incident_id, body.submission_id, actor, proposed, prefer)


@router.get(
    "/remediation",
    summary="List remediation tasks of all incidents",
    response_model=TaskPage,
    dependencies=[AnyReader],
    responses={
        200: {"content": {_CSV: {"example": f"{','.join(TASK_COLUMNS)}\r\n"}}},
        **problems(401, 403, 422, 503),
    },
)
async def get_remediation(
    doors: Doors,
    query: Annotated[TaskQuery, Query()],
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """List tasks, what is due first coming first, each as old and as late as it is now.

    CSV for `Accept: text/csv`; `Holdfast-Next-Cursor` is then where the next page begins.
    """
    now = datetime.now(UTC)
    wanted = TaskFilter(
        owner=query.owner,
        stage=query.stage,
        priority=query.priority,
        mandatory=query.mandatory,
        incident=query.incident,
        overdue_on=now.date() if query.overdue else None,
        open_only=bool(query.open),
        after=read_task_cursor(query.cursor),
    )
    async with doors.reads.connect() as connection:
        rows = await list_tasks(connection, wanted, query.limit + 1)
    tasks = [task_of(row, now) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    cursor = task_cursor(tasks[-1].due_on, tasks[-1].task_id) if more else None
    if query.format == "csv" or (query.format is None and (accept or "").startswith(_CSV)):
        headers = {"Holdfast-Next-Cursor": cursor} if cursor else {}
        return Response(tasks_as_csv(tasks), media_type=_CSV, headers=headers)
    return answer_with(200, TaskPage(tasks=tasks, as_of=now, next_cursor=cursor))


@router.get(
    "/remediation/{incident_id}/{number}",
    summary="Read a remediation task",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_task(incident_id: IncidentId, number: TaskNumber, doors: Doors) -> Task:
    """Read one task with all that became of it; its entries are in the incident's timeline."""
    async with doors.reads.connect() as connection:
        row = await require_task(connection, incident_id, number)
    return task_of(row, datetime.now(UTC))
