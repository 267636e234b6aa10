"""Calendars of holidays, and the hours in which a provider's times run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from holdfast.domain.values import Frozen, Identifier, Line
from holdfast.domain.working_hours import Weekday, WorkingHours
from holdfast.dora.register.contradicting import Contradiction, refuse_contradictions
from holdfast.dora.register.services import Day, some

__all__ = ["Calendar", "Holiday", "ServiceHours", "covers_a_day"]

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_WEEK = tuple(Weekday)


class Holiday(Frozen):
    """A day on which a calendar has no service hours."""

    day: Day
    name: Line


class Calendar(Frozen):
    """The holidays of a place or a system, complete from the first to the last of its years."""

    first_year: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR, strict=True)
    last_year: int = Field(ge=_FIRST_YEAR, le=_LAST_YEAR, strict=True)
    holidays: tuple[Holiday, ...] = ()

    @field_validator("last_year")
    @classmethod
    def _does_not_end_before_it_begins(cls, value: int, info: ValidationInfo) -> int:
        if value < info.data.get("first_year", value):
            message = f"{value} is before the first year, {info.data['first_year']}"
            raise ValueError(message)
        return value

    @field_validator("holidays")
    @classmethod
    def _are_of_its_years_and_named_once(
        cls, holidays: tuple[Holiday, ...], info: ValidationInfo
    ) -> tuple[Holiday, ...]:
        years = (
            info.data.get("first_year", _FIRST_YEAR),
            info.data.get("last_year", _LAST_YEAR),
        )
        refuse_contradictions("Calendar", _of_holidays(holidays, *years))
        return holidays

    @property
    def days(self) -> frozenset[date]:
        """The days alone."""
        return frozenset(holiday.day for holiday in self.holidays)


class ServiceHours(Frozen):
    """When the provider's times run: within any of the windows, but not on holidays.

    A window that begins on a holiday is left out whole, past midnight too.
    """

    windows: tuple[WorkingHours, ...]
    calendar: Identifier | None = None

    _some = field_validator("windows")(some)


def covers_a_day(window: WorkingHours, calendar: Calendar) -> bool:
    """Whether the window begins on any day in the calendar's years that is no holiday."""
    days, day, last = (
        calendar.days,
        date(calendar.first_year, 1, 1),
        date(calendar.last_year, 12, 31),
    )
    while day <= last:
        if day not in days and _WEEK[day.weekday()] in window.weekdays:
            return True
        day += timedelta(days=1)
    return False


def _of_holidays(
    holidays: tuple[Holiday, ...], first_year: int, last_year: int
) -> Iterator[Contradiction]:
    known = set[date]()
    for index, holiday in enumerate(holidays):
        path = (index, "day")
        if not first_year <= holiday.day.year <= last_year:
            words = f"{holiday.day} is not in the calendar's years, {first_year} to {last_year}"
            yield Contradiction(path, holiday.day, words)
        if holiday.day in known:
            yield Contradiction(path, holiday.day, f"{holiday.day} stands here twice")
        known.add(holiday.day)
