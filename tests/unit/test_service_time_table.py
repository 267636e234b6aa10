"""The clock table: service hours by holidays by summer time by pauses.

Each row has the moment that people reckon by hand, and the code and the minutes counted one by one
have to agree on it. All combinations then, without a moment by hand, of the code and the minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import pytest

from holdfast.domain.service_time import ROUND_THE_CLOCK, ServiceTime
from tests.service_minutes import (
    BERLIN,
    KOLKATA,
    LORD_HOWE,
    NEW_YORK,
    Minutes,
    Pause,
    due_with_pauses,
    hours,
    service,
    utc,
)

_OFFICE = hours("mo tu we th fr", "08:00", "18:00")
_NIGHT = hours("sa", "22:00", "06:00")
_EASTER = ("2026-04-03", "2026-04-06")

# Service hours, holidays, start, length in minutes, pauses, and when it is due, all in UTC.
_ROWS: dict[str, tuple[ServiceTime, str, int, Sequence[tuple[str, str]], str]] = {
    "round the clock": (ROUND_THE_CLOCK, "2026-03-28T23:30", 240, (), "2026-03-29T03:30"),
    "round the clock knows no holidays": (
        service(holidays=["2026-03-04"]), "2026-03-04T00:00", 60, (), "2026-03-04T01:00",
    ),
    "round the clock, paused twice": (
        ROUND_THE_CLOCK, "2026-03-04T08:00", 120,
        [("2026-03-04T09:00", "2026-03-04T10:00"), ("2026-03-04T10:30", "2026-03-05T00:00")],
        "2026-03-05T00:30",
    ),
    "within one day": (service(_OFFICE), "2026-03-04T08:00", 240, (), "2026-03-04T12:00"),
    "to the last minute of the day": (
        service(_OFFICE), "2026-03-04T13:00", 240, (), "2026-03-04T17:00",
    ),
    "a minute more is the next morning": (
        service(_OFFICE), "2026-03-04T13:00", 241, (), "2026-03-05T07:01",
    ),
    "asked at night": (service(_OFFICE), "2026-03-04T01:00", 15, (), "2026-03-04T07:15"),
    "over a weekend on which summer time begins": (
        service(_OFFICE), "2026-03-27T16:00", 240, (), "2026-03-30T09:00",
    ),
    "over a weekend on which it ends": (
        service(_OFFICE), "2026-10-23T15:00", 240, (), "2026-10-26T10:00",
    ),
    "over Easter": (
        service(_OFFICE, holidays=_EASTER), "2026-04-02T15:00", 240, (), "2026-04-07T09:00",
    ),
    "a holiday at a weekend changes nothing": (
        service(_OFFICE, holidays=["2026-03-28"]), "2026-03-27T16:00", 240, (), "2026-03-30T09:00",
    ),
    "asked on a holiday": (
        service(_OFFICE, holidays=_EASTER), "2026-04-06T10:00", 15, (), "2026-04-07T06:15",
    ),
    "a night in March has seven hours": (
        service(_NIGHT), "2026-03-28T21:00", 420, (), "2026-03-29T04:00",
    ),
    "and no eighth": (service(_NIGHT), "2026-03-28T21:00", 480, (), "2026-04-04T21:00"),
    "a night in October has nine": (
        service(_NIGHT), "2026-10-24T20:00", 540, (), "2026-10-25T05:00",
    ),
    "a night that begins on a holiday is left out whole": (
        service(_NIGHT, holidays=["2026-12-26"]), "2026-12-26T20:00", 60, (), "2027-01-02T22:00",
    ),
    "a night that ends on a holiday is not": (
        service(_NIGHT, holidays=["2026-03-29"]), "2026-03-28T21:00", 420, (), "2026-03-29T04:00",
    ),
    "what would begin in the hour that is skipped begins after it": (
        service(hours("su", "02:30", "04:00")), "2026-03-28T12:00", 60, (), "2026-03-29T02:00",
    ),
    "what lies in the hour that comes twice comes twice": (
        service(hours("su", "02:15", "02:45")), "2026-10-25T00:00", 60, (), "2026-10-25T01:45",
    ),
    "what ends in it begins again in the second": (
        service(hours("su", "01:00", "02:30")), "2026-10-24T22:00", 120, (), "2026-10-25T01:30",
    ),
    "half an hour off": (
        service(hours("we", "09:30", "17:30", KOLKATA)),
        "2026-03-04T03:00", 240, (), "2026-03-04T08:00",
    ),
    "half an hour that comes twice": (
        service(hours("su", "01:00", "03:00", LORD_HOWE)),
        "2026-04-04T13:00", 150, (), "2026-04-04T16:30",
    ),
    "half an hour that is skipped": (
        service(hours("su", "01:00", "03:00", LORD_HOWE)),
        "2026-10-03T12:00", 90, (), "2026-10-03T16:00",
    ),
    "two places that overlap count once": (
        service(hours("we", "09:00", "17:00"), hours("we", "09:00", "17:00", NEW_YORK)),
        "2026-03-04T08:00", 840, (), "2026-03-04T22:00",
    ),
    "a holiday is that of the place's own day": (
        service(
            hours("we th", "00:00", "24:00"), hours("we", "18:00", "24:00", NEW_YORK),
            holidays=["2026-03-05"],
        ),
        "2026-03-04T22:30", 90, (), "2026-03-05T00:00",
    ),
    "whole days that meet": (
        service(hours("mo tu we th fr sa su", "00:00", "24:00")),
        "2026-03-28T12:00", 2880, (), "2026-03-30T12:00",
    ),
    "a pause within the day": (
        service(_OFFICE), "2026-03-04T07:00", 240,
        [("2026-03-04T08:00", "2026-03-04T10:00")], "2026-03-04T13:00",
    ),
    "a pause over night": (
        service(_OFFICE), "2026-03-04T07:00", 240,
        [("2026-03-04T10:00", "2026-03-05T09:00")], "2026-03-05T10:00",
    ),
    "a pause that ends at night": (
        service(_OFFICE), "2026-03-04T07:00", 240,
        [("2026-03-04T10:00", "2026-03-05T01:00")], "2026-03-05T08:00",
    ),
    "a pause at a weekend costs nothing": (
        service(_OFFICE), "2026-03-27T16:00", 240,
        [("2026-03-28T09:00", "2026-03-29T20:00")], "2026-03-30T09:00",
    ),
    "a pause over Easter and the change to summer time": (
        service(_OFFICE, holidays=_EASTER), "2026-03-27T15:00", 2460,
        [("2026-03-27T16:00", "2026-03-30T07:00"), ("2026-04-02T15:00", "2026-04-06T12:00")],
        "2026-04-07T08:00",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", _ROWS)
def test_a_row_of_the_table_is_due_when_people_reckon_it_is(row: str) -> None:
    """Reckoned by hand, by the code, and by counting minutes."""
    within, start, minutes, pauses, due = _ROWS[row]
    length = timedelta(minutes=minutes)
    stands = [(utc(begin), utc(end)) for begin, end in pauses]
    assert due_with_pauses(within, utc(start), length, stands) == utc(due)
    assert Minutes(within).due(utc(start), length, stands) == utc(due)


_HOURS = {
    "none": (),
    "office": (_OFFICE,),
    "night": (hours("mo we fr sa", "22:00", "06:00"),),
    "two windows": (hours("mo tu we th", "08:00", "12:30"), hours("mo we sa su", "11:00", "20:15")),
    "two places": (_OFFICE, hours("mo tu we th fr", "09:00", "17:00", NEW_YORK)),
    "three places": (
        hours("mo sa su", "23:00", "03:30", KOLKATA), hours("su mo", "01:15", "02:45", LORD_HOWE),
        hours("sa su", "01:30", "02:30", BERLIN),
    ),
    "always": (hours("mo tu we th fr sa su", "00:00", "24:00"),),
}  # fmt: skip
_HOLIDAYS = {
    "no holidays": (),
    "holidays": ("2026-01-01", "2026-03-28", "2026-03-30", "2026-10-24", "2026-10-26"),
}
_SEASONS = {"winter": "2025-12-30", "spring": "2026-03-27", "autumn": "2026-10-23"}
_PAUSES = {
    "no pause": (),
    "a pause": ((37, 400),),
    "pauses": ((5, 65), (700, 2000), (2900, 5003)),
}
_LENGTHS = (1, 90, 703)


@lru_cache(maxsize=8)
def _counted(named: str, holidays: str) -> tuple[ServiceTime, Minutes]:
    within = service(*_HOURS[named], holidays=_HOLIDAYS[holidays])
    return within, Minutes(within)


def _starts(season: str) -> list[datetime]:
    return [utc(f"{_SEASONS[season]}T{clock}") for clock in ("07:00", "23:17")]


@pytest.mark.parametrize("pauses", _PAUSES)
@pytest.mark.parametrize("season", _SEASONS)
@pytest.mark.parametrize("holidays", _HOLIDAYS)
@pytest.mark.parametrize("named", _HOURS)
def test_every_combination_is_due_when_the_minutes_say(
    named: str, holidays: str, season: str, pauses: str
) -> None:
    """A short time, one of an hour and a half, and one of many days, by day and by night."""
    within, minutes = _counted(named, holidays)
    for start in _starts(season):
        stands: list[Pause] = [
            (start + timedelta(minutes=begin), start + timedelta(minutes=end))
            for begin, end in _PAUSES[pauses]
        ]
        for length in (timedelta(minutes=count) for count in _LENGTHS):
            ours = due_with_pauses(within, start, length, stands)
            assert ours == minutes.due(start, length, stands), (start, length)
