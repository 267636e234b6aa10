"""Service time the slow way: minute by minute, by what a clock on the wall shows at each.

It is written from the words of the rule alone, to be held against the code that is fast.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from holdfast.domain.service_time import ServiceTime
from holdfast.domain.time_zones import local_time
from holdfast.domain.working_hours import WorkingHours

__all__ = [
    "BERLIN",
    "KOLKATA",
    "LORD_HOWE",
    "MINUTE",
    "NEW_YORK",
    "RULES",
    "Minutes",
    "Pause",
    "due_with_pauses",
    "hours",
    "service",
    "utc",
]

MINUTE = timedelta(minutes=1)
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"
KOLKATA, LORD_HOWE = "Asia/Kolkata", "Australia/Lord_Howe"
RULES = {
    BERLIN: "CET-1CEST,M3.5.0,M10.5.0/3",
    NEW_YORK: "EST5EDT,M3.2.0,M11.1.0",
    KOLKATA: "IST-5:30",
    LORD_HOWE: "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
}
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {name[:2]: name for name in _WEEK}

Pause = tuple[datetime, datetime]
"""From when until when a clock stands still."""


def utc(text: str) -> datetime:
    """An instant, from its date and time in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(days: str, begin: str, end: str, zone: str = BERLIN) -> WorkingHours:
    """A window on days such as `mo tu we`."""
    weekdays = [_SHORT[day] for day in days.split()]
    return WorkingHours.model_validate(
        {"time_zone": zone, "weekdays": weekdays, "begin": begin, "end": end}
    )


def service(*windows: WorkingHours, holidays: Sequence[str] = ()) -> ServiceTime:
    """The service time of these windows without these days."""
    return ServiceTime(windows, RULES, frozenset(map(date.fromisoformat, holidays)))


class Minutes:
    """Which minutes are within service time; each is asked of the wall once."""

    def __init__(self, within: ServiceTime) -> None:
        """Take the windows and the days, not the way in which they are counted."""
        self._windows = within.windows
        self._rules: Mapping[str, str] = within.time_zones
        self._holidays = within.holidays
        self.counts = lru_cache(maxsize=None)(self._counts)

    def due(self, start: datetime, length: timedelta, pauses: Sequence[Pause] = ()) -> datetime:
        """When so many minutes have passed that count and lie in no pause."""
        at, left = start, length // MINUTE
        while left:
            paused = any(begin <= at < end for begin, end in pauses)
            left -= self.counts(at) and not paused
            at += MINUTE
        return at

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """How many minutes count from then until then."""
        every = ((end - start) // MINUTE) if start < end else 0
        return sum(self.counts(start + number * MINUTE) for number in range(every)) * MINUTE

    def _counts(self, at: datetime) -> bool:
        return not self._windows or any(self._shows(window, at) for window in self._windows)

    def _shows(self, window: WorkingHours, at: datetime) -> bool:
        wall = local_time(self._rules[window.time_zone], at)
        shown, begin, end = f"{wall:%H:%M}", window.begin, window.end
        today, yesterday = wall.date(), wall.date() - timedelta(days=1)
        if begin < end:
            return self._is_worked(window, today) and begin <= shown < end
        tonight = self._is_worked(window, today) and begin <= shown
        return tonight or (self._is_worked(window, yesterday) and shown < end)

    def _is_worked(self, window: WorkingHours, day: date) -> bool:
        return _WEEK[day.weekday()] in window.weekdays and day not in self._holidays


def due_with_pauses(
    within: ServiceTime, start: datetime, length: timedelta, pauses: Sequence[Pause]
) -> datetime:
    """When a clock is due that is paused and resumed: what was left then is left from then on."""
    due_at = within.after(start, length)
    for begin, end in pauses:
        if begin < due_at:
            due_at = within.after(end, within.between(begin, due_at))
    return due_at
