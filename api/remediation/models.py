"""What the doors of remediation tasks take."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from holdfast.domain.remediation.asking import AnyCause, Owner
from holdfast.domain.remediation.kinds import TaskOrigin, TaskPriority, TaskStage
from holdfast.domain.roles import Role
from holdfast.domain.values import (
    Digest,
    Duration,
    Frozen,
    Identifier,
    JsonObject,
    Line,
    Text,
    Token,
)
from holdfast.dora.register.services import Day

__all__ = [
    "Extension",
    "NewTask",
    "Reassignment",
    "RiskAcceptance",
    "TaskImplementation",
    "TaskNumber",
    "TaskQuery",
    "TaskReplacement",
    "TicketNews",
]

TaskNumber = Annotated[
    int, Path(ge=1, le=999, description="Its number in the incident.", examples=[1])
]

_NOBODY = "It goes into the evidence as it is: name nobody in it."


def _example(**content: object) -> ConfigDict:
    example: JsonObject = content
    return ConfigDict(json_schema_extra={"example": example})


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class NewTask(_Asked):
    """What has to be mended, by whom and until when."""

    model_config = _example(
        submission_id="task-queue-alert",
        title="Alert on the depth of the payment queue",
        description="Nobody saw the queue grow for forty minutes.",
        origin="review",
        priority="high",
        owner={"role": "responder", "person": "person-1f0c2a9b"},
        due_on="2026-06-30",
        root_cause="capacity_and_performance_management",
        control="Monitoring of critical services",
    )

    title: Line
    description: Text = Field(description=_NOBODY)
    origin: TaskOrigin = TaskOrigin.RESPONSE
    priority: TaskPriority
    owner: Owner = Field(description="A role, and the pseudonym of a person where one is named.")
    due_on: Day | None = Field(default=None, description="Unless given, by the priority.")
    observe: Duration | None = Field(
        default=None, description="How long it is watched before it is validated."
    )
    mandatory: StrictBool | None = Field(
        default=None, description="What the policy makes mandatory stays so."
    )
    root_cause: AnyCause | None = Field(
        default=None, description="A value of fields 4.1 to 4.3 of the final report."
    )
    control: Line | None = Field(default=None, description="In the controls framework.")
    facts: tuple[Identifier, ...] = Field(
        default=(), max_length=50, description="Entries of the incident on which it rests."
    )


class TaskImplementation(_Asked):
    """What was done, and what shows it."""

    model_config = _example(
        submission_id="task-1-done",
        statement="The alert fires at a depth of 500, tried in the staging environment.",
        references=["CHG-2041"],
        documents=[f"sha256:{'4f' * 32}"],
    )

    statement: Text = Field(description=_NOBODY)
    references: tuple[Line, ...] = Field(default=(), max_length=20)
    documents: tuple[Digest, ...] = Field(
        default=(), max_length=20, description="Attachments of the incident, by digest."
    )


class Reassignment(_Asked):
    """Who has to do it from now on."""

    model_config = _example(
        owner={"role": "responder", "person": "person-77aa01c2"}, because="The team has changed."
    )

    owner: Owner
    because: Text = Field(description=_NOBODY)


class Extension(_Asked):
    """Until when it is to be done instead."""

    model_config = _example(due_on="2026-09-30", because="A release is frozen until September.")

    due_on: Day
    because: Text = Field(description=_NOBODY)


class RiskAcceptance(_Asked):
    """Until when it is to be left undone, and why that risk can be borne."""

    model_config = _example(until="2027-03-31", because="The system is replaced by then.")

    until: Day
    because: Text = Field(description=_NOBODY)


class TaskReplacement(_Asked):
    """Why a task has to be opened anew: its workflow is no more."""

    model_config = _example(because="Its workflow was terminated by mistake.")

    because: Text = Field(description=_NOBODY)


class TaskQuery(BaseModel):
    """Which tasks, and how they are to look."""

    model_config = ConfigDict(extra="forbid")

    owner: Role | None = Field(default=None, description="The role that has to do it.")
    stage: TaskStage | None = None
    open: bool | None = Field(default=None, description="Only those that are not closed.")
    overdue: bool | None = Field(default=None, description="Only those that are late today.")
    priority: TaskPriority | None = None
    mandatory: bool | None = None
    incident: Identifier | None = None
    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=500)
    format: Literal["json", "csv"] | None = Field(
        default=None, description="Instead of `Accept: text/csv`."
    )


class TicketImplementation(Frozen):
    """That the ticket is done."""

    statement: Text = Field(description=_NOBODY)


class TicketNews(Frozen):
    """What a ticket system says of a task."""

    model_config = _example(
        task_id="INC-2026-000001/remediation-1",
        system="jira",
        reference="OPS-77",
        state="In progress",
        comment="Planned for the next release.",
    )

    task_id: Identifier
    system: Token = "tickets"
    reference: Line = Field(description="How it is called there.")
    state: Line | None = None
    comment: Text | None = Field(default=None, description=_NOBODY)
    implemented: TicketImplementation | None = Field(
        default=None, description="Where it is done; a person still has to validate that."
    )
