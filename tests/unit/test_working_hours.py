"""Working hours on the clock of a place: summer time, nights, and rules that are none."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from holdfast.domain.time_zones import TimeZoneRule, local_time
from holdfast.domain.working_hours import Weekday, WorkingHours

_RULES = {
    "Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3",
    "Europe/London": "GMT0BST,M3.5.0/1,M10.5.0",
    "Europe/Dublin": "IST-1GMT0,M10.5.0,M3.5.0/1",
    "America/New_York": "EST5EDT,M3.2.0,M11.1.0",
    "Australia/Sydney": "AEST-10AEDT,M10.1.0,M4.1.0/3",
    "Asia/Singapore": "<+08>-8",
}
_OFFICE_DAYS = tuple(Weekday)[:5]
OFFICE = WorkingHours(time_zone="Europe/Berlin", weekdays=_OFFICE_DAYS, begin="08:00", end="18:00")
NIGHT = WorkingHours(
    time_zone="Europe/Berlin", weekdays=(Weekday.SATURDAY,), begin="22:00", end="06:00"
)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-03-27T06:59:59", False),
        ("2026-03-27T07:00:00", True),
        ("2026-03-27T16:59:59", True),
        ("2026-03-27T17:00:00", False),
        ("2026-03-30T05:59:59", False),
        ("2026-03-30T06:00:00", True),
        ("2026-03-30T16:00:00", False),
        ("2026-10-23T06:00:00", True),
        ("2026-10-26T06:59:59", False),
        ("2026-10-26T07:00:00", True),
        ("2026-03-28T12:00:00", False),
    ],
)
def test_office_hours_follow_the_clock_on_the_wall(at: str, there: bool) -> None:  # noqa: FBT001 - a case
    """Summer time began on 29 March 2026 and ended on 25 October: an hour earlier in UTC."""
    assert OFFICE.hold(_at(at), _RULES) is there


@pytest.mark.parametrize(
    ("at", "there"),
    [
        ("2026-03-28T20:59:59", False),
        ("2026-03-28T21:00:00", True),
        ("2026-03-29T00:59:59", True),
        ("2026-03-29T03:59:59", True),
        ("2026-03-29T04:00:00", False),
        ("2026-10-25T04:59:59", True),
        ("2026-10-25T05:00:00", False),
        ("2026-03-28T03:00:00", False),
    ],
)
def test_a_night_belongs_to_the_day_on_which_it_begins(at: str, there: bool) -> None:  # noqa: FBT001 - a case
    """It is an hour shorter in March and an hour longer in October."""
    assert NIGHT.hold(_at(at), _RULES) is there


def test_a_whole_day_ends_at_midnight() -> None:
    """`24:00` is the end of the day, and `00:00` its begin."""
    sunday = WorkingHours(
        time_zone="Asia/Singapore", weekdays=(Weekday.SUNDAY,), begin="00:00", end="24:00"
    )
    assert not sunday.hold(_at("2026-03-07T15:59:59"), _RULES)
    assert sunday.hold(_at("2026-03-07T16:00:00"), _RULES)
    assert sunday.hold(_at("2026-03-08T15:59:59"), _RULES)
    assert not sunday.hold(_at("2026-03-08T16:00:00"), _RULES)


@pytest.mark.skipif(not zoneinfo.available_timezones(), reason="no time zone data here")
@pytest.mark.parametrize("name", _RULES)
@given(at=st.datetimes(datetime(2020, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the strategy adds the zone
def test_a_rule_tells_the_time_that_the_time_zone_data_tell(name: str, at: datetime) -> None:
    """Without reading them."""
    known = at.astimezone(zoneinfo.ZoneInfo(name))
    ours = local_time(_RULES[name], at)
    assert (ours.replace(tzinfo=None), ours.utcoffset()) == (
        known.replace(tzinfo=None),
        known.utcoffset(),
    )


@pytest.mark.parametrize(
    "rule",
    ["", "CET", "Europe/Berlin", "CET-1CEST", "CET-25", "CET-1CEST,M13.5.0,M10.5.0",
     "CET-1\nX", "CET-1\x00", "CET-1CEST,M3.5.0,M10.5.0/3 "],
)  # fmt: skip
def test_what_is_no_rule_is_refused(rule: str) -> None:
    """When the policy is read, not when somebody is needed."""
    with pytest.raises(ValidationError):
        TypeAdapter(TimeZoneRule).validate_python(rule)


@pytest.mark.parametrize(
    ("begin", "end"), [("08:00", "08:00"), ("24:00", "08:00"), ("8:00", "9:00"), ("08:60", "09:00")]
)
def test_hours_without_a_length_or_a_clock_are_refused(begin: str, end: str) -> None:
    """`08:00` to `08:00` may mean nothing or a day."""
    with pytest.raises(ValidationError):
        WorkingHours(time_zone="x", weekdays=_OFFICE_DAYS, begin=begin, end=end)
