"""Working days and local time of a place, from data alone.

Which days are public holidays, and by which rule the clocks go there, stands in the evidence beside
what was computed from it: no time zone database and no later law can change the result.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta

from pydantic import Field

from holdfast.domain.time_zones import TimeZoneRule, local_time
from holdfast.domain.values import Frozen, Line

__all__ = ["WorkingCalendar"]

_NOON = time(12)
_DECEMBER = 12
_ONE_DAY = timedelta(days=1)
_FREE_WEEKDAYS = {5: "Saturday", 6: "Sunday"}


class WorkingCalendar(Frozen):
    """The public holidays and the clock of a place, complete from its first day to its last.

    `time_zone` names it for people; `rule` says how far its clocks are from UTC, and when.
    """

    time_zone: Line
    rule: TimeZoneRule
    first_day: date
    last_day: date
    holidays: dict[date, Line] = Field(default_factory=dict)

    def day_of(self, at: datetime) -> date:
        """The local date at an aware instant."""
        return local_time(self.rule, at).date()

    def free_because(self, day: date) -> str | None:
        """Why that day is no working day, or None; a weekend before a holiday that falls on it.

        Raises:
            ValueError: the calendar does not know that day.
        """
        if not self.first_day <= day <= self.last_day:
            message = f"the calendar knows {self.first_day} to {self.last_day}, and not {day}"
            raise ValueError(message)
        return _FREE_WEEKDAYS.get(day.weekday()) or self.holidays.get(day)

    def noon_of_next_working_day(self, day: date) -> datetime:
        """Local noon of the first working day after that day, in UTC.

        Raises:
            ValueError: the calendar does not know all days until then.
        """
        following = day + _ONE_DAY
        while self.free_because(following) is not None:
            following += _ONE_DAY
        return self._in_utc(datetime.combine(following, _NOON, tzinfo=UTC))

    def one_month_after(self, at: datetime) -> datetime:
        """The same local date and time a calendar month later; the last day of a shorter month.

        A local time that summer time skips counts by the offset before; of one that comes twice
        it is the first.
        """
        local = local_time(self.rule, at).replace(tzinfo=UTC, fold=0)
        ends_year = local.month == _DECEMBER
        year, month = (local.year + 1, 1) if ends_year else (local.year, local.month + 1)
        day = min(local.day, monthrange(year, month)[1])
        return self._in_utc(local.replace(year=year, month=month, day=day))

    def _in_utc(self, wall: datetime) -> datetime:
        """The instant at which the clocks there show `wall`, whose own zone says nothing."""
        zone = local_time(self.rule, wall).tzinfo
        return wall.replace(tzinfo=zone).astimezone(UTC)
