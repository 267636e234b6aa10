"""An entry as the database keeps it: with its place in the order and the database's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.events import Event
from holdfast.evidence.entry import Entry

__all__ = ["StoredEntry"]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry, its position in the global order, and when the database recorded it."""

    entry: Entry
    position: int
    recorded_at: datetime

    @property
    def event(self) -> Event:
        """The event that the entry records."""
        return self.entry.event
