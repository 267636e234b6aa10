"""What the doors of remediation tasks answer with; how old and how late each is, as of now."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from api.third_parties.view_models import RemediationTask
from holdfast.domain.remediation.asking import Owner
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_workflow_id
from holdfast.domain.remediation.work import end_of
from holdfast.domain.roles import Actor
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "TASK_COLUMNS",
    "IncidentRemediation",
    "Task",
    "TaskPage",
    "TicketNewsTaken",
    "task_of",
    "tasks_as_csv",
]

_TO_DO = frozenset({TaskStage.PROPOSED, TaskStage.ACCEPTED})
_FORMULA = ("=", "+", "-", "@")

_EXAMPLE: JsonObject = {
    "task_id": "INC-2026-000001/remediation-1",
    "incident_id": "INC-2026-000001",
    "number": 1,
    "workflow_id": "remediation/INC-2026-000001/1",
    "title": "Alert on the depth of the payment queue",
    "description": "Nobody saw the queue grow for forty minutes.",
    "origin": "review",
    "priority": "high",
    "mandatory": True,
    "owner": {"role": "responder", "person": "person-1f0c2a9b"},
    "due_on": "2026-06-30",
    "due_at": "2026-07-01T00:00:00.000000Z",
    "observe": "P14D",
    "root_cause": "monitoring",
    "control": "Monitoring of critical services",
    "basis": None,
    "facts": [],
    "proposal": None,
    "replaces": None,
    "stage": "accepted",
    "age_days": 12,
    "days_overdue": 0,
    "extensions": 0,
    "extended": [],
    "acceptances": [],
    "accepted_until": None,
    "implementations": [],
    "implemented_by": [],
    "implemented_at": None,
    "observe_until": None,
    "validated_by": None,
    "validated_at": None,
    "reassigned": [],
    "returned": [],
    "links": [],
    "outcome": None,
    "proposed_by": {"id": "person-77aa01c2", "role": "compliance"},
    "opened_at": "2026-04-01T09:12:00.000000Z",
    "opened_entry": "incident/INC-2026-000001#58",
    "closed_at": None,
    "last_entry": "remediation/INC-2026-000001/1#6",
}


class Task(BaseModel):
    """A remediation task as it stands."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    task_id: str
    incident_id: str
    number: int
    workflow_id: str
    title: str
    description: str
    origin: str = Field(description="`review`, `oversight`, `response` or `drill`.")
    priority: str
    mandatory: bool = Field(description="Whether it keeps the incident open.")
    owner: Owner
    due_on: date
    due_at: Instant = Field(description="The end of that day, in UTC.")
    observe: str = Field(description="How long it is watched before it is validated.")
    root_cause: str | None
    control: str | None
    basis: str | None = Field(description="The article of law that asks for it.")
    facts: list[str]
    proposal: str | None = Field(description="The entry that proposed it, of an oversight review.")
    replaces: int | None = Field(description="The task in whose place it is.")
    stage: str = Field(
        description="`proposed`, `accepted`, `implemented`, `risk_accepted` or `closed`."
    )
    age_days: int = Field(description="Since it was opened, until it was closed or now.")
    days_overdue: int = Field(description="Calendar days, while it is still to be done.")
    extensions: int = Field(description="How often it was granted more time.")
    extended: list[JsonObject]
    acceptances: list[JsonObject] = Field(description="Every time that its risk was accepted.")
    accepted_until: Instant | None
    implementations: list[JsonObject]
    implemented_by: list[str] = Field(description="None of them validates it.")
    implemented_at: Instant | None
    observe_until: Instant | None
    validated_by: Actor | None
    validated_at: Instant | None
    reassigned: list[JsonObject]
    returned: list[JsonObject] = Field(description="Every time that it was open again.")
    links: list[JsonObject] = Field(description="What ticket systems have said.")
    outcome: str | None = Field(description="`validated`, `declined` or `replaced`.")
    proposed_by: Actor
    opened_at: Instant
    opened_entry: str
    closed_at: Instant | None
    last_entry: str


class TaskPage(BaseModel):
    """Tasks of all incidents, what is due first coming first."""

    tasks: list[Task]
    as_of: Instant = Field(description="When ages were computed.")
    next_cursor: str | None


class IncidentRemediation(BaseModel):
    """What is to be mended after an incident."""

    proposals: list[RemediationTask] = Field(
        description="What signed oversight reviews propose; `entry_id` is the task's `proposal`."
    )
    tasks: list[Task]


class TicketNewsTaken(BaseModel):
    """That what a ticket system said was handed in: the receipts say what became of it."""

    task_id: str
    receipts: list[str] = Field(description="Where each receipt is read.")


TASK_COLUMNS = (
    *("task_id", "incident_id", "title", "origin", "priority", "mandatory", "owner", "due_on"),
    *("stage", "age_days", "days_overdue", "extensions", "accepted_until", "implemented_at"),
    *("validated_at", "outcome", "root_cause", "control", "basis", "opened_at", "closed_at"),
    "last_entry",
)


def task_of(row: RowMapping, now: datetime) -> Task:
    """The task of a row, as old and as late as it is at that moment."""
    columns: Mapping[str, Any] = {name: row[name] for name in Task.model_fields if name in row}
    owner = Owner(role=row["owner_role"], person=row["owner_person"])
    return Task.model_validate(
        {
            **columns,
            "workflow_id": task_workflow_id(row["incident_id"], row["number"]),
            "owner": owner,
            "due_at": end_of(row["due_on"]),
            "age_days": ((row["closed_at"] or now) - row["opened_at"]).days,
            "days_overdue": _days_overdue(row, now),
            "implemented_by": sorted(set(row["implemented_by"])),
        }
    )


def tasks_as_csv(tasks: Sequence[Task]) -> str:
    """Write RFC 4180: one line a task; an owner is the role."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(TASK_COLUMNS)
    for task in tasks:
        told = task.model_dump(mode="json")
        told["owner"] = told["owner"]["role"]
        writer.writerow([_plain(told[name]) for name in TASK_COLUMNS])
    return lines.getvalue()


def _days_overdue(row: RowMapping, now: datetime) -> int:
    late = (now.date() - row["due_on"]).days
    return max(late, 0) if row["stage"] in _TO_DO else 0


def _plain(value: object) -> object:
    """A text that a spreadsheet shows and never computes: what people wrote may begin with `=`."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
