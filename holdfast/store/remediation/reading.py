"""Reading remediation tasks: those of an incident, and those of all incidents by what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import RowMapping, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.remediation.tables import task

__all__ = ["TaskFilter", "fetch_task", "list_tasks", "list_tasks_of"]


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks are asked for; None asks for all. `overdue_on` are those due before that day."""

    owner: str | None = None
    stage: str | None = None
    priority: str | None = None
    mandatory: bool | None = None
    incident: str | None = None
    overdue_on: date | None = None
    open_only: bool = False
    after: tuple[date, str] | None = None
    """The due date and the id of the last one that was told."""


async def fetch_task(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping | None:
    """The task of that number; None if there is none."""
    statement = select(task).where(task.c.incident_id == incident_id, task.c.number == number)
    return (await connection.execute(statement)).mappings().first()


async def list_tasks_of(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """The tasks of an incident, by number."""
    statement = select(task).where(task.c.incident_id == incident_id).order_by(task.c.number)
    return (await connection.execute(statement)).mappings().all()


async def list_tasks(
    connection: AsyncConnection, wanted: TaskFilter, limit: int
) -> Sequence[RowMapping]:
    """The tasks of all incidents that are wanted, what is due first coming first."""
    statement = select(task).order_by(task.c.due_on, task.c.task_id).limit(limit)
    equal = {
        "owner_role": wanted.owner,
        "stage": wanted.stage,
        "priority": wanted.priority,
        "mandatory": wanted.mandatory,
        "incident_id": wanted.incident,
    }
    for column, value in equal.items():
        if value is not None:
            statement = statement.where(task.c[column] == value)
    if wanted.open_only or wanted.overdue_on is not None:
        statement = statement.where(task.c.closed_at.is_(None))
    if wanted.overdue_on is not None:
        undone = task.c.stage.in_(("proposed", "accepted"))
        statement = statement.where(task.c.due_on < wanted.overdue_on, undone)
    if wanted.after is not None:
        statement = statement.where(tuple_(task.c.due_on, task.c.task_id) > wanted.after)
    return (await connection.execute(statement)).mappings().all()
