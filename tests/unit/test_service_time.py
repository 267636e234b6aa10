"""Service time, whatever the hours and the days: exact, additive, and never looked for in vain."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.offset_periods import offset_periods
from holdfast.domain.service_time import ROUND_THE_CLOCK, BeyondServiceTime, ServiceTime
from holdfast.domain.working_hours import Weekday, WorkingHours
from tests.service_minutes import (
    LORD_HOWE,
    MINUTE,
    RULES,
    Minutes,
    due_with_pauses,
    hours,
    service,
    utc,
)

_OFFICE = hours("mo tu we th fr", "08:00", "18:00")
_TICK = timedelta(microseconds=1)
_YEAR = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
_DAY = timedelta(days=1)
_CHANGES = ["2026-03-08", "2026-03-28", "2026-04-04", "2026-10-03", "2026-10-24", "2026-11-01"]
# Any minute of the year, and every other time one before the clock is changed somewhere.
_STARTS = st.one_of(
    st.integers(0, 365 * 24 * 60).map(lambda number: utc("2026-01-01") + number * MINUTE),
    st.sampled_from(_CHANGES).map(utc),
)
_PARTS = st.integers(0, 100)
_CLOCK = st.integers(0, 24 * 4 - 1).map(lambda part: f"{part // 4:02}:{part % 4 * 15:02}")
_LENGTHS = st.timedeltas(timedelta(0), timedelta(days=5))


@st.composite
def _windows(draw: st.DrawFn) -> WorkingHours:
    begin, end = draw(st.lists(_CLOCK, min_size=2, max_size=2, unique=True))
    days = draw(st.lists(st.sampled_from(Weekday), min_size=3, unique=True))
    zone = draw(st.sampled_from(sorted(RULES)))
    return WorkingHours(
        time_zone=zone, weekdays=tuple(days), begin=begin, end=draw(st.sampled_from([end, "24:00"]))
    )


@st.composite
def _service_times(draw: st.DrawFn) -> ServiceTime:
    windows = draw(st.lists(_windows(), min_size=1, max_size=3))
    days = st.dates(utc("2026-01-01").date(), utc("2026-12-31").date())
    return ServiceTime(tuple(windows), RULES, frozenset(draw(st.lists(days, max_size=30))))


@settings(max_examples=60, deadline=None)
@given(_service_times(), _STARTS, _PARTS, _PARTS, _PARTS)
def test_it_is_what_counting_the_minutes_gives(
    within: ServiceTime, start: datetime, pausing: int, resuming: int, part: int
) -> None:
    """Of two days, with a pause anywhere in them; how long the time is depends on what is there."""
    minutes, end = Minutes(within), start + 2 * _DAY
    part_of_both = timedelta(minutes=28)
    pause = (start + pausing * part_of_both, start + max(pausing, resuming) * part_of_both)
    assert within.between(start, end) == minutes.passed(start, end)
    left = minutes.passed(start, pause[0]) + minutes.passed(pause[1], end)
    length = left * part // 100 // MINUTE * MINUTE
    due_at = minutes.due(start, length, [pause])
    assert due_with_pauses(within, start, length, [pause]) == due_at


@settings(max_examples=80)
@given(_service_times(), _YEAR, _LENGTHS)
def test_what_is_due_is_due_as_early_as_it_can_be(
    within: ServiceTime, start: datetime, length: timedelta
) -> None:
    """To the microsecond: just before, a microsecond is left, and it lies in service time."""
    due_at = within.after(start, length)
    assert due_at.tzinfo is UTC
    assert within.between(start, due_at) == length
    if length:
        assert within.between(start, due_at - _TICK) == length - _TICK
        assert within.holds(due_at - _TICK)


@settings(max_examples=80)
@given(_service_times(), _YEAR, _LENGTHS, _LENGTHS)
def test_two_times_one_after_the_other_are_one_time(
    within: ServiceTime, start: datetime, first: timedelta, second: timedelta
) -> None:
    """So a clock that is stopped and set again loses and gains nothing."""
    assert within.after(within.after(start, first), second) == within.after(start, first + second)


@settings(max_examples=80)
@given(_service_times(), _YEAR)
def test_an_instant_counts_if_time_passes_from_it_on(within: ServiceTime, at: datetime) -> None:
    """What the wall shows at an instant and what is counted say the same."""
    assert within.holds(at) is bool(within.between(at, at + _TICK))


def test_nothing_passes_backwards() -> None:
    """Between a moment and an earlier one there is no time."""
    at = utc("2026-03-04T10:00")
    for within in (ROUND_THE_CLOCK, service(_OFFICE)):
        assert within.between(at, at - MINUTE) == timedelta(0)
        assert within.after(at, timedelta(0)) == at
    assert ROUND_THE_CLOCK.holds(at)


@pytest.mark.parametrize("within", [ROUND_THE_CLOCK, service(_OFFICE)], ids=["always", "office"])
@pytest.mark.parametrize(
    ("start", "length"),
    [
        ("2026-03-04", timedelta(days=4000)),
        ("2026-03-04", -_TICK),
        ("9999-12-30", timedelta(days=30)),
    ],
)
def test_what_lies_too_far_is_refused_in_its_own_way(
    within: ServiceTime, start: str, length: timedelta
) -> None:
    """Beyond ten years, backwards, or beyond all years."""
    with pytest.raises(BeyondServiceTime):
        within.after(utc(start), length)


def test_hours_so_few_that_a_time_never_ends_are_not_searched_for_ever() -> None:
    """A minute a week makes nine hours in ten years."""
    rare = service(hours("su", "02:00", "02:01"))
    assert rare.after(utc("2026-01-01"), timedelta(hours=8)) < utc("2036-01-01")
    with pytest.raises(BeyondServiceTime, match="more than ten years"):
        rare.after(utc("2026-01-01"), timedelta(hours=9))
    for start, end in (("2000-01-01", "2026-01-01"), ("0001-02-01", "0001-03-01")):
        with pytest.raises(BeyondServiceTime):
            rare.between(utc(start), utc(end))
    with pytest.raises(BeyondServiceTime):
        rare.between(utc("9999-01-01"), utc("9999-02-01"))


def test_the_clock_is_changed_at_the_second_at_which_the_law_says() -> None:
    """A period ends where the next begins, and the year has no gap."""
    periods = offset_periods(RULES[LORD_HOWE], 2026)
    assert [period.begin for period in periods] == [
        utc("2026-01-01T00:00"),
        utc("2026-04-04T15:00"),
        utc("2026-10-03T15:30"),
    ]
    assert [period.offset for period in periods] == [
        timedelta(hours=11),
        timedelta(hours=10, minutes=30),
        timedelta(hours=11),
    ]
    assert [period.end for period in periods[:-1]] == [period.begin for period in periods[1:]]
    assert periods[-1].end == utc("2027-01-01")


def test_thirty_days_of_service_time_take_far_less_than_five_milliseconds() -> None:
    """Eighteen weeks of office hours in two places: the fastest of ten tries."""
    within = service(_OFFICE, hours("mo tu we th fr", "08:00", "17:00", "Asia/Kolkata"))
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        within.after(utc("2026-03-04T10:00"), timedelta(days=30))
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.005
