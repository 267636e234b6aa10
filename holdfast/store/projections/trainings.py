"""The training that was recorded: one row an entry."""

from __future__ import annotations

from datetime import date

from holdfast.domain.events import EventKind
from holdfast.store.drills.tables import training
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_training"]


def project_training(changes: Changes, stored: StoredEntry) -> None:
    """Add the training that this entry records; others change nothing here."""
    if stored.event.kind is not EventKind.TRAINING_RECORDED:
        return
    payload = stored.event.payload
    changes.put(
        training,
        {
            **{name: payload[name] for name in ("person", "role", "course", "drill")},
            "entry_id": stored.entry.id,
            "training_id": stored.event.subject.id,
            "trained_on": date.fromisoformat(payload["on"]),
            "recorded_by": stored.event.actor.model_dump(mode="json"),
            "recorded_at": stored.entry.occurred_at,
        },
    )
