"""Receipts: what became of a submission; the first answer to an id stays its receipt."""

from __future__ import annotations

from typing import Any

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import receipt

__all__ = ["project_receipt", "receipt_row"]


def project_receipt(changes: Changes, stored: StoredEntry) -> None:
    """Add the receipt that this entry is, if it is one."""
    if (row := receipt_row(stored)) is not None:
        changes.put(receipt, row, keep=True)


def receipt_row(stored: StoredEntry) -> dict[str, Any] | None:
    """The receipt that an entry is, or None."""
    if stored.event.answers is None:
        return None
    subject = stored.event.subject.model_dump(mode="json")
    return {
        "submission_id": stored.event.answers,
        "incident_id": stored.entry.incident,
        "entry_id": stored.entry.id,
        "kind": str(stored.event.kind),
        "accepted": stored.event.kind is not EventKind.SUBMISSION_REFUSED,
        "result": {"subject": subject, **stored.event.payload},
        "occurred_at": stored.entry.occurred_at,
        "recorded_at": stored.recorded_at,
    }
