"""The moments of incidents that key figures are measured between, and what each incident hit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from holdfast.domain.actions import Milestone
from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.values import JsonObject, JsonValue
from holdfast.dora.recurrence import fingerprint
from holdfast.store.key_figures.tables import measured_incident
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_measured_incident"]

_CAUSES = {"root_cause_fingerprint": "cause_stated", "root_cause": "cause_fact"}
"""The facts that say what caused an incident, and the columns that hold what they say."""

_OF_SERVICES = {"downtime_minutes": "downtime_stated", "clients_affected": "clients"}
_OCCURRED = "occurred_at"


def project_measured_incident(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry that says when something of an incident was; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _opened(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    unknown = (
        *("occurred_at", "confirmed_at", "classified_at", "contained_at", "recovered_at"),
        *("closed_at", "outcome", "severity", *_CAUSES.values(), "cause_review"),
    )
    changes.put(
        measured_incident,
        {
            **dict.fromkeys(unknown),
            "incident_id": stored.entry.incident,
            "drill": payload.get("drill") is not None,
            "detected_at": datetime.fromisoformat(payload["aware_at"]),
            "services": payload["services"],
            "entities": [],
            "downtime_stated": {},
            "downtime_computed": {},
            "clients": {},
            "entries": {"detected": stored.entry.id},
        },
    )
    _state(changes, stored, payload["facts"])


def _facts_changed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(measured_incident, _key(stored), services=payload["services"])
    _state(changes, stored, payload["changes"])


def _alerts_joined(changes: Changes, stored: StoredEntry) -> None:
    services = stored.event.payload["all_services"]
    changes.set(measured_incident, _key(stored), services=services)


def _state(changes: Changes, stored: StoredEntry, stated: Iterable[JsonObject]) -> None:
    """Keep what facts say that figures are made of; one that is taken back is unknown again."""
    for change in stated:
        name, service, value = change["fact"], change["service"], change["value"]
        if name == _OCCURRED:
            moment = None if value is None else datetime.fromisoformat(value)
            _note(changes, stored, "occurred", occurred_at=moment)
        elif column := _CAUSES.get(name):
            cause = None if value is None else fingerprint(value)
            _note(changes, stored, column, **{column: cause})
        elif column := _OF_SERVICES.get(name):
            changes.add(measured_incident, _key(stored), **{column: {service: value}})
            _note(changes, stored, f"{column}@{service}")


def _confirmed(changes: Changes, stored: StoredEntry) -> None:
    _note(changes, stored, "confirmed", confirmed_at=stored.entry.occurred_at)


def _classified(changes: Changes, stored: StoredEntry) -> None:
    """The first decision counts: what follows corrects it."""
    if stored.event.payload["before"] is None:
        _note(changes, stored, "classified", classified_at=stored.entry.occurred_at)


def _milestone(changes: Changes, stored: StoredEntry) -> None:
    if stored.event.payload["milestone"] == Milestone.CONTAINED:
        _note(changes, stored, "contained", contained_at=stored.entry.occurred_at)


def _phase_entered(changes: Changes, stored: StoredEntry) -> None:
    if stored.event.payload["phase"] == Phase.LEARN:
        _note(changes, stored, "recovered", recovered_at=stored.entry.occurred_at)


def _closed(changes: Changes, stored: StoredEntry) -> None:
    outcome, closed_at = stored.event.payload["outcome"], stored.entry.occurred_at
    changes.set(measured_incident, _key(stored), outcome=outcome, closed_at=closed_at)


def _severity_assigned(changes: Changes, stored: StoredEntry) -> None:
    severity = stored.event.payload["severity"]
    changes.set(measured_incident, _key(stored), severity=severity)


def _evaluated(changes: Changes, stored: StoredEntry) -> None:
    """Keep the entities that it hits, where the register knows any."""
    named = {part["entity"] for part in stored.event.payload["entities"]} - {None}
    changes.set(measured_incident, _key(stored), entities=sorted(named))


def _reviewed(changes: Changes, stored: StoredEntry) -> None:
    cause = fingerprint(stored.event.payload.get("root_cause") or "")
    _note(changes, stored, "cause_review", cause_review=cause)


def _downtime_computed(changes: Changes, stored: StoredEntry) -> None:
    """Each computation says all of the downtime that there was so far."""
    services = stored.event.payload["services"]
    minutes = {service: found["minutes"] for service, found in services.items()}
    changes.set(measured_incident, _key(stored), downtime_computed=minutes)
    named = {f"downtime_computed@{service}": stored.entry.id for service in services}
    changes.add(measured_incident, _key(stored), entries=named)


def _note(changes: Changes, stored: StoredEntry, name: str, **values: JsonValue) -> None:
    """Set columns, and name the entry that says so."""
    key = _key(stored)
    if values:
        changes.set(measured_incident, key, **values)
    changes.add(measured_incident, key, entries={name: stored.entry.id})


def _key(stored: StoredEntry) -> tuple[str]:
    return (stored.entry.incident,)


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.INCIDENT_OPENED: _opened,
    EventKind.FACTS_CHANGED: _facts_changed,
    EventKind.ALERTS_JOINED: _alerts_joined,
    EventKind.INCIDENT_CONFIRMED: _confirmed,
    EventKind.CLASSIFICATION_DECIDED: _classified,
    EventKind.MILESTONE_REACHED: _milestone,
    EventKind.PHASE_ENTERED: _phase_entered,
    EventKind.INCIDENT_CLOSED: _closed,
    EventKind.SEVERITY_ASSIGNED: _severity_assigned,
    EventKind.CLASSIFICATION_EVALUATED: _evaluated,
    EventKind.REVIEW_RECORDED: _reviewed,
    EventKind.DOWNTIME_COMPUTED: _downtime_computed,
}
