"""The assessments of recurring incidents, each with what people decided about what it found."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import recurrence

__all__ = ["project_recurrence"]


def project_recurrence(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry of an assessment; others change nothing here."""
    if stored.event.kind is EventKind.RECURRENCE_ASSESSED:
        _assessed(changes, stored)
    elif stored.event.kind is EventKind.RECURRENCE_DECIDED:
        _decided(changes, stored)


def _assessed(changes: Changes, stored: StoredEntry) -> None:
    changes.put(
        recurrence,
        {
            "incident_id": stored.entry.incident,
            "workflow_id": stored.entry.workflow,
            "period": stored.event.payload["month"],
            "assessed_at": stored.entry.occurred_at,
            "assessment": stored.event.payload,
            "outcomes": {},
        },
    )


def _decided(changes: Changes, stored: StoredEntry) -> None:
    outcome = {
        **stored.event.payload,
        "digest": stored.event.subject.digest,
        "decided_at": rfc3339(stored.entry.occurred_at),
        "entry": stored.entry.id,
    }
    changes.add(recurrence, (stored.entry.incident,), outcomes={stored.event.subject.id: outcome})
