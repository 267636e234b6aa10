"""The years that figures are of: calendar years, or accounting years of another first month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["FigureYear"]


@dataclass(frozen=True, slots=True)
class FigureYear:
    """A year in UTC, called by the calendar year in which it begins, in month 1 to 12."""

    year: int
    begins_in: int = 1

    @property
    def since(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.begins_in, 1, tzinfo=UTC)

    @property
    def until(self) -> datetime:
        """The first moment after it."""
        return datetime(self.year + 1, self.begins_in, 1, tzinfo=UTC)

    @property
    def name(self) -> str:
        """What people call it, such as `2026`, or `2026-04 to 2027-03`."""
        if self.begins_in == 1:
            return str(self.year)
        return f"{self.year}-{self.begins_in:02d} to {self.year + 1}-{self.begins_in - 1:02d}"

    def holds(self, at: datetime) -> bool:
        """Whether an aware instant lies in it."""
        return self.since <= at < self.until
