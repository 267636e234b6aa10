"""The period that key figures are asked for, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from holdfast.domain.third_party.quarters import Quarter, quarter_named, quarter_of
from holdfast.domain.values import rfc3339

__all__ = ["LONGEST", "Step", "Window", "bucket_before", "buckets", "last_steps", "window_of"]

LONGEST = timedelta(days=1_100)
"""Three years and a little."""

_MONTHS_A_YEAR = 12
_MONTHS_A_QUARTER = 3
_FIRST_YEAR = 2000
_LAST_YEAR = 2199


class Step(StrEnum):
    """How long each part of a course is."""

    MONTH = "month"
    QUARTER = "quarter"

    @property
    def months(self) -> int:
        """In months."""
        return 1 if self is Step.MONTH else _MONTHS_A_QUARTER


@dataclass(frozen=True, slots=True)
class Window:
    """From one instant up to another, which it does not include; both aware and in UTC."""

    since: datetime
    until: datetime

    @property
    def before(self) -> Window:
        """The window of the same length before it: whole months before whole months."""
        if _begins_a_month(self.since) and _begins_a_month(self.until):
            months = _month_number(self.until) - _month_number(self.since)
            return Window(_month(_month_number(self.since) - months), self.since)
        return Window(self.since - (self.until - self.since), self.since)


def window_of(
    quarter: str | None, since: datetime | None, until: datetime | None, now: datetime
) -> Window:
    """The window that is asked for: a quarter, or two instants; else the quarter of `now`.

    Of two instants one may be missing: the end is now then, the beginning that of the quarter in
    which the end lies.

    Raises:
        ValueError: it ends before it begins, is too long, or is said in two ways.
    """
    if quarter is not None:
        return _of_quarter(quarter, since, until)
    if since is None and until is None:
        return _window(quarter_of(now))
    end = (until or now).astimezone(UTC)
    begin = quarter_of(end).begins if since is None else since.astimezone(UTC)
    if not _FIRST_YEAR <= begin.year <= end.year <= _LAST_YEAR:
        message = (
            f"{rfc3339(begin)} to {rfc3339(end)}: give years from 2000 to 2199, from before to"
        )
        raise ValueError(message)
    if not begin < end:
        message = f"{rfc3339(begin)} is not before {rfc3339(end)}: give from before to"
        raise ValueError(message)
    if end - begin > LONGEST:
        message = f"{(end - begin).days} days are too long: ask for at most {LONGEST.days}"
        raise ValueError(message)
    return Window(begin, end)


def last_steps(until: datetime, step: Step, count: int) -> Window:
    """The window of so many whole months or quarters of which the last ends at `until` or later."""
    last = _month_number(until - timedelta(microseconds=1)) // step.months
    return Window(_month((last - count + 1) * step.months), _month((last + 1) * step.months))


def buckets(window: Window, step: Step) -> list[str]:
    """The names of the months, such as `2026-03`, or quarters, such as `2026-Q1`, of a window."""
    first = _month_number(window.since) // step.months
    last = _month_number(window.until - timedelta(microseconds=1)) // step.months
    return [_name(number, step) for number in range(first, last + 1)]


def bucket_before(name: str) -> str:
    """The name of the month or quarter before that of a name."""
    year, part = name.split("-")
    step = Step.QUARTER if part.startswith("Q") else Step.MONTH
    a_year = _MONTHS_A_YEAR // step.months
    return _name(int(year) * a_year + int(part.removeprefix("Q")) - 2, step)


def _name(number: int, step: Step) -> str:
    year, part = divmod(number, _MONTHS_A_YEAR // step.months)
    return f"{year}-Q{part + 1}" if step is Step.QUARTER else f"{year}-{part + 1:02d}"


def _of_quarter(name: str, since: datetime | None, until: datetime | None) -> Window:
    if since is not None or until is not None:
        message = f"{name} says all of the period: leave from and to out, or the quarter"
        raise ValueError(message)
    return _window(quarter_named(name))


def _window(quarter: Quarter) -> Window:
    return Window(quarter.begins, quarter.ends)


def _begins_a_month(moment: datetime) -> bool:
    return moment == datetime(moment.year, moment.month, 1, tzinfo=UTC)


def _month_number(moment: datetime) -> int:
    return moment.year * _MONTHS_A_YEAR + moment.month - 1


def _month(number: int) -> datetime:
    year, month = divmod(number, _MONTHS_A_YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)
