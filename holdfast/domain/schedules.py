"""When something is due, warned of and escalated: as policies say it, before any clock runs."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from holdfast.domain.roles import Role
from holdfast.domain.values import Duration, Frozen

__all__ = ["LadderStep", "Schedule"]


class LadderStep(Frozen):
    """One rung: so long after the deadline these roles are told, and may decide if it says so.

    With `rung` it is one of a provider's own ladder, by number from 0: its people are called.
    """

    after: Duration
    roles: tuple[Role, ...]
    may_decide: bool = False
    rung: int | None = Field(default=None, ge=0, exclude_if=lambda rung: rung is None)

    def at_pace(self, pace: int) -> LadderStep:
        """The same rung where time runs `pace` times as fast."""
        return self.model_copy(update={"after": self.after / pace})


class Schedule(Frozen):
    """When a clock is due after it is armed, warns before and escalates after that."""

    due_after: Duration
    warn_before: tuple[Duration, ...] = ()
    ladder: tuple[LadderStep, ...] = ()

    def at_pace(self, pace: int) -> Schedule:
        """The same schedule where time runs `pace` times as fast, as it may in a drill."""
        if pace == 1:
            return self
        return Schedule(
            due_after=self.due_after / pace,
            warn_before=tuple(before / pace for before in self.warn_before),
            ladder=tuple(step.at_pace(pace) for step in self.ladder),
        )

    def no_later_than(self, moment: datetime | None, now: datetime, pace: int) -> Schedule:
        """The same schedule, due at `moment` on the wall where that comes first."""
        if moment is None:
            return self
        left = max(moment - now, timedelta(0)) * pace
        return self if left >= self.due_after else self.model_copy(update={"due_after": left})
