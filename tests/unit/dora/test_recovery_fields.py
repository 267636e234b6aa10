"""Fields 2.9, 3.3 and 3.15 to 3.17 of the reports, from what is known of a recovery."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from holdfast.dora.recovery_fields import (
    Measured,
    RecoveryFindings,
    days_hours_minutes,
    recovery_fields,
)
from holdfast.dora.third_party_findings import ReportField

# As the JSON schema of the reports has durations: days, hours, minutes.
_FORM = re.compile(r"\d{1,3}:(?:[01]\d|2[0-3]):[0-5]\d")


def measured(minutes: int, *, estimate: bool = False) -> Measured:
    """A length with one entry behind it."""
    return Measured(minutes=minutes, estimate=estimate, because="as told", entries=("e-1",))


def fields(findings: RecoveryFindings) -> dict[str, ReportField]:
    """The fields by number."""
    return {each.field: each for each in recovery_fields(findings)}


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "00:00:00"),
        (59, "00:00:59"),
        (60, "00:01:00"),
        (1_439, "00:23:59"),
        (1_440, "01:00:00"),
        (999 * 1_440 + 61, "999:01:01"),
    ],
)
def test_a_length_has_the_form_of_the_reports(minutes: int, written: str) -> None:
    """Days, hours and minutes, however many days."""
    assert days_hours_minutes(minutes) == written
    assert _FORM.fullmatch(written)


def test_nothing_known_is_never_a_no() -> None:
    """Only 3.17 has a word for it."""
    found = fields(RecoveryFindings())
    assert list(found) == ["2.9", "3.3", "3.15", "3.16", "3.17"]
    assert {number: each.value for number, each in found.items() if each.value is not None} == {
        "3.17": "no_information_available"
    }
    assert found["2.9"].because is None


@pytest.mark.parametrize(
    ("duration", "downtime", "expected"),
    [
        (False, False, "actual_figures"),
        (True, True, "estimates"),
        (False, True, "actual_figures_and_estimates"),
        (True, None, "estimates"),
        (False, None, "actual_figures"),
    ],
)
def test_actual_figures_and_estimates_are_told_apart(
    duration: bool,  # noqa: FBT001 - a case
    downtime: bool | None,  # noqa: FBT001 - a case
    expected: str,
) -> None:
    """Of both figures, as far as there are two."""
    findings = RecoveryFindings(
        duration=measured(90, estimate=duration),
        downtime=None if downtime is None else measured(30, estimate=downtime),
    )
    assert fields(findings)["3.17"].value == expected


def test_every_value_names_the_entries_that_it_stands_on() -> None:
    """Each once, in order."""
    found = fields(
        RecoveryFindings(
            continuity=True,
            activations=("e-7", "e-7", "e-9"),
            restored_at=datetime(2026, 3, 4, 13, 0, tzinfo=UTC),
            restored=("e-2",),
            duration=measured(90),
            downtime=measured(30),
        )
    )
    assert (found["2.9"].value, found["2.9"].entries) == (True, ("e-7", "e-9"))
    assert (found["3.3"].value, found["3.3"].entries) == ("2026-03-04T13:00:00Z", ("e-2",))
    assert (found["3.15"].value, found["3.16"].value) == ("00:01:30", "00:00:30")
    assert found["3.17"].entries == ("e-1",)
