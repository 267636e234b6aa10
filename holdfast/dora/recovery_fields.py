"""What the recovery of an incident says to the report fields of Implementing Regulation 2025/302.

Fields 2.9, 3.3 and 3.15 to 3.17, each with the entries behind it. A field of which nothing is known
is None, never "no"; what goes on, or began at an unknown time, is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from holdfast.domain.values import Count, Frozen, Identifier, Instant
from holdfast.dora.third_party_findings import ReportField

__all__ = ["Measured", "RecoveryFindings", "days_hours_minutes", "recovery_fields"]

_HOURS_A_DAY, _MINUTES_AN_HOUR = 24, 60

_NAMES = {
    "2.9": "Business continuity plan formally activated",
    "3.3": "When services or activities were recovered",
    "3.15": "Duration of the incident",
    "3.16": "Service downtime",
    "3.17": "Whether duration and service downtime are actual or estimated",
}


class Measured(Frozen):
    """A length in whole minutes begun, whether it is an estimate, and the entries behind it."""

    minutes: Count
    estimate: bool
    because: str
    entries: tuple[Identifier, ...] = ()


class RecoveryFindings(Frozen):
    """What is known of a recovery; the downtime is the longest of all services."""

    continuity: bool | None = None
    activations: tuple[Identifier, ...] = ()
    restored_at: Instant | None = None
    restored: tuple[Identifier, ...] = ()
    duration: Measured | None = None
    downtime: Measured | None = None


def recovery_fields(found: RecoveryFindings) -> tuple[ReportField, ...]:
    """Fill what the recovery fills, in the order of the fields."""
    measured = [each for each in (found.duration, found.downtime) if each is not None]
    kinds = {each.estimate for each in measured}
    return (
        _field("2.9", found.continuity, "as the activations say", found.activations),
        _field(
            "3.3",
            _utc(found.restored_at) if found.restored_at else None,
            "when the last service was as before, what was delayed included",
            found.restored,
        ),
        _length("3.15", found.duration),
        _length("3.16", found.downtime),
        _field(
            "3.17",
            _quality(kinds),
            "what goes on, or began at an unknown time, is an estimate",
            [entry for each in measured for entry in each.entries],
        ),
    )


def days_hours_minutes(minutes: int) -> str:
    """A length as the reports have it: `DD:HH:MM`."""
    hours, left = divmod(minutes, _MINUTES_AN_HOUR)
    days, hours = divmod(hours, _HOURS_A_DAY)
    return f"{days:02d}:{hours:02d}:{left:02d}"


def _quality(estimates: set[bool]) -> str:
    if not estimates:
        return "no_information_available"
    if estimates == {True, False}:
        return "actual_figures_and_estimates"
    return "estimates" if True in estimates else "actual_figures"


def _length(number: str, measured: Measured | None) -> ReportField:
    if measured is None:
        return _field(number, None, "", ())
    value = days_hours_minutes(measured.minutes)
    return _field(number, value, measured.because, measured.entries)


def _field(
    number: str,
    value: bool | str | None,  # noqa: FBT001 - one of the kinds of values
    because: str,
    entries: Iterable[str],
) -> ReportField:
    known = value is not None
    return ReportField(
        field=number,
        name=_NAMES[number],
        value=value,
        because=because if known else None,
        entries=tuple(dict.fromkeys(entries)) if known else (),
    )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
