"""The calls of providers, each with the communication that it became."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.calling import CALLS
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOWS
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.third_parties.tables import vendor_call

__all__ = ["project_vendor_call"]

_FIRST = "request"


def project_vendor_call(changes: Changes, stored: StoredEntry) -> None:
    """Take in a call, or the communication that it has opened; others change nothing here."""
    if stored.event.kind in CALLS:
        _called(changes, stored)
    elif stored.event.kind is EventKind.COMMUNICATION_OPENED:
        for cause in stored.event.causes:
            if cause.startswith(THIRD_PARTY_WORKFLOWS):
                number = stored.event.payload["number"]
                changes.set(vendor_call, (cause,), communication=number)


def _called(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = ("number", "round", "rung", "title", "contacts", "channel", "call")
    changes.put(
        vendor_call,
        {
            **{name: payload[name] for name in copied},
            "entry_id": stored.entry.id,
            "incident_id": stored.entry.incident,
            "why": payload.get("why", _FIRST),
            "clock": payload.get("clock"),
            "called_at": stored.entry.occurred_at,
            "communication": None,
        },
    )
