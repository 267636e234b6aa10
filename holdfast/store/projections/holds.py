"""The legal and supervisory holds of all incidents, as they stand."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import hold

__all__ = ["project_hold"]


def project_hold(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a hold; others change nothing here."""
    if stored.event.kind is EventKind.HOLD_PLACED:
        changes.put(
            hold,
            {
                "incident_id": stored.entry.incident,
                "hold_id": stored.event.subject.id,
                "type": stored.event.payload["type"],
                "reason": stored.event.payload["reason"],
                "placed_by": stored.event.actor.model_dump(mode="json"),
                "placed_at": stored.entry.occurred_at,
                "lifted_by": None,
                "lifted_at": None,
                "lifted_because": None,
            },
        )
    elif stored.event.kind is EventKind.HOLD_LIFTED:
        changes.set(
            hold,
            (stored.entry.incident, stored.event.subject.id),
            lifted_by=stored.event.actor.model_dump(mode="json"),
            lifted_at=stored.entry.occurred_at,
            lifted_because=stored.event.payload["reason"],
        )
