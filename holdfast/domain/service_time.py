"""Service time: what passes within service hours, on the clock of the place, without holidays.

An instant counts if the clock on the wall there lies within a window that began on a day that
counts. In spring an hour is skipped and in autumn one comes twice, as on the wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias

from holdfast.domain.offset_periods import OffsetPeriod, offset_periods
from holdfast.domain.time_zones import local_time
from holdfast.domain.working_hours import Weekday, WorkingHours

__all__ = ["LONGEST_SEARCH", "ROUND_THE_CLOCK", "BeyondServiceTime", "ServiceTime"]

LONGEST_SEARCH = timedelta(days=3653)
"""Ten years: further than that no time is looked for, or counted."""

_WEEK = tuple(Weekday)
_DAY = timedelta(days=1)
_LOOKED_AT_FIRST, _LOOKED_AT_ONCE = timedelta(days=4), timedelta(days=64)
# Local dates are at most a day off those in UTC, and a window ends on the day after its begin.
_DAYS_BEFORE, _DAYS_AFTER = 3, 1
# Around them there have to be days and years to look into.
_FIRST_YEAR, _LAST_YEAR = 1, 9999

_Span: TypeAlias = tuple[datetime, datetime]


class BeyondServiceTime(ValueError):
    """So much service time does not pass within ten years, or what is counted is longer."""


@dataclass(frozen=True, slots=True)
class ServiceTime:
    """The time within any of the windows, without those that begin on a holiday.

    Without windows every instant counts, holidays too. `time_zones` has the rules of the windows'
    time zones by name. Instants are aware, answers in UTC.
    """

    windows: tuple[WorkingHours, ...] = ()
    time_zones: Mapping[str, str] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def holds(self, at: datetime) -> bool:
        """Whether an instant is within service time."""
        return not self.windows or any(self._within(window, at) for window in self.windows)

    def after(self, start: datetime, passed: timedelta) -> datetime:
        """The earliest instant by which so much service time has passed since the start.

        Raises:
            BeyondServiceTime: that is not so within ten years, or `passed` is negative.
        """
        at, left = start.astimezone(UTC), passed
        if not timedelta(0) <= passed <= LONGEST_SEARCH:
            raise BeyondServiceTime(_words(at, passed))
        if not left or not self.windows:
            return _moved(at, left)
        last, stretch = _moved(at, LONGEST_SEARCH), _LOOKED_AT_FIRST
        while at < last:
            until = min(at + stretch, last)
            for begin, end in self._spans(at, until):
                if end - begin >= left:
                    return begin + left
                left -= end - begin
            at, stretch = until, min(2 * stretch, _LOOKED_AT_ONCE)
        raise BeyondServiceTime(_words(at, passed))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much service time passes from the start until the end; none if that is earlier.

        Raises:
            BeyondServiceTime: they are more than ten years apart.
        """
        since, until = start.astimezone(UTC), end.astimezone(UTC)
        if until - since > LONGEST_SEARCH:
            raise BeyondServiceTime(_words(since, until - since))
        if until <= since or not self.windows:
            return max(until - since, timedelta(0))
        return sum((last - first for first, last in self._spans(since, until)), timedelta(0))

    def _within(self, window: WorkingHours, at: datetime) -> bool:
        wall = local_time(self.time_zones[window.time_zone], at).replace(tzinfo=None)
        for day in (wall.date(), wall.date() - _DAY):
            begin, end = _on_the_wall(window, day)
            if begin <= wall < end and self._counts(window, day):
                return True
        return False

    def _counts(self, window: WorkingHours, day: date) -> bool:
        return day not in self.holidays and _WEEK[day.weekday()] in window.weekdays

    def _spans(self, since: datetime, until: datetime) -> list[_Span]:
        """Service time from then until then as spans that do not touch, in order."""
        if not _FIRST_YEAR < since.year <= until.year < _LAST_YEAR:
            raise BeyondServiceTime(_words(since, until - since))
        found: list[_Span] = []
        for begin, end in sorted(self._pieces(since, until)):
            if found and begin <= found[-1][1]:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((begin, end))
        return found

    def _pieces(self, since: datetime, until: datetime) -> Iterator[_Span]:
        """What each window gives in each period of its clock, by what the wall shows there."""
        days = [
            since.date() + number * _DAY
            for number in range(-_DAYS_BEFORE, (until - since).days + _DAYS_AFTER + 2)
        ]
        for window in self.windows:
            rule = self.time_zones[window.time_zone]
            walls = [_on_the_wall(window, day) for day in days if self._counts(window, day)]
            for period in _periods(rule, since, until):
                earliest, latest = max(since, period.begin), min(until, period.end)
                for shown_from, shown_until in walls:
                    begin = (shown_from - period.offset).replace(tzinfo=UTC)
                    end = (shown_until - period.offset).replace(tzinfo=UTC)
                    if max(begin, earliest) < min(end, latest):
                        yield max(begin, earliest), min(end, latest)


ROUND_THE_CLOCK = ServiceTime()
"""Every instant."""


def _on_the_wall(window: WorkingHours, day: date) -> _Span:
    """From when until when a window that begins on that day lasts, as the wall shows it."""
    midnight = datetime.combine(day, time())
    begin, end = midnight + _since_midnight(window.begin), midnight + _since_midnight(window.end)
    return begin, end if begin < end else end + _DAY


def _since_midnight(clock_time: str) -> timedelta:
    hours, minutes = clock_time.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def _periods(rule: str, since: datetime, until: datetime) -> Iterator[OffsetPeriod]:
    for year in range(since.year, until.year + 1):
        for period in offset_periods(rule, year):
            if period.begin < until and since < period.end:
                yield period


def _moved(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError as error:
        raise BeyondServiceTime(_words(at, by)) from error


def _words(start: datetime, length: timedelta) -> str:
    return f"'{length}' from {start.isoformat()} is more than ten years of looking: shorten it"
