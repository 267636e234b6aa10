"""The clocks of all workflows, as they stand."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import clock

__all__ = ["project_clock"]


def project_clock(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a clock; others change nothing here."""
    if stored.event.subject.type != "clock":
        return
    if stored.event.kind is EventKind.CLOCK_ARMED:
        _arm(changes, stored)
        return
    payload = stored.event.payload
    key = (stored.entry.workflow, stored.event.subject.id)
    # Whoever stood still for a while is due later, and while it does nothing comes next.
    moments = {name: _moment(payload[name]) for name in ("due_at", "next_at")}
    changes.set(clock, key, state=payload["state"], **moments)
    if payload.get("may_decide"):
        changes.add(clock, key, entitled=payload["roles"])


def _arm(changes: Changes, stored: StoredEntry) -> None:
    """Put the clock down anew: an open deadline may be set again."""
    payload = stored.event.payload
    changes.put(
        clock,
        {
            "workflow_id": stored.entry.workflow,
            "clock_id": stored.event.subject.id,
            "incident_id": stored.entry.incident,
            "title": payload["title"],
            "state": payload["state"],
            "due_at": _moment(payload["due_at"]),
            "next_at": _moment(payload["next_at"]),
            "entitled": [],
        },
    )


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
