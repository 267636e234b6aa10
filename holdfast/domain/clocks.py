"""A clock: a deadline with warnings before it and an escalation ladder after it.

Pure: a clock knows the moments at which something happens; a Temporal timer wakes the workflow
at the earliest of them, and `ring` says what is due. Nothing polls.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.domain.values import Frozen, Identifier, Instant, JsonObject, Line, rfc3339

__all__ = ["Clock", "ClockState", "Clocks", "Rang"]


class ClockState(StrEnum):
    """How a clock stands. `missed` still runs its ladder until it is met or cancelled."""

    RUNNING = "running"
    PAUSED = "paused"
    """It stands still: nothing is due until it is resumed."""
    MISSED = "missed"
    MET = "met"
    CANCELLED = "cancelled"


class Clock(Frozen):
    """One armed deadline; `warned` and `escalated` count the rungs already behind it."""

    id: Identifier
    title: Line
    due_at: Instant
    schedule: Schedule
    state: ClockState = ClockState.RUNNING
    warned: int = 0
    escalated: int = 0
    policy: PolicyPin | None = None

    @property
    def open(self) -> bool:
        """Whether the clock can still be met."""
        return self.state in {ClockState.RUNNING, ClockState.PAUSED, ClockState.MISSED}

    @property
    def running(self) -> bool:
        """Whether it runs towards its deadline."""
        return self.state is ClockState.RUNNING

    @property
    def warnings(self) -> tuple[datetime, ...]:
        """The moments of its warnings, earliest first."""
        longest_first = sorted(self.schedule.warn_before, reverse=True)
        return tuple(self.due_at - before for before in longest_first)

    @property
    def rungs(self) -> tuple[LadderStep, ...]:
        """The steps of its ladder, earliest first."""
        return tuple(sorted(self.schedule.ladder, key=lambda step: step.after))

    def next_moment(self) -> datetime | None:
        """The next instant at which something is due, or None when nothing more will happen."""
        if self.state is ClockState.RUNNING:
            return next(iter(self.warnings[self.warned :]), self.due_at)
        if self.state is ClockState.MISSED and self.escalated < len(self.rungs):
            return self.due_at + self.rungs[self.escalated].after
        return None

    def deciding_roles(self) -> frozenset[Role]:
        """The roles that its ladder has entitled to decide, so far."""
        reached = self.rungs[: self.escalated]
        return frozenset(role for step in reached if step.may_decide for role in step.roles)


@dataclass(frozen=True, slots=True)
class Rang:
    """What the time has brought: a clock's warning, its deadline, or a step of its ladder.

    `entry` says it; `roles` are those that a step brings in, `rung` the provider's that it calls.
    """

    kind: EventKind
    clock: Clock
    entry: str
    roles: tuple[Role, ...] = ()
    rung: int | None = None


class Clocks:
    """The clocks of one workflow; every change is an event."""

    def __init__(self, clocks: dict[str, Clock], record: Record, pace: int = 1) -> None:
        """Work on the clocks carried in the workflow's state.

        `pace` is how much faster time runs in a drill: what is armed has that much less of it.
        """
        self.pace = pace
        self._clocks = clocks
        self._record = record

    def arm(  # noqa: PLR0913 - each says something else about the one clock
        self,
        clock_id: str,
        title: str,
        now: datetime,
        schedule: Schedule,
        *,
        since: datetime | None = None,
        policy: PolicyPin | None = None,
        causes: tuple[str, ...] = (),
    ) -> Clock:
        """Arm a clock, or re-arm it with a new deadline: its warnings and ladder start afresh.

        It is due so long after `since`, or after now: the law counts from awareness. `schedule` is
        as policies say it; the pace is applied here.
        """
        again = clock_id in self._clocks and self._clocks[clock_id].open
        schedule = schedule.at_pace(self.pace)
        clock = Clock(
            id=clock_id,
            title=title,
            due_at=(since or now) + schedule.due_after,
            schedule=schedule,
            policy=policy,
        )
        self._clocks[clock_id] = clock = _without_past_warnings(clock, now)
        self._write(EventKind.CLOCK_ARMED, clock, causes=causes, re_armed=again)
        return clock

    def meet(
        self,
        clock_id: str,
        *,
        actor: Actor = SYSTEM,
        causes: tuple[str, ...] = (),
        as_of: datetime | None = None,
    ) -> None:
        """Stop an open clock because what it waited for has happened, at `as_of` if not just now.

        Of a moment that is told later than it was, that moment says whether it was in time.
        """
        if (clock := self._open(clock_id)) is None:
            return
        late = clock.state is ClockState.MISSED if as_of is None else as_of > clock.due_at
        told: JsonObject = {} if as_of is None else {"as_of": rfc3339(as_of)}
        self._stop(clock, ClockState.MET, actor, causes, after_deadline=late, **told)

    def cancel(self, clock_id: str, *, causes: tuple[str, ...] = ()) -> None:
        """Stop an open clock because nothing waits for it any more."""
        if (clock := self._open(clock_id)) is None:
            return
        late = clock.state is ClockState.MISSED
        self._stop(clock, ClockState.CANCELLED, SYSTEM, causes, after_deadline=late)

    def pause(self, clock_id: str, *, causes: tuple[str, ...] = ()) -> bool:
        """Let a running clock stand still; False if it does not run."""
        clock = self._clocks.get(clock_id)
        if clock is None or clock.state is not ClockState.RUNNING:
            return False
        self._clocks[clock_id] = clock = clock.model_copy(update={"state": ClockState.PAUSED})
        self._write(EventKind.CLOCK_PAUSED, clock, causes=causes)
        return True

    def resume(
        self,
        clock_id: str,
        now: datetime,
        due_at: datetime,
        schedule: Schedule,
        *,
        causes: tuple[str, ...] = (),
    ) -> None:
        """Let a paused clock run again, to that deadline, which may have passed by now.

        `schedule` is as the clock has it: at the pace already.
        """
        clock = self._clocks.get(clock_id)
        if clock is None or clock.state is not ClockState.PAUSED:
            return
        running = {"state": ClockState.RUNNING, "due_at": due_at, "schedule": schedule}
        clock = _without_past_warnings(clock.model_copy(update=running), now)
        self._clocks[clock_id] = clock
        self._write(EventKind.CLOCK_RESUMED, clock, causes=causes)

    def ring(self, now: datetime) -> list[Rang]:
        """Let everything happen that is due by now, oldest first; return what that was."""
        rang = []
        while due := self._earliest_due(now):
            rang.append(self._advance(due))
        return rang

    def next_moment(self) -> tuple[datetime, Clock] | None:
        """The earliest moment at which a clock needs attention, and that clock."""
        moments = [(at, clock.id) for clock in self._clocks.values() if (at := clock.next_moment())]
        if not moments:
            return None
        at, clock_id = min(moments)
        return at, self._clocks[clock_id]

    def get(self, clock_id: str) -> Clock | None:
        """The clock of that id, if there is one."""
        return self._clocks.get(clock_id)

    def _earliest_due(self, now: datetime) -> Clock | None:
        earliest = self.next_moment()
        return earliest[1] if earliest and earliest[0] <= now else None

    def _advance(self, clock: Clock) -> Rang:
        if clock.state is ClockState.RUNNING and clock.warned < len(clock.warnings):
            self._clocks[clock.id] = clock = clock.model_copy(update={"warned": clock.warned + 1})
            left = clock.due_at - clock.warnings[clock.warned - 1]
            kind = EventKind.CLOCK_WARNED
            entry = self._write(kind, clock, remaining_seconds=_seconds(left))
            return Rang(kind=kind, clock=clock, entry=entry)
        if clock.state is ClockState.RUNNING:
            self._clocks[clock.id] = clock = clock.model_copy(update={"state": ClockState.MISSED})
            kind = EventKind.CLOCK_MISSED
            return Rang(kind=kind, clock=clock, entry=self._write(kind, clock))
        return self._escalate(clock)

    def _escalate(self, clock: Clock) -> Rang:
        step, kind = clock.rungs[clock.escalated], EventKind.CLOCK_ESCALATED
        called: JsonObject = {} if step.rung is None else {"rung": step.rung}
        self._clocks[clock.id] = clock = clock.model_copy(update={"escalated": clock.escalated + 1})
        entry = self._write(
            kind,
            clock,
            step=clock.escalated,
            overdue_seconds=_seconds(step.after),
            roles=[str(role) for role in step.roles],
            may_decide=step.may_decide,
            **called,
        )
        return Rang(kind=kind, clock=clock, entry=entry, roles=step.roles, rung=step.rung)

    def _open(self, clock_id: str) -> Clock | None:
        clock = self._clocks.get(clock_id)
        return clock if clock is not None and clock.open else None

    def _stop(
        self,
        clock: Clock,
        state: ClockState,
        actor: Actor,
        causes: tuple[str, ...],
        **payload: object,
    ) -> None:
        kind = EventKind.CLOCK_MET if state is ClockState.MET else EventKind.CLOCK_CANCELLED
        clock = clock.model_copy(update={"state": state})
        self._clocks[clock.id] = clock
        self._write(kind, clock, actor=actor, causes=causes, **payload)

    def _write(
        self,
        kind: EventKind,
        clock: Clock,
        *,
        actor: Actor = SYSTEM,
        causes: tuple[str, ...] = (),
        **payload: object,
    ) -> str:
        upcoming = clock.next_moment()
        return self._record(
            Event(
                kind=kind,
                subject=Subject(type="clock", id=clock.id),
                actor=actor,
                payload={
                    "title": clock.title,
                    "state": str(clock.state),
                    "due_at": rfc3339(clock.due_at),
                    "next_at": rfc3339(upcoming) if upcoming else None,
                    **payload,
                },
                policy=clock.policy,
                causes=causes,
            )
        )


def _without_past_warnings(clock: Clock, now: datetime) -> Clock:
    """A warning whose moment is past when the clock is set would only be noise."""
    return clock.model_copy(update={"warned": sum(at <= now for at in clock.warnings)})


def _seconds(duration: timedelta) -> int:
    return int(duration.total_seconds())
