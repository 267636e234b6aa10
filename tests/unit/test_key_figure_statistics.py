"""The statistics of key figures, their periods and their words: pure, exact, in whole numbers."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.key_figures.definitions import KEY_FIGURES, KeyFigure
from holdfast.domain.key_figures.kinds import Better, Unit
from holdfast.domain.key_figures.periods import (
    Step,
    Window,
    bucket_before,
    buckets,
    last_steps,
    window_of,
)
from holdfast.domain.key_figures.statistics import Counts, reduction, summarise
from holdfast.domain.key_figures.words import in_words, share_in_words

_NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)
_VALUES = st.lists(st.integers(-(10**9), 10**9))


def moment(month: int, day: int = 1) -> datetime:
    """The beginning of a day of 2026."""
    return datetime(2026, month, day, tzinfo=UTC)


@given(_VALUES)
def test_the_statistics_are_those_of_the_textbook(values: list[int]) -> None:
    """Every quantile is a value that was observed, and the mean is rounded down."""
    found = summarise(sorted(values), Counts(measured=len(values)), Better.LESS)
    if not values:
        assert (found.median, found.mean, found.p90, found.worst, found.total) == (None,) * 5
        return
    for quantile, part in ((found.median, Fraction(1, 2)), (found.p90, Fraction(9, 10))):
        assert quantile in values
        assert sum(value <= quantile for value in values) >= part * len(values)
        assert sum(value < quantile for value in values) < part * len(values)
    assert found.mean == math.floor(Fraction(sum(values), len(values)))
    assert (found.worst, found.total) == (max(values), sum(values))


@given(_VALUES)
def test_where_more_is_better_the_least_is_the_worst(values: list[int]) -> None:
    """As if the values were negative and less were better."""
    counts = Counts(measured=len(values))
    more = summarise(sorted(values), counts, Better.MORE)
    less = summarise(sorted(-value for value in values), counts, Better.LESS)
    for name in ("median", "p90", "worst"):
        value = getattr(less, name)
        assert getattr(more, name) == (None if value is None else -value)


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_never_rounded_up(marked: int, rest: int) -> None:
    """All of them are ten thousand, and nothing less is."""
    judged = marked + rest
    found = summarise([], Counts(judged=judged, marked=marked), Better.LESS).share
    if judged == 0:
        assert found is None
        return
    assert found is not None
    assert (found == 10_000) is (rest == 0)
    assert 0 <= Fraction(marked, judged) - Fraction(found, 10_000) < Fraction(1, 10_000)


@pytest.mark.parametrize(
    ("before", "now", "fallen"),
    [([100], [75], 2_500), ([100], [150], -5_000), ([100], [], 10_000), ([], [5], None)],
)
def test_impact_is_compared_with_the_period_before(
    before: list[int], now: list[int], fallen: int | None
) -> None:
    """What was nothing cannot fall."""
    earlier, later = (summarise(each, Counts(), Better.LESS) for each in (before, now))
    assert reduction(later, earlier).total == fallen


@pytest.mark.parametrize(
    ("quarter", "since", "until", "window"),
    [
        ("2026-Q2", None, None, (moment(4), moment(7))),
        (None, None, None, (moment(7), moment(10))),
        (None, moment(3), None, (moment(3), _NOW)),
        (None, None, moment(5), (moment(4), moment(5))),
        (None, moment(5), moment(6, 3), (moment(5), moment(6, 3))),
    ],
)
def test_a_period_is_a_quarter_or_two_instants(
    quarter: str | None,
    since: datetime | None,
    until: datetime | None,
    window: tuple[datetime, datetime],
) -> None:
    """One of the two may be missing."""
    found = window_of(quarter, since, until, _NOW)
    assert (found.since, found.until) == window


@pytest.mark.parametrize(
    ("quarter", "since", "until"),
    [
        ("2026-Q2", moment(1), None),
        (None, moment(5), moment(5)),
        (None, moment(6), moment(5)),
        (None, moment(5) - timedelta(days=1_101), moment(5)),
        (None, datetime(1, 1, 1, tzinfo=UTC), moment(5)),
    ],
)
def test_what_is_no_period_is_refused(
    quarter: str | None, since: datetime | None, until: datetime | None
) -> None:
    """Saying what to give instead."""
    with pytest.raises(ValueError, match=r"give|leave|ask"):
        window_of(quarter, since, until, _NOW)


def test_before_a_quarter_comes_a_quarter_whatever_its_days() -> None:
    """Before other periods, as many days."""
    assert Window(moment(1), moment(4)).before.since == datetime(2025, 10, 1, tzinfo=UTC)
    assert Window(moment(3), moment(4)).before.since == moment(2)
    assert Window(moment(3, 2), moment(3, 5)).before == Window(moment(2, 27), moment(3, 2))


@given(st.integers(0, 5 * 10**9), st.sampled_from(Step))
def test_a_course_has_as_many_parts_as_asked_one_after_the_other(seconds: int, step: Step) -> None:
    """The last holds the end of the period."""
    until = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    window = last_steps(until, step, 8)
    names = buckets(window, step)
    assert len(names) == 8
    assert [bucket_before(name) for name in names[1:]] == names[:-1]
    assert window.since < until <= window.until


def test_values_are_said_in_words() -> None:
    """A duration by its two largest parts."""
    said = [in_words(value, Unit.SECONDS) for value in (0, 59, 3_600, 8_105, -8_105, 90_000, None)]
    assert said == ["0 s", "59 s", "1 h", "2 h 15 min", "-2 h 15 min", "1 d 1 h", "-"]
    assert in_words(90, Unit.MINUTES) == "1 h 30 min"
    assert in_words(12_000, Unit.CLIENTS) == "12,000"
    assert [share_in_words(each) for each in (1_259, 0, None)] == ["12.5 %", "0.0 %", "-"]
    assert share_in_words(-250, signed=True) == "-2.5 %"
    assert share_in_words(250, signed=True) == "+2.5 %"


@pytest.mark.parametrize("figure", KEY_FIGURES.values(), ids=KEY_FIGURES)
def test_every_definition_stands_in_the_guide_word_for_word(figure: KeyFigure) -> None:
    """An auditor reads there what the number means."""
    guide = (Path(__file__).resolve().parents[2] / "docs" / "key-figures.md").read_text()
    _, _, section = guide.partition(f"\n### {figure.title}\n")
    section = section.partition("\n### ")[0]
    said = [f"`{figure.name}`", figure.meaning, figure.begins, figure.ends, figure.falls_by]
    said += [figure.unfinished, figure.share_of or "", ", ".join(figure.groupings)]
    assert [words for words in said if words not in section] == []
