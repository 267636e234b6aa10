"""The incidents, as they stand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import incident

__all__ = ["project_incident"]


def project_incident(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about an incident; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _opened(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    alerts = payload["alerts"]
    copied = ("title", "description", "origin", "reporter", "phase", "services", "policies")
    unknown = (
        *("severity", "priority", "outcome", "duplicate_of", "closed_at", "proposal", "review"),
        *("classification", "evaluation"),
    )
    changes.put(
        incident,
        {
            **{name: payload[name] for name in copied},
            **dict.fromkeys(unknown),
            "incident_id": stored.entry.incident,
            "workflow_id": stored.entry.workflow,
            "aware_at": datetime.fromisoformat(payload["aware_at"]),
            "opened_at": stored.entry.occurred_at,
            "alerts": alerts["count"] if alerts else 0,
            "facts": _stated(payload["facts"], payload["reporter"], stored),
            "actions": {},
            "checks": {},
            "drill": payload.get("drill"),
            "process": payload.get("process"),
        },
    )


def _phase_entered(changes: Changes, stored: StoredEntry) -> None:
    changes.set(incident, _key(stored), phase=stored.event.payload["phase"])


def _closed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(
        incident,
        _key(stored),
        outcome=payload["outcome"],
        duplicate_of=payload["duplicate_of"],
        closed_at=stored.entry.occurred_at,
    )


def _alerts_joined(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(incident, _key(stored), alerts=payload["total"], services=payload["all_services"])


def _facts_changed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    stated_by = stored.event.actor.model_dump(mode="json")
    changes.set(incident, _key(stored), services=payload["services"])
    changes.add(incident, _key(stored), facts=_stated(payload["changes"], stated_by, stored))


def _severity_proposed(changes: Changes, stored: StoredEntry) -> None:
    changes.set(incident, _key(stored), proposal=stored.event.payload)


def _severity_assigned(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(incident, _key(stored), severity=payload["severity"], priority=payload["priority"])


def _evaluated(changes: Changes, stored: StoredEntry) -> None:
    evaluation = {**stored.event.payload, "entry": stored.entry.id}
    changes.set(incident, _key(stored), evaluation=evaluation)


def _classified(changes: Changes, stored: StoredEntry) -> None:
    decided = {**stored.event.payload, "decided_at": rfc3339(stored.entry.occurred_at)}
    changes.set(incident, _key(stored), classification=decided)


def _repinned(changes: Changes, stored: StoredEntry) -> None:
    changes.set(incident, _key(stored), policies=stored.event.payload["policies"])


def _action_changed(changes: Changes, stored: StoredEntry) -> None:
    action = {
        **stored.event.payload,
        "digest": stored.event.subject.digest,
        "changed_at": rfc3339(stored.entry.occurred_at),
    }
    changes.add(incident, _key(stored), actions={stored.event.subject.id: action})


def _check_recorded(changes: Changes, stored: StoredEntry) -> None:
    check = {
        **stored.event.payload,
        "recorded_by": stored.event.actor.model_dump(mode="json"),
        "recorded_at": rfc3339(stored.entry.occurred_at),
    }
    changes.add(incident, _key(stored), checks={stored.event.payload["check"]: check})


def _review_recorded(changes: Changes, stored: StoredEntry) -> None:
    changes.set(incident, _key(stored), review=stored.event.payload)


def _key(stored: StoredEntry) -> tuple[str]:
    return (stored.entry.incident,)


def _stated(changes: list[JsonObject], stated_by: JsonObject, stored: StoredEntry) -> JsonObject:
    return {
        _fact(change): {
            "value": change["value"],
            "quality": change["quality"],
            "source": change["source"],
            "stated_by": stated_by,
            "stated_at": rfc3339(stored.entry.occurred_at),
        }
        for change in changes
    }


def _fact(change: JsonObject) -> str:
    service = change["service"]
    return f"{change['fact']}@{service}" if service else str(change["fact"])


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.INCIDENT_OPENED: _opened,
    EventKind.PHASE_ENTERED: _phase_entered,
    EventKind.INCIDENT_CLOSED: _closed,
    EventKind.ALERTS_JOINED: _alerts_joined,
    EventKind.FACTS_CHANGED: _facts_changed,
    EventKind.SEVERITY_PROPOSED: _severity_proposed,
    EventKind.SEVERITY_ASSIGNED: _severity_assigned,
    EventKind.CLASSIFICATION_EVALUATED: _evaluated,
    EventKind.CLASSIFICATION_DECIDED: _classified,
    EventKind.POLICY_REPINNED: _repinned,
    EventKind.ACTION_PROPOSED: _action_changed,
    EventKind.ACTION_APPROVED: _action_changed,
    EventKind.ACTION_REJECTED: _action_changed,
    EventKind.ACTION_PERFORMED: _action_changed,
    EventKind.CHECK_RECORDED: _check_recorded,
    EventKind.REVIEW_RECORDED: _review_recorded,
}
