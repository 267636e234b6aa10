"""Downtime and duration of Delegated Regulation (EU) 2024/1772 Art. 3, from what was told."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dora.downtime import (
    Availability,
    AvailabilityStatement,
    Downtime,
    Known,
    TimesContradict,
    compute_downtime,
    minutes_of,
)

DOWN, PARTIAL = Availability.DOWN, Availability.PARTIAL
RESTORED, CLEARED = Availability.RESTORED, Availability.BACKLOG_CLEARED

NINE = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SERVICE = "instant-payments"
DETECTED = 30
"""Minutes after nine at which the incident was detected."""

Told = tuple[Availability, int | None]


def at(minute: float) -> datetime:
    """So many minutes after nine."""
    return NINE + timedelta(minutes=minute)


def told(*course: Told, service: str = SERVICE) -> list[AvailabilityStatement]:
    """What was told of a service, in the order in which it was told."""
    return [
        AvailabilityStatement(
            number=number,
            service=service,
            state=state,
            at=None if minute is None else at(minute),
            entry=f"{service}#{number}",
        )
        for number, (state, minute) in enumerate(course, start=1)
    ]


def computed(
    course: list[AvailabilityStatement],
    now: float = 600,
    occurred: float | None = None,
    *,
    recovered: bool = False,
) -> Downtime:
    """What comes out, that many minutes after nine."""
    known = Known(
        aware_at=at(DETECTED),
        occurred_at=None if occurred is None else at(occurred),
        recovered=recovered,
    )
    return compute_downtime(course, known, at(now))


@dataclass(frozen=True)
class Expected:
    """What one service has: minutes counted and of them partial, first moment, last, estimate."""

    minutes: int
    partial: int
    since: int
    until: int | None
    estimate: bool = False
    periods: int = 1


CASES: dict[str, tuple[tuple[Told, ...], Expected]] = {
    "one interruption": (((DOWN, 0), (RESTORED, 45)), Expected(45, 0, 0, 45)),
    "partial from the start": (((PARTIAL, 0), (RESTORED, 45)), Expected(45, 45, 0, 45)),
    "partly restored first": (
        ((DOWN, 0), (PARTIAL, 30), (RESTORED, 50)),
        Expected(50, 20, 0, 50, periods=2),
    ),
    "worse before it is better": (
        ((PARTIAL, 0), (DOWN, 10), (PARTIAL, 30), (RESTORED, 50)),
        Expected(50, 30, 0, 50, periods=3),
    ),
    "several interruptions add up": (
        ((DOWN, 0), (RESTORED, 45), (DOWN, 60), (RESTORED, 75), (PARTIAL, 90), (RESTORED, 100)),
        Expected(70, 10, 0, 100, periods=3),
    ),
    "still running": (((DOWN, 540),), Expected(60, 0, 540, None, estimate=True)),
    "running again": (
        ((DOWN, 0), (RESTORED, 45), (PARTIAL, 580)),
        Expected(65, 20, 0, None, estimate=True, periods=2),
    ),
    "backlog: from the start of the incident": (
        ((DOWN, 60), (RESTORED, 90), (CLEARED, 240)),
        Expected(210, 0, 30, 240),
    ),
    "backlog: the service was down before it was detected": (
        ((DOWN, 0), (RESTORED, 90), (CLEARED, 240)),
        Expected(240, 0, 0, 240),
    ),
    "backlog of several interruptions is one stretch": (
        ((DOWN, 0), (RESTORED, 45), (DOWN, 60), (RESTORED, 75), (CLEARED, 200)),
        Expected(200, 0, 0, 200, periods=2),
    ),
    "an interruption after the backlog adds to it": (
        ((DOWN, 0), (RESTORED, 45), (CLEARED, 100), (DOWN, 200), (RESTORED, 220)),
        Expected(120, 0, 0, 220, periods=2),
    ),
    "unknown start: from the detection": (
        ((DOWN, None), (RESTORED, 90)),
        Expected(60, 0, 30, 90, estimate=True),
    ),
    "told twice": (((DOWN, 0), (DOWN, 20), (RESTORED, 45), (RESTORED, 50)), Expected(45, 0, 0, 45)),
}


@pytest.mark.parametrize(("course", "expected"), CASES.values(), ids=CASES.keys())
def test_the_downtime_of_a_service_is_counted_as_the_article_says(
    course: tuple[Told, ...], expected: Expected
) -> None:
    """Each case names what it shows."""
    service = computed(told(*course)).services[0]
    assert minutes_of(service.counted) == expected.minutes
    assert minutes_of(service.partial) == expected.partial
    assert service.spans[0].since == at(expected.since)
    assert service.until == (None if expected.until is None else at(expected.until))
    assert service.estimate == expected.estimate
    assert len(service.periods) == expected.periods


def test_statements_told_late_and_out_of_order_give_the_same() -> None:
    """Only when something was so counts, not when it was told."""
    course = ((DOWN, 0), (PARTIAL, 20), (RESTORED, 45), (DOWN, 60), (RESTORED, 75))
    expected = computed(told(*course)).services[0].periods
    for order in permutations(course):
        assert computed(told(*order)).services[0].periods == expected


def test_a_statement_replaces_the_one_that_it_corrects() -> None:
    """The corrected moment counts for nothing any more."""
    course = told((DOWN, 0), (RESTORED, 45), (RESTORED, 50))
    corrected = [*course[:2], course[2].model_copy(update={"replaces": 2})]
    assert computed(course).services[0].until == at(45)
    assert computed(corrected).services[0].until == at(50)


CONTRADICTIONS: dict[str, tuple[tuple[Told, ...], str]] = {
    "restored, never down": (((RESTORED, 10),), "before it was unavailable"),
    "restored before it was down": (((DOWN, 20), (RESTORED, 10)), "before it was unavailable"),
    "a backlog from nowhere": (((CLEARED, 10),), "before it was unavailable"),
    "a backlog of what is down": (((DOWN, 0), (CLEARED, 10)), "when it was down"),
    "a backlog of what is down again": (
        ((DOWN, 0), (RESTORED, 10), (PARTIAL, 20), (CLEARED, 30)),
        "when it was partial",
    ),
    "a backlog cleared twice": (
        ((DOWN, 0), (RESTORED, 10), (CLEARED, 20), (CLEARED, 30)),
        "when it was backlog_cleared",
    ),
    "two states at once": (((DOWN, 0), (RESTORED, 10), (PARTIAL, 10)), "as restored and as part"),
}


@pytest.mark.parametrize(("course", "why"), CONTRADICTIONS.values(), ids=CONTRADICTIONS.keys())
def test_times_that_contradict_each_other_are_refused(course: tuple[Told, ...], why: str) -> None:
    """The message says what cannot have been so."""
    with pytest.raises(TimesContradict, match=why):
        computed(told(*course))


def test_the_duration_goes_from_occurrence_to_resolution() -> None:
    """Unknown, from the detection; known earlier, from what is known; it goes on until recovery."""
    course = told((DOWN, 40), (RESTORED, 90))
    assert computed(course).duration.since == at(DETECTED)
    assert computed(told((DOWN, 10), (RESTORED, 90))).duration.since == at(10)
    assert computed(course, occurred=-60).duration.since == at(-60)
    unknown = computed(told((DOWN, None), (RESTORED, 90)), occurred=-60)
    assert unknown.services[0].spans[0].since == at(DETECTED)
    assert unknown.services[0].estimate
    going_on, over = computed(course), computed(course, recovered=True)
    assert (going_on.duration.until, going_on.estimate) == (None, True)
    assert (over.duration.until, over.estimate) == (at(90), False)
    assert minutes_of(over.duration.length(at(600))) == 60


def test_it_lasts_until_the_last_of_the_services_is_restored() -> None:
    """One that is not restored keeps the end unknown."""
    cards = told((DOWN, 0), (RESTORED, 200), service="cards")
    both = [*told((DOWN, 0), (RESTORED, 90)), *cards]
    assert computed(both, recovered=True).restored_at == at(200)
    assert computed([*both[:2], cards[0]], recovered=True).restored_at is None
    assert [each.service for each in computed([*both[:2], cards[0]]).unavailable] == ["cards"]


def test_a_minute_begun_is_a_minute() -> None:
    """A second beyond the limit is beyond it; seconds add up before they are rounded."""
    course = told((DOWN, 0), (RESTORED, 120))
    exact = computed(course).services[0]
    longer = course[1].model_copy(update={"at": at(120) + timedelta(seconds=1)})
    assert minutes_of(exact.counted) == 120
    assert minutes_of(computed([course[0], longer]).services[0].counted) == 121
    whole = told((DOWN, 0), (RESTORED, 1), (DOWN, 2), (RESTORED, 3))
    half = timedelta(seconds=30)
    halves = [
        each.model_copy(update={"at": each.at - half}) if each.at and not number % 2 else each
        for number, each in enumerate(whole, start=1)
    ]
    assert minutes_of(computed(halves).services[0].counted) == 1


def _counted_minute_by_minute(course: list[Told], now: int) -> tuple[int, int] | None:
    """Look at every minute on its own: an independent reading of the article.

    None where the course contradicts itself.
    """
    by_minute = {minute: state for state, minute in course if minute is not None}
    counted, partial, states, start = set[int](), 0, set[Availability](), None
    current: Availability | None = None
    for minute in range(now):
        news = by_minute.get(minute)
        if news is CLEARED and current is not RESTORED:
            return None
        if news is RESTORED and current is None:
            return None
        if news is not None and not (news is RESTORED and current is CLEARED):
            current = news
        states.add(current) if current else None
        if current in (DOWN, PARTIAL):
            start = minute if start is None else start
            counted.add(minute)
            partial += current is PARTIAL
        if news is CLEARED and start is not None:
            counted |= set(range(min(start, DETECTED), minute))
    return len(counted), partial


@given(
    st.lists(
        st.tuples(st.sampled_from(list(Availability)), st.integers(0, 239)),
        min_size=1,
        max_size=9,
        unique_by=lambda one: one[1],
    ),
    st.randoms(use_true_random=False),
)
def test_every_course_counts_as_it_does_minute_by_minute(
    course: list[tuple[Availability, int]], order: random.Random
) -> None:
    """Hundreds of courses, told in any order, against a reading that looks at every minute."""
    order.shuffle(course)
    expected = _counted_minute_by_minute(list(course), 240)
    statements = told(*course)
    if expected is None:
        with pytest.raises(TimesContradict):
            computed(statements, now=240)
        return
    service = computed(statements, now=240).services[0]
    assert (minutes_of(service.counted), minutes_of(service.partial)) == expected
