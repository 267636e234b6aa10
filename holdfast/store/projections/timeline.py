"""The timeline: one readable line an entry."""

from __future__ import annotations

from holdfast.evidence.sentences import sentence
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import timeline

__all__ = ["project_timeline"]


def project_timeline(changes: Changes, stored: StoredEntry) -> None:
    """Add the line of this entry."""
    changes.put(
        timeline,
        {
            "entry_id": stored.entry.id,
            "position": stored.position,
            "incident_id": stored.entry.incident,
            "kind": str(stored.event.kind),
            "occurred_at": stored.entry.occurred_at,
            "recorded_at": stored.recorded_at,
            "actor_id": stored.event.actor.id,
            "role": str(stored.event.actor.role),
            "summary": sentence(stored.event),
        },
    )
