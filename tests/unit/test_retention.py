"""Retention: when a period of calendar years and months has ended, and which one counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.retention import (
    RETENTION,
    RetentionPolicy,
    kept_until,
    retention_policy,
)
from holdfast.domain.severity import Severity
from holdfast.settings import Settings
from holdfast.store.policies import load_policy

POLICY = retention_policy(
    load_policy(Settings().policies_folder, RETENTION, RetentionPolicy).content
)


def at(text: str) -> datetime:
    """A moment of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("closed_at", "keep", "until"),
    [
        ("2026-03-04T12:00:00", "P5Y", "2031-03-05T00:00:00"),
        ("2026-03-04T00:00:00", "P5Y", "2031-03-05T00:00:00"),
        ("2026-03-04T23:59:59.999999", "P5Y", "2031-03-05T00:00:00"),
        ("2024-02-29T12:00:00", "P5Y", "2029-03-01T00:00:00"),
        ("2024-02-29T12:00:00", "P4Y", "2028-03-01T00:00:00"),
        ("2023-02-28T12:00:00", "P1Y", "2024-02-29T00:00:00"),
        ("2026-12-31T12:00:00", "P5Y", "2032-01-01T00:00:00"),
        ("2026-01-31T12:00:00", "P1M", "2026-03-01T00:00:00"),
        ("2026-08-31T12:00:00", "P18M", "2028-03-01T00:00:00"),
        ("2026-11-15T12:00:00", "P1Y2M", "2028-01-16T00:00:00"),
        ("2026-03-04T12:00:00", "P999Y9999M", "3858-06-05T00:00:00"),
        ("9998-03-04T12:00:00", "P5Y", "9999-12-31T23:59:59"),
    ],
)
def test_a_period_ends_with_the_last_hour_of_its_last_day(
    closed_at: str, keep: str, until: str
) -> None:
    """Regulation 1182/71 Art. 3: the day of the event does not count; a missing date ends early."""
    assert kept_until(at(closed_at), keep) == at(until)


def test_the_day_of_the_closure_is_the_one_of_utc() -> None:
    """Whatever the clock of the place said."""
    closed_at = datetime(2026, 3, 5, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    assert kept_until(closed_at, "P1Y") == at("2027-03-05T00:00:00")


@given(
    closed_at=st.datetimes(
        min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - as above
        timezones=st.just(UTC),
    ),
    later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4_000)),
    years=st.integers(1, 30),
)
def test_what_closes_later_is_never_due_earlier(
    closed_at: datetime, later: timedelta, years: int
) -> None:
    """And what is due stays due; nothing is due before its years have passed."""
    keep = f"P{years}Y"
    until = kept_until(closed_at, keep)
    assert until <= kept_until(closed_at + later, keep)
    assert closed_at + timedelta(days=365 * years) < until


def test_content_is_due_from_the_moment_on_and_not_before() -> None:
    """The limit itself belongs to what is due."""
    closed_at = at("2026-03-04T12:00:00")
    until = POLICY.kept_until(closed_at, Severity.SEV3)
    assert POLICY.due_for_disposal(closed_at, Severity.SEV3, until)
    assert not POLICY.due_for_disposal(closed_at, Severity.SEV3, until - timedelta(microseconds=1))


@pytest.mark.parametrize("severity", [*Severity, None])
def test_every_incident_has_a_class(severity: Severity | None) -> None:
    """False positives too, which never got a severity; the worst are kept longest."""
    closed_at = at("2026-03-04T12:00:00")
    assert POLICY.class_of(severity) in POLICY.classes
    worst = POLICY.kept_until(closed_at, Severity.SEV1)
    assert POLICY.kept_until(closed_at, severity) <= worst


def _policy(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON value
    kept = {"severities": ["SEV1", "SEV2", "SEV3", "SEV4"], "keep": "P5Y", "because": "x"}
    whole = {"name": "retention", "version": "1", "classes": {"all": kept}}
    return whole | {"without_severity": "all"} | changes


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (_policy(without_severity="none"), "names no class"),
        (
            _policy(classes={"all": {"severities": ["SEV1"], "keep": "P5Y", "because": "x"}}),
            "exactly one class",
        ),
        *(
            (
                _policy(classes={"all": {"severities": [], "keep": keep, "because": "x"}}),
                "calendar years and months",
            )
            for keep in ("P", "5Y", "P0Y", "P5D", "P1W", "PT5H", "P-5Y", "P1.5Y", "P1M2Y", "P1234Y")
        ),
    ],
)
def test_a_policy_with_a_hole_is_refused(document: dict[str, Any], complaint: str) -> None:
    """Mistakes are found when it is loaded, not when content is to be disposed of."""
    with pytest.raises(ValidationError, match=complaint):
        RetentionPolicy.model_validate(document)
