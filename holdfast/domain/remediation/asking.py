"""What people and ticket systems ask of remediation, as bodies of submissions.

`ProposeTask` goes to the incident, the others to the task.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool

from holdfast.domain.remediation.kinds import TaskOrigin, TaskPriority
from holdfast.domain.roles import Role
from holdfast.domain.values import Digest, Duration, Frozen, Identifier, Line, Text, Token
from holdfast.dora.register.services import Day
from holdfast.dora.root_causes import AdditionalCause, CauseCategory, DetailedCause

__all__ = [
    "AnyCause",
    "LinkTask",
    "Owner",
    "ProposeTask",
    "ReassignTask",
    "RemediationBody",
    "ReportImplementation",
    "RequestExtension",
    "RequestRiskAcceptance",
    "WriteOffTask",
]


AnyCause = CauseCategory | DetailedCause | AdditionalCause
"""A root cause as broad or as narrow as it is known: of fields 4.1, 4.2 or 4.3."""


class Owner(Frozen):
    """Who has to do it: a role, and the pseudonym of a person where one is named."""

    role: Role
    person: Identifier | None = None


class ProposeTask(Frozen):
    """Propose that something be mended.

    `root_cause` is one of fields 4.1 to 4.3 of Implementing Regulation (EU) 2025/302,
    `control` what the controls framework calls the control. What is None follows from the
    priority, by policy.
    """

    type: Literal["remediation"] = "remediation"
    title: Line
    description: Text
    origin: TaskOrigin = TaskOrigin.RESPONSE
    priority: TaskPriority
    owner: Owner
    due_on: Day | None = None
    observe: Duration | None = None
    mandatory: StrictBool | None = None
    root_cause: AnyCause | None = None
    control: Line | None = None
    facts: tuple[Identifier, ...] = Field(default=(), max_length=50)
    """Entries of the incident on which it rests."""


class ReportImplementation(Frozen):
    """Say that it is done, and what shows it: references, and documents by digest."""

    type: Literal["remediation_implementation"] = "remediation_implementation"
    statement: Text
    references: tuple[Line, ...] = Field(default=(), max_length=20)
    documents: tuple[Digest, ...] = Field(default=(), max_length=20)


class ReassignTask(Frozen):
    """Give the task to somebody else."""

    type: Literal["remediation_reassignment"] = "remediation_reassignment"
    owner: Owner
    because: Text


class RequestExtension(Frozen):
    """Ask that it may be done later."""

    type: Literal["remediation_extension"] = "remediation_extension"
    due_on: Day
    because: Text


class RequestRiskAcceptance(Frozen):
    """Ask that the risk of leaving it undone be accepted, until that day."""

    type: Literal["remediation_risk_acceptance"] = "remediation_risk_acceptance"
    until: Day
    because: Text


class LinkTask(Frozen):
    """What a ticket system says of it: under which reference, and what has changed there.

    `event` is the id of its webhook; said twice, it is one statement.
    """

    type: Literal["remediation_link"] = "remediation_link"
    system: Token
    reference: Line
    state: Line | None = None
    comment: Text | None = None
    event: Line


class WriteOffTask(Frozen):
    """Open a task anew whose workflow is no more: to the incident, while that is open."""

    type: Literal["remediation_write_off"] = "remediation_write_off"
    task: int = Field(ge=1, le=999)
    because: Text


RemediationBody = Annotated[
    ProposeTask
    | ReportImplementation
    | ReassignTask
    | RequestExtension
    | RequestRiskAcceptance
    | LinkTask
    | WriteOffTask,
    Field(discriminator="type"),
]
"""All of them."""
