"""An entry as the database keeps it: with its place in the order and the database's own time.

Of an entry whose content was disposed of, the frame is left: that it was, when, and its kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.events import Event, EventKind
from holdfast.evidence.entry import Entry

__all__ = ["DisposedEntry", "StoredEntry"]


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


@dataclass(frozen=True, slots=True)
class DisposedEntry:
    """What is left of an entry whose content was disposed of; its hash stands in its leaf."""

    entry_id: str
    incident_id: str
    workflow_id: str
    kind: EventKind
    occurred_at: datetime
    position: int
    recorded_at: datetime
