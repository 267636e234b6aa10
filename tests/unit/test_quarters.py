"""Calendar quarters in UTC: their names, bounds and neighbours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.third_party.quarters import Quarter, quarter_named, quarter_of


@given(
    moment=st.datetimes(datetime(2001, 1, 1), datetime(2990, 1, 1)),  # noqa: DTZ001 - its zone comes next
    hours=st.integers(-12, 14),
)
def test_a_moment_lies_in_its_quarter_and_in_no_other(moment: datetime, hours: int) -> None:
    """In UTC, wherever it was written down."""
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    quarter = quarter_of(aware)
    assert quarter.begins <= aware < quarter.ends
    assert quarter.later(-1).ends == quarter.begins
    assert quarter.later(1).begins == quarter.ends
    assert quarter_named(quarter.name) == quarter


def test_the_year_turns_in_utc() -> None:
    """Not where the deadline was read."""
    late = datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert quarter_of(late).name == "2025-Q4"
    assert Quarter(2025, 4).ends == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_span_has_both_its_ends() -> None:
    """Backwards it is empty."""
    span = Quarter(2025, 3).until(Quarter(2026, 2))
    assert [each.name for each in span] == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert Quarter(2026, 2).until(Quarter(2026, 1)) == []


@pytest.mark.parametrize(
    "name", ["2026-Q5", "2026-Q0", "2026Q1", "26-Q1", "2026-q1", "2026-Q1\n", ""]
)
def test_what_is_no_quarter_is_refused(name: str) -> None:
    """By name."""
    with pytest.raises(ValueError, match="is no quarter"):
        quarter_named(name)
