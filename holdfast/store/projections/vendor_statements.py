"""What providers have said, and where in their chains incidents began: one row an entry."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.third_parties.tables import vendor_origin, vendor_statement

__all__ = ["project_vendor_statement"]


def project_vendor_statement(changes: Changes, stored: StoredEntry) -> None:
    """Add what this entry says of a provider; others change nothing here."""
    if stored.event.kind is EventKind.THIRD_PARTY_STATED:
        _stated(changes, stored)
    elif stored.event.kind is EventKind.ORIGIN_STATED:
        _origin(changes, stored)


def _stated(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = (
        *("number", "round", "said", "source", "text", "documents", "their_reference"),
        *("reference", "link", "late_by_us"),
    )
    estimated_at = payload["estimated_at"]
    changes.put(
        vendor_statement,
        {
            **{name: payload[name] for name in copied},
            "entry_id": stored.entry.id,
            "incident_id": stored.entry.incident,
            "said_at": datetime.fromisoformat(payload["said_at"]),
            "recorded_at": stored.entry.occurred_at,
            "estimated_at": datetime.fromisoformat(estimated_at) if estimated_at else None,
            "entered_by": stored.event.actor.model_dump(mode="json"),
            "sealed": sorted(stored.event.sealed),
        },
    )


def _origin(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = (
        *("number", "provider", "contract", "rank", "origin_provider", "name"),
        *("code_type", "code", "statement"),
    )
    changes.put(
        vendor_origin,
        {
            **{name: payload[name] for name in copied},
            "entry_id": stored.entry.id,
            "incident_id": stored.entry.incident,
            "stated_by": stored.event.actor.model_dump(mode="json"),
            "stated_at": stored.entry.occurred_at,
        },
    )
