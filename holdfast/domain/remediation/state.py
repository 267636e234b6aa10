"""Where one task stands: everything that its workflow carries, and nothing else."""

from __future__ import annotations

from copy import copy
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.clocks import Clock
from holdfast.domain.communication.opening import Opening
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.remediation.asking import Owner
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.opening import TaskOpening
from holdfast.domain.severity import Severity
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, Text
from holdfast.dora.register.services import Day

__all__ = ["Acceptance", "Extension", "Implementation", "TaskInput", "TaskState"]


class Extension(Frozen):
    """A later due date that was asked for; `entry` is that of the request."""

    number: int
    due_on: Day
    because: Text
    entry: Identifier


class Acceptance(Frozen):
    """An acceptance of the risk that was asked for; `entry` is that of the request."""

    number: int
    until: Day
    because: Text
    entry: Identifier


class Implementation(Frozen):
    """What was done, by the digest of what was said of it; `entry` says it."""

    number: int
    entry: Identifier
    digest: Digest


class TaskState(BaseModel):
    """The whole state of one task; fields are added, never changed in meaning."""

    model_config = ConfigDict(extra="forbid")

    opening: TaskOpening
    matrix: PinnedPolicy
    owner: Owner
    due_on: Day
    stage: TaskStage = TaskStage.PROPOSED
    accepted: bool = False
    """Whether it was once decided that it is to be done."""
    extensions: int = 0
    """How often it was granted more time."""
    asked_extensions: list[Extension] = Field(default_factory=list)
    asked_acceptances: list[Acceptance] = Field(default_factory=list)
    accepted_until: Instant | None = None
    implementations: list[Implementation] = Field(default_factory=list)
    implemented_by: list[Identifier] = Field(default_factory=list)
    """Everybody who has ever said that it is done, by pseudonym: none of them validates it."""
    links: list[str] = Field(default_factory=list)
    """Ids of what ticket systems have told, so that each counts once."""
    messages: int = 0
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    to_open: list[tuple[Opening, PinnedPolicy]] = Field(default_factory=list)
    """Communications whose workflows are still to be started."""
    told: list[Identifier] = Field(default_factory=list)
    """Entries of which the incident still has to be given notice."""
    to_sync: list[Identifier] = Field(default_factory=list)
    """Entries of which the ticket system still has to be told."""
    sequence: int = 0

    @property
    def severity(self) -> Severity | None:
        """The severity of the incident when the task was opened."""
        return self.opening.severity

    @property
    def over(self) -> bool:
        """Whether nothing is left to do, to decide or to tell."""
        pending = any(request.state is DecisionState.OPEN for request in self.requests.values())
        return self.stage is TaskStage.CLOSED and not pending and not self.to_sync

    def snapshot(self) -> Self:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {
            name: copy(value)
            for name, value in vars(self).items()
            if isinstance(value, dict | list)
        }
        return self.model_copy(update=containers)


class TaskInput(Frozen):
    """The one argument of the workflow. Fields are added, never changed in meaning.

    `state` and `inbox` are what the run before handed over.
    """

    opening: TaskOpening
    matrix: PinnedPolicy
    history_limit: int = 1_000
    state: TaskState | None = None
    inbox: tuple[ReceivedSignal, ...] = ()
