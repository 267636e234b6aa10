"""Making filled fields of what is known; what is unknown makes none, and never a no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from holdfast.dora.report.content import FieldSource, FieldValue, FilledField
from holdfast.dora.third_party_findings import ReportField

__all__ = ["LONGEST_TEXT", "in_short", "instant", "known", "taken_over", "text"]

LONGEST_TEXT = 10_000
_LONGEST_LINE = 200


def known(  # noqa: PLR0913 - a field each
    number: str,
    value: FieldValue | None,
    source: FieldSource,
    because: str,
    entries: Iterable[str | None] = (),
    *,
    estimate: bool | None = None,
    suggestion: bool = False,
) -> tuple[FilledField, ...]:
    """The field, if its value is known; an empty list or text says nothing."""
    if value is None or value in {(), ""}:
        return ()
    return (
        FilledField(
            number=number,
            value=text(value) if isinstance(value, str) else value,
            source=source,
            estimate=estimate,
            suggestion=suggestion,
            because=in_short(because),
            entries=tuple(dict.fromkeys(entry for entry in entries if entry)),
        ),
    )


def taken_over(field: ReportField, *, estimate: bool | None = None) -> tuple[FilledField, ...]:
    """What other readers of the evidence say to a field."""
    return known(
        field.field,
        field.value,
        FieldSource.ENTRY,
        field.because or "",
        field.entries,
        estimate=estimate,
        suggestion=field.suggestion,
    )


def instant(at: datetime) -> str:
    """An instant as the reports have it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def text(value: str) -> str:
    """A text that fits a field; what would not fit is cut, and says so."""
    cut = " [...]"
    whole = value.strip()
    return whole if len(whole) <= LONGEST_TEXT else f"{whole[: LONGEST_TEXT - len(cut)]}{cut}"


def in_short(because: str) -> str | None:
    """A reason in one line."""
    line = " ".join(because.split())
    if not line:
        return None
    return line if len(line) <= _LONGEST_LINE else f"{line[: _LONGEST_LINE - 3]}..."
