"""The attachments of all incidents, as they were taken in."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import attachment

__all__ = ["project_attachment"]


def project_attachment(changes: Changes, stored: StoredEntry) -> None:
    """Add the attachment that this entry takes in; others change nothing here."""
    if stored.event.kind is not EventKind.ATTACHMENT_COLLECTED:
        return
    payload = stored.event.payload
    changes.put(
        attachment,
        {
            **{name: payload[name] for name in ("digest", "size", "media_type", "description")},
            "attachment_id": stored.event.subject.id,
            "incident_id": stored.entry.incident,
            "entry_id": stored.entry.id,
            "collected_at": datetime.fromisoformat(payload["collected_at"]),
            "collected_by": stored.event.actor.model_dump(mode="json"),
            "taken_in_at": stored.entry.occurred_at,
        },
    )
