"""The recovery of incidents: what was told of services, what came out, plans, and its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Phase
from holdfast.store.projections.changes import Changes
from holdfast.store.recovery.tables import availability, continuity, downtime, recovery
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_recovery"]


def project_recovery(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a recovery; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _told(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("number", "service", "state", "statement", "replaces")
    changes.put(
        availability,
        {
            **{name: payload[name] for name in names},
            "entry_id": stored.entry.id,
            "incident_id": stored.entry.incident,
            "at": _moment(payload["at"]),
            "told_by": stored.event.actor.model_dump(mode="json"),
            "told_at": stored.entry.occurred_at,
        },
    )


def _computed(changes: Changes, stored: StoredEntry) -> None:
    changes.put(
        downtime,
        {
            "incident_id": stored.entry.incident,
            "entry_id": stored.entry.id,
            "computed": stored.event.payload,
            "computed_at": stored.entry.occurred_at,
        },
    )


def _activated(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    unknown = ("deactivated_at", "statement", "deactivated_by", "deactivation_entry")
    changes.put(
        continuity,
        {
            **dict.fromkeys(unknown),
            **{name: payload[name] for name in ("plan", "activation", "services", "because")},
            "incident_id": stored.entry.incident,
            "activated_at": _moment(payload["activated_at"]),
            "activated_by": stored.event.actor.model_dump(mode="json"),
            "activation_entry": stored.entry.id,
        },
    )


def _deactivated(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(
        continuity,
        (stored.entry.incident, payload["plan"], payload["activation"]),
        deactivated_at=_moment(payload["at"]),
        statement=payload["statement"],
        deactivated_by=stored.event.actor.model_dump(mode="json"),
        deactivation_entry=stored.entry.id,
    )


def _phase_entered(changes: Changes, stored: StoredEntry) -> None:
    """The phase of learning begins with the decision that validates the recovery."""
    if stored.event.payload["phase"] != Phase.LEARN:
        return
    unknown = (*("stood_down_at", "stood_down_because", "stood_down_roles", "stood_down_entry"),)
    changes.put(
        recovery,
        {
            **dict.fromkeys(unknown),
            "incident_id": stored.entry.incident,
            "validated_at": stored.entry.occurred_at,
            "validated_entry": stored.entry.id,
        },
    )


def _stood_down(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(
        recovery,
        (stored.entry.incident,),
        stood_down_at=stored.entry.occurred_at,
        stood_down_because=payload["because"],
        stood_down_roles=payload["roles"],
        stood_down_entry=stored.entry.id,
    )


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.AVAILABILITY_REPORTED: _told,
    EventKind.DOWNTIME_COMPUTED: _computed,
    EventKind.CONTINUITY_ACTIVATED: _activated,
    EventKind.CONTINUITY_DEACTIVATED: _deactivated,
    EventKind.PHASE_ENTERED: _phase_entered,
    EventKind.RESPONSE_STOOD_DOWN: _stood_down,
}
