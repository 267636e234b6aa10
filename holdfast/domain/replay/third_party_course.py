"""The course of one escalation as the evidence tells it, up to the entry that is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from holdfast.domain.events import PolicyPin
from holdfast.domain.third_party.opening import EscalationOpening
from holdfast.domain.third_party.state import Claim, EscalationState, Pause

__all__ = ["EscalationCourse"]


@dataclass(slots=True)
class EscalationCourse:
    """What the entries before have said of it; clocks and requests are those of the incident.

    `since` is the number of the entry that opened it, `pinned` the approval matrix that the
    incident was pinned to there. `claim` and `pause` are the last ones, settled or not.
    """

    since: int
    state: EscalationState
    pinned: PolicyPin | None
    claim: Claim | None = None
    pause: Pause | None = None
    run_again: set[str] = field(default_factory=set)
    """The clocks that have run again since the last claim."""
    late: set[str] = field(default_factory=set)
    """The clocks that were missed since they were armed last."""

    @property
    def opening(self) -> EscalationOpening:
        """With what it began."""
        return self.state.opening

    def heard(self, said_at: datetime) -> datetime:
        """Since when the next update is waited for, once such a thing was said at that instant."""
        return max(self.state.heard_at or said_at, said_at)
