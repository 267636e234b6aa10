"""The course of one entity's reporting as the evidence tells it, up to the entry that is judged."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.events import PolicyPin
from holdfast.domain.reporting.opening import ReportingOpening
from holdfast.domain.reporting.state import ReportingState

__all__ = ["ReportingCourse"]


@dataclass(slots=True)
class ReportingCourse:
    """What the entries before have said of it; clocks and requests are those of the incident.

    `since` is the number of the entry that opened it, `pinned` the approval matrix and `policy`
    the reporting policy that the entry names.
    """

    since: int
    state: ReportingState
    pinned: PolicyPin
    policy: PolicyPin

    @property
    def opening(self) -> ReportingOpening:
        """With what it began."""
        return self.state.opening
