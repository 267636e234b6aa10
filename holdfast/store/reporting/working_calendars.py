"""Calendars of the Member States: public holidays of the `holidays` package, and local time by law.

A calendar is as long as a matter needs it and stands in the evidence; what is looked up here is
never looked up again for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays import HolidayBase, country_holidays

from holdfast.domain.reporting.policy import CalendarChange
from holdfast.domain.values import Line
from holdfast.dora.clock_cases import ClockCase
from holdfast.dora.working_days import WorkingCalendar
from holdfast.errors import InvalidInput
from holdfast.store.reporting.local_times import local_time_of

__all__ = ["calendar_of", "holidays_of"]

_LANGUAGE = "en_US"
"""The one in which the package names the holidays of all these states."""

_BEFORE = timedelta(days=1)
_AFTER = timedelta(days=60)
"""A month, and the longest row of days off with room to spare."""

_DORA_APPLIES = datetime(2025, 1, 17, tzinfo=UTC)

_PART = re.compile(r"[A-Z0-9]{1,3}")
_LONGEST_NAME = 200

# The package knows these parts under other codes of ISO 3166-2.
_SAME_AS = {
    "FR-67": "6AE",
    "FR-68": "6AE",
    "FR-GP": "971",
    "FR-MQ": "972",
    "FR-GF": "973",
    "FR-RE": "974",
    "FR-YT": "976",
}

# Where the package has holidays for some kinds of parts only: the others have those of the state.
_OTHER_PARTS = {
    "FR": re.compile(r"0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|20R|69M|75C|972|[A-Z]{3}"),
    "IT": re.compile(r"[0-9]{2}"),
    "NO": re.compile(r"[0-9]{2}"),
}


def calendar_of(
    case: ClockCase, changes: Mapping[str, CalendarChange] = MappingProxyType({})
) -> WorkingCalendar:
    """The calendar of the place of the entity, for all days that its deadlines may touch.

    `changes` are what the reporting policy says of Member States otherwise.

    Raises:
        InvalidInput: the Member State has no such part.
    """
    state, part = case.entity.member_state, case.entity.subdivision
    moments = _moments(case)
    first = min(moments).date() - _BEFORE
    last = max(moments).date() + _AFTER
    found = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in holidays_of(state, part, year).items()
        if first <= day <= last
    }
    change = changes.get(state, CalendarChange())
    for day in change.remove:
        found.pop(day, None)
    found |= {day: name for day, name in change.add.items() if first <= day <= last}
    zone = local_time_of(state, part)
    return WorkingCalendar(
        time_zone=zone.name,
        rule=zone.rule,
        first_day=first,
        last_day=last,
        holidays=dict(sorted(found.items())),
    )


# All states and some of their parts, over the years that incidents of one installation touch.
@lru_cache(maxsize=1024)
def holidays_of(state: str, subdivision: str | None, year: int) -> Mapping[date, Line]:
    """The public holidays of a Member State in a year, in English; in a part also those of it.

    Raises:
        InvalidInput: the Member State has no such part.
    """
    part = None if subdivision is None else _part(state, subdivision)
    found = country_holidays(state, subdiv=part, years=year, language=_LANGUAGE)
    return MappingProxyType(
        {day: name[:_LONGEST_NAME] for day, name in found.items() if day.year == year}
    )


def _part(state: str, subdivision: str) -> str | None:
    """The part as the package calls it; None where its holidays are those of the state."""
    if subdivision in _SAME_AS:
        return _SAME_AS[subdivision]
    part = subdivision.removeprefix(f"{state}-")
    known = [each for each in _known(state).subdivisions if _PART.fullmatch(each)]
    if part in known:
        return part
    other = _OTHER_PARTS.get(state)
    if known and (other is None or not other.fullmatch(part)):
        message = f"entity.subdivision: '{subdivision}' is no part of {state} (ISO 3166-2)"
        raise InvalidInput(message)
    return None


def _known(state: str) -> HolidayBase:
    return country_holidays(state)


def _moments(case: ClockCase) -> list[datetime]:
    """All moments of the case that a limit may follow from; without any, no day is looked at."""
    singles = (case.classified_major_at, case.initial_submitted_at)
    found = [*(at for at in singles if at is not None), *case.intermediate_submitted_at]
    return found or [_DORA_APPLIES]
