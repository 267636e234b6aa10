"""A walk that remembers when each thing happened, and which workflow recorded it."""

from __future__ import annotations

from collections import Counter

from holdfast.domain.events import Event
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.replay.verdicts import JudgedEvent
from holdfast.evidence.entry import Entry, entry_id
from tests.walk import Walk

__all__ = ["TimedWalk"]


class TimedWalk(Walk):
    """A walk that remembers when each thing happened, and names entries as the journal does."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self._written: list[Entry] = []
        self._counts = Counter[str]()
        super().__init__(incident_id)

    def _record(self, event: Event) -> str:
        return self.write(incident_workflow_id(self.state.incident_id), event)

    def write(self, workflow_id: str, event: Event) -> str:
        """Put an event of that workflow on the incident's chain."""
        number = self._counts[workflow_id]
        self._counts[workflow_id] += 1
        entry = Entry(
            id=entry_id(workflow_id, number),
            incident=self.state.incident_id,
            workflow=workflow_id,
            sequence=number,
            occurred_at=self.now,
            event=event,
            nonce=f"{len(self._written):032x}",
        )
        self._written.append(entry)
        self.events.append(event)
        return entry.id

    def entries(self) -> list[Entry]:
        """Everything that happened, as the entries that it becomes."""
        return list(self._written)

    def judged(self) -> list[JudgedEvent]:
        """Everything that happened, as replay reads it."""
        return [JudgedEvent(entry.id, entry.occurred_at, entry.event) for entry in self.entries()]
