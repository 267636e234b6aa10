"""With what a task begins, and what its incident knows of it."""

from __future__ import annotations

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.remediation.asking import AnyCause, Owner
from holdfast.domain.remediation.kinds import TaskOrigin, TaskPriority, TaskStage
from holdfast.domain.remediation.naming import task_id, task_of_request, task_workflow_id
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Severity
from holdfast.domain.values import Count, Duration, Frozen, Identifier, Instant, Line, Text
from holdfast.dora.register.services import Day

__all__ = ["OpenedTask", "Task", "TaskOpening", "settled"]

_SETTLED = frozenset({TaskStage.VALIDATED, TaskStage.DECLINED, TaskStage.CLOSED})


class Task(Frozen):
    """What is to be done, as it was opened: nothing of it changes but by an entry of its own.

    `proposal` is the entry that proposed it where that is another than the one that opened it.
    """

    title: Line
    description: Text
    origin: TaskOrigin
    priority: TaskPriority
    mandatory: bool
    owner: Owner
    due_on: Day
    observe: Duration
    root_cause: AnyCause | None = None
    control: Line | None = None
    basis: Line | None = None
    """The article that asks for it, where one does."""
    facts: tuple[Identifier, ...] = ()
    proposal: Identifier | None = None


class TaskOpening(Frozen):
    """With what the workflow of a task begins; `opened` is the entry that opened it."""

    incident: Identifier
    number: int
    task: Task
    opened: Identifier
    opened_at: Instant
    author: Actor
    policy: PinnedPolicy
    severity: Severity | None = None

    @property
    def id(self) -> str:
        """What entries call it."""
        return task_id(self.incident, self.number)

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        return task_workflow_id(self.incident, self.number)

    def asks(self, request_id: str) -> bool:
        """Whether the task has put that request."""
        return task_of_request(request_id) == self.number

    @property
    def pin(self) -> PolicyPin:
        """The version of the policy by which it is driven."""
        return self.policy.pin


class OpenedTask(Frozen):
    """What an incident knows of a task that it has opened.

    `accepted_until` is when the acceptance of its risk expires.
    """

    number: Count
    mandatory: bool
    task: Task
    stage: TaskStage = TaskStage.PROPOSED
    accepted_until: Instant | None = None


def settled(known: OpenedTask, now: Instant) -> bool:
    """Whether it does not keep the incident open: it is effective, or its risk still accepted."""
    if not known.mandatory or known.stage in _SETTLED:
        return True
    if known.stage is not TaskStage.RISK_ACCEPTED or known.accepted_until is None:
        return False
    return known.accepted_until > now
