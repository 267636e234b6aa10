"""When a provider's times are due, warned of and escalated: by its contract and by our policy.

The contract's times and rungs count in its service time, our own rungs round the clock. While no
severity is assigned the slowest times count, so that no provider is accused of what it never owed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from holdfast.domain.schedules import LadderStep, Schedule
from holdfast.domain.service_time import ROUND_THE_CLOCK, ServiceTime
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.naming import escalation_prefix
from holdfast.domain.third_party.opening import TakenTerms
from holdfast.dora.register.terms import ServiceTimes, VendorClock

__all__ = [
    "clock_of",
    "promised",
    "resumed",
    "service_time",
    "vendor_clock_id",
    "vendor_schedule",
]

_CLOCK = re.compile(r"third-party-[0-9]+:([a-z_]+)-[0-9]+")
_PERCENT = 100


def vendor_clock_id(number: int, clock: VendorClock, round_number: int) -> str:
    """The id of a provider's clock: unique in the incident."""
    return f"{escalation_prefix(number)}{clock}-{round_number}"


def clock_of(clock_id: str) -> VendorClock | None:
    """Which of the provider's times a clock holds it to; None for any other clock."""
    found = _CLOCK.fullmatch(clock_id)
    if found is None or found[1] not in list(VendorClock):
        return None
    return VendorClock(found[1])


def promised(taken: TakenTerms, severity: Severity | None) -> ServiceTimes:
    """The times that are owed at a severity: the contract's, or what we expect without one."""
    times = taken.terms.times if taken.terms else taken.rules.without_terms
    return times[severity or max(Severity)]


def service_time(taken: TakenTerms, severity: Severity | None) -> ServiceTime:
    """When the times of the contract run, at a severity."""
    hours = taken.terms.hours if taken.terms else None
    if taken.terms is None or hours is None or severity in taken.terms.round_the_clock:
        return ROUND_THE_CLOCK
    holidays = taken.calendar.days if taken.calendar else frozenset()
    return ServiceTime(hours.windows, taken.time_zones, holidays)


def vendor_schedule(
    taken: TakenTerms, severity: Severity | None, clock: VendorClock, since: datetime
) -> tuple[datetime, Schedule] | None:
    """When a time that runs since an aware instant is due, and what happens before and after.

    The schedule counts from `since`. None where the time is not promised.
    """
    length = promised(taken, severity).of(clock)
    if length is None:
        return None
    running = service_time(taken, severity)
    due_at = running.after(since, length)
    warned_at = [running.after(since, length - left) for left in _warned(taken, length)]
    return due_at, _schedule(taken, clock, running, since, due_at, warned_at)


def resumed(  # noqa: PLR0913 - where the clock stood, and by what it runs
    taken: TakenTerms,
    severity: Severity | None,
    clock: VendorClock,
    paused_at: datetime,
    due_at: datetime,
    now: datetime,
    *,
    pace: int = 1,
) -> tuple[datetime, Schedule]:
    """When a clock is due that stood still since `paused_at`: what was left then is left now.

    With a `pace` other than 1, both are what they are where time runs so much faster.
    """
    running = service_time(taken, severity)
    left = running.between(paused_at, paused_at + (due_at - paused_at) * pace)
    length = promised(taken, severity).of(clock) or left
    again = running.after(now, left)
    warned_at = [running.after(now, left - part) for part in _warned(taken, length) if part < left]
    schedule = _schedule(taken, clock, running, now, again, warned_at)
    return now + (again - now) / pace, schedule.at_pace(pace)


def _warned(taken: TakenTerms, length: timedelta) -> list[timedelta]:
    """What is left of a time when it is warned of."""
    return [length * percent // _PERCENT for percent in taken.rules.warn_with_percent_left]


def _schedule(
    taken: TakenTerms,
    clock: VendorClock,
    running: ServiceTime,
    since: datetime,
    due_at: datetime,
    warned_at: list[datetime],
) -> Schedule:
    rungs = taken.terms.ladder if taken.terms else ()
    theirs = tuple(
        LadderStep(after=running.after(due_at, rung.after) - due_at, roles=(), rung=number)
        for number, rung in enumerate(rungs)
        if number > 0  # the first is called as soon as the deadline has passed
    )
    return Schedule(
        due_after=due_at - since,
        warn_before=tuple(due_at - at for at in warned_at),
        ladder=(*taken.rules.ladders[clock], *theirs),
    )
