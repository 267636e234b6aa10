"""What has to follow from oversight reviews: one row a task."""

from __future__ import annotations

from datetime import date

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.third_parties.tables import remediation_task

__all__ = ["project_remediation"]

_PROPOSED = "proposed"


def project_remediation(changes: Changes, stored: StoredEntry) -> None:
    """Add the task that this entry proposes; others change nothing here."""
    if stored.event.kind is not EventKind.REMEDIATION_PROPOSED:
        return
    payload = stored.event.payload
    copied = (
        *("number", "task", "contract", "provider", "kind", "title", "basis", "by_law", "owner"),
    )
    changes.put(
        remediation_task,
        {
            **{name: payload[name] for name in copied},
            "task_id": stored.event.subject.id,
            "incident_id": stored.entry.incident,
            "due_on": date.fromisoformat(payload["due_on"]) if payload["due_on"] else None,
            "state": _PROPOSED,
            "proposed_at": stored.entry.occurred_at,
            "entry_id": stored.entry.id,
        },
    )
