"""Clocks: warnings before, a ladder after, every change an event, in any rhythm of waking."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.clocks import Clock, Clocks, ClockState
from holdfast.domain.events import Event, EventKind
from holdfast.domain.roles import Role
from holdfast.domain.schedules import LadderStep, Schedule
from tests.statements import NOON

MINUTE = timedelta(minutes=1)

SCHEDULE = Schedule(
    due_after=60 * MINUTE,
    warn_before=(10 * MINUTE, 30 * MINUTE),
    ladder=(
        LadderStep(after=timedelta(0), roles=(Role.INCIDENT_COMMANDER,)),
        LadderStep(after=30 * MINUTE, roles=(Role.MANAGEMENT_BODY,), may_decide=True),
    ),
)


class Running:
    """Clocks over a list of events."""

    def __init__(self) -> None:
        """Start without a clock."""
        self.events: list[Event] = []
        self.book: dict[str, Clock] = {}
        self.clocks = Clocks(self.book, self._record)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return str(len(self.events))

    def kinds(self) -> list[str]:
        """What the clocks have done, in order."""
        return [str(event.kind).removeprefix("clock.") for event in self.events]


def test_a_clock_warns_is_missed_and_climbs_its_ladder() -> None:
    """The whole life of a clock that nobody meets."""
    running = Running()
    running.clocks.arm("c", "Decide", NOON, SCHEDULE)
    moments = []
    while upcoming := running.clocks.next_moment():
        moments.append(int((upcoming[0] - NOON) / MINUTE))
        running.clocks.ring(upcoming[0])
    assert running.kinds() == ["armed", "warned", "warned", "missed", "escalated", "escalated"]
    assert moments == [30, 50, 60, 90]
    assert running.book["c"].deciding_roles() == {Role.MANAGEMENT_BODY}


def test_a_met_clock_does_nothing_more() -> None:
    """Meeting stops warnings and ladder."""
    running = Running()
    running.clocks.arm("c", "Decide", NOON, SCHEDULE)
    running.clocks.meet("c")
    assert running.clocks.next_moment() is None
    assert running.clocks.ring(NOON + timedelta(days=1)) == []
    assert running.kinds() == ["armed", "met"]


def test_a_missed_clock_can_still_be_met_and_says_that_it_was_late() -> None:
    """Late is recorded as late."""
    running = Running()
    running.clocks.arm("c", "Decide", NOON, SCHEDULE)
    running.clocks.ring(NOON + 61 * MINUTE)
    running.clocks.meet("c")
    assert running.events[-1].payload["after_deadline"] is True


def test_re_arming_starts_warnings_and_ladder_afresh() -> None:
    """A re-armed clock is a new deadline."""
    running = Running()
    running.clocks.arm("c", "Decide", NOON, SCHEDULE)
    running.clocks.ring(NOON + 70 * MINUTE)
    running.clocks.arm("c", "Decide", NOON + 80 * MINUTE, SCHEDULE)
    assert running.book["c"].state is ClockState.RUNNING
    assert running.events[-1].payload["re_armed"] is True
    upcoming = running.clocks.next_moment()
    assert upcoming is not None
    assert upcoming[0] == NOON + 110 * MINUTE


def test_a_warning_that_is_past_when_the_clock_is_armed_is_left_out() -> None:
    """A warning longer before than the deadline itself would only be noise."""
    running = Running()
    running.clocks.arm(
        "c", "Decide", NOON, Schedule(due_after=5 * MINUTE, warn_before=(10 * MINUTE,))
    )
    running.clocks.ring(NOON + 5 * MINUTE)
    assert running.kinds() == ["armed", "missed"]


@given(st.lists(st.integers(0, 200), min_size=1, max_size=20))
def test_however_late_the_wake_ups_the_same_things_happen_in_the_same_order(
    minutes: list[int],
) -> None:
    """A worker that was down catches up: nothing is skipped, nothing doubled."""
    end = max(*minutes, 120)
    steady, lazy = Running(), Running()
    for running in (steady, lazy):
        running.clocks.arm("a", "First", NOON, SCHEDULE)
        running.clocks.arm("b", "Second", NOON + 7 * MINUTE, SCHEDULE)
    for minute in range(end + 1):
        steady.clocks.ring(NOON + minute * MINUTE)
    for minute in sorted({*minutes, end}):
        lazy.clocks.ring(NOON + minute * MINUTE)
    assert [(e.kind, e.subject.id) for e in lazy.events] == [
        (e.kind, e.subject.id) for e in steady.events
    ]


def test_cancelling_an_unknown_or_settled_clock_changes_nothing() -> None:
    """Stopping is idempotent."""
    running = Running()
    running.clocks.cancel("c")
    running.clocks.arm("c", "Decide", NOON, SCHEDULE)
    running.clocks.cancel("c")
    running.clocks.cancel("c")
    assert [event.kind for event in running.events] == [
        EventKind.CLOCK_ARMED,
        EventKind.CLOCK_CANCELLED,
    ]
