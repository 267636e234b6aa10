"""The course of one remediation task as the evidence tells it, up to the entry that is judged."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.events import PolicyPin
from holdfast.domain.remediation.opening import TaskOpening
from holdfast.domain.remediation.state import TaskState

__all__ = ["TaskCourse"]


@dataclass(slots=True)
class TaskCourse:
    """What the entries before have said of it; clocks and requests are those of the incident.

    `since` is the number of the entry that opened it, `pinned` the approval matrix that the
    incident was pinned to there, `policy` the version of the policy that the entry names.
    """

    since: int
    state: TaskState
    pinned: PolicyPin | None
    policy: PolicyPin

    @property
    def opening(self) -> TaskOpening:
        """With what it began."""
        return self.state.opening
