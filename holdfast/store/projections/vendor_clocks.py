"""The times that providers are held to: one row each time that one begins to run.

The next update is due again after each that was heard, and times are set anew with the severity: so
a clock of one name has a row each time that it is armed, and entries are about the one that runs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.clocks import ClockState
from holdfast.domain.events import EventKind
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.third_party.times import clock_of, vendor_clock_id
from holdfast.domain.values import rfc3339
from holdfast.dora.register.terms import VendorClock
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.third_parties.tables import vendor_clock

__all__ = ["project_vendor_clock"]

_MET_LATE = "met_late"


def project_vendor_clock(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a time that a provider is held to; others change nothing here."""
    if stored.event.kind is EventKind.THIRD_PARTY_BREACHED:
        _breached(changes, stored)
    elif (handler := _HANDLERS.get(stored.event.kind)) and clock_of(stored.event.subject.id):
        handler(changes, stored)


def _armed(changes: Changes, stored: StoredEntry) -> None:
    payload, clock_id = stored.event.payload, stored.event.subject.id
    if payload["re_armed"]:
        _follow(changes, stored, current=False, ended_at=stored.entry.occurred_at)
    changes.put(
        vendor_clock,
        {
            **dict.fromkeys(("missed_at", "met_at", "ended_at", "breached_at", "severity")),
            "armed_entry": stored.entry.id,
            "incident_id": stored.entry.incident,
            "number": escalation_of_request(clock_id),
            "clock_id": clock_id,
            "clock": str(clock_of(clock_id)),
            "round": int(clock_id.rpartition("-")[2]),
            "title": payload["title"],
            "armed_at": stored.entry.occurred_at,
            "due_at": datetime.fromisoformat(payload["due_at"]),
            "state": payload["state"],
            "current": True,
            "stood_still": [],
            "entries": [stored.entry.id],
        },
    )


def _paused_or_resumed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    due_at = datetime.fromisoformat(payload["due_at"])
    _follow(changes, stored, state=payload["state"], due_at=due_at)
    running, at = _running(stored, stored.event.subject.id), rfc3339(stored.entry.occurred_at)
    changes.follow(vendor_clock, running, {}, {"stood_still": [at]})


def _missed(changes: Changes, stored: StoredEntry) -> None:
    _follow(
        changes, stored, state=stored.event.payload["state"], missed_at=stored.entry.occurred_at
    )


def _met(changes: Changes, stored: StoredEntry) -> None:
    """In time or late as the moment says at which it happened, not as we came to know of it."""
    payload = stored.event.payload
    as_of = payload.get("as_of")
    _follow(
        changes,
        stored,
        state=_MET_LATE if payload["after_deadline"] else payload["state"],
        met_at=datetime.fromisoformat(as_of) if as_of else stored.entry.occurred_at,
        current=False,
        ended_at=stored.entry.occurred_at,
    )


def _cancelled(changes: Changes, stored: StoredEntry) -> None:
    """What was missed by then stays missed."""
    payload = stored.event.payload
    state = ClockState.MISSED if payload["after_deadline"] else payload["state"]
    _follow(changes, stored, state=str(state), current=False, ended_at=stored.entry.occurred_at)


def _breached(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    clock_id = vendor_clock_id(payload["number"], VendorClock(payload["clock"]), payload["round"])
    breached = {"breached_at": stored.entry.occurred_at, "severity": payload["severity"]}
    changes.follow(vendor_clock, _running(stored, clock_id), breached, {})


def _follow(changes: Changes, stored: StoredEntry, **values: object) -> None:
    """Change the row of the clock that this entry is about, and name the entry in it."""
    running = _running(stored, stored.event.subject.id)
    changes.follow(vendor_clock, running, values, {"entries": [stored.entry.id]})


def _running(stored: StoredEntry, clock_id: str) -> dict[str, str | int]:
    return {"incident_id": stored.entry.incident, "clock_id": clock_id, "current": True}


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.CLOCK_ARMED: _armed,
    EventKind.CLOCK_PAUSED: _paused_or_resumed,
    EventKind.CLOCK_RESUMED: _paused_or_resumed,
    EventKind.CLOCK_MISSED: _missed,
    EventKind.CLOCK_MET: _met,
    EventKind.CLOCK_CANCELLED: _cancelled,
}
"""Warnings and rungs say nothing of whether a time was kept."""
