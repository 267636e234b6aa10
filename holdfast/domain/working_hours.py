"""Working hours as data: days of the week, from when until when, on the clock of which place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from holdfast.domain.time_zones import local_time
from holdfast.domain.values import Frozen, Identifier

__all__ = ["Weekday", "WorkingHours"]

_ClockTime = Annotated[str, StringConstraints(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class Weekday(StrEnum):
    """The days of the week, in the order of ISO 8601."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


_WEEK = tuple(Weekday)


class WorkingHours(Frozen):
    """When somebody is at work: `begin` counts, `end` does not; `HH:MM` on the clock there.

    Where `end` is before `begin`, work ends on the next day: the weekday is that of its begin.
    """

    time_zone: Identifier
    weekdays: tuple[Weekday, ...] = Field(min_length=1, max_length=7)
    begin: _ClockTime
    end: _ClockTime

    @model_validator(mode="after")
    def _have_a_length(self) -> WorkingHours:
        if self.begin in {self.end, "24:00"}:
            message = f"'{self.begin}' to '{self.end}': for the whole day write 00:00 to 24:00"
            raise ValueError(message)
        return self

    def hold(self, at: datetime, time_zones: Mapping[str, str]) -> bool:
        """Whether an aware instant lies within them; `time_zones` has the rules by name.

        Raises:
            KeyError: the time zone has no rule.
        """
        local = local_time(time_zones[self.time_zone], at)
        minute = 60 * local.hour + local.minute
        begin, end = _minute(self.begin), _minute(self.end)
        today = _WEEK[local.weekday()] in self.weekdays
        if begin < end:
            return today and begin <= minute < end
        yesterday = _WEEK[local.weekday() - 1] in self.weekdays
        return (today and minute >= begin) or (yesterday and minute < end)


def _minute(clock_time: str) -> int:
    hours, minutes = clock_time.split(":")
    return 60 * int(hours) + int(minutes)
