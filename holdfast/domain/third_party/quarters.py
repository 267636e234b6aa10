"""Calendar quarters in UTC, by which the attainment of providers is counted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["QUARTER_PATTERN", "Quarter", "quarter_named", "quarter_of"]

QUARTER_PATTERN = r"^2[0-9]{3}-Q[1-4]$"
"""What the name of a quarter looks like, such as `2026-Q1`."""

_QUARTERS = 4
_MONTHS = 3


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year, the first being 1."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """What people call it, such as `2026-Q1`."""
        return f"{self.year}-Q{self.number}"

    @property
    def begins(self) -> datetime:
        """Its first moment, aware and in UTC."""
        return datetime(self.year, _MONTHS * (self.number - 1) + 1, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after it, aware and in UTC."""
        return self.later(1).begins

    def later(self, count: int) -> Quarter:
        """The quarter so many after it; before it, where the number is negative."""
        year, number = divmod(_QUARTERS * self.year + self.number - 1 + count, _QUARTERS)
        return Quarter(year, number + 1)

    def until(self, last: Quarter) -> list[Quarter]:
        """All quarters from it to the last one; none if that lies before it."""
        length = _QUARTERS * (last.year - self.year) + last.number - self.number + 1
        return [self.later(count) for count in range(length)]


def quarter_of(moment: datetime) -> Quarter:
    """The quarter in which an aware moment lies, in UTC."""
    there = moment.astimezone(UTC)
    return Quarter(there.year, (there.month - 1) // _MONTHS + 1)


def quarter_named(name: str) -> Quarter:
    """The quarter of that name.

    Raises:
        ValueError: it is no such name.
    """
    if not re.fullmatch(QUARTER_PATTERN, name):
        message = f"'{name}' is no quarter, such as 2026-Q1"
        raise ValueError(message)
    return Quarter(int(name[:4]), int(name[-1]))
