"""Cyber threats and the versions of their notifications, as their entries say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.threats.tables import cyber_threat, threat_notification

__all__ = ["project_cyber_threat"]


def project_cyber_threat(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry of a threat; others change nothing here."""
    if project := _PROJECTIONS.get(stored.event.kind):
        project(changes, stored, stored.event.payload)


def _recorded(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    names = ("title", "description", "entity", "incidents", "pins")
    changes.put(
        cyber_threat,
        {
            "threat_id": stored.entry.incident,
            "workflow_id": stored.entry.workflow,
            **{name: said[name] for name in names},
            "detected_at": datetime.fromisoformat(said["detected_at"]),
            "recorded_at": stored.entry.occurred_at,
            "recorded_by": stored.event.actor.model_dump(mode="json"),
            "fields": {},
            "last_entry": stored.entry.id,
        },
    )


def _assessed(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    of_threat = {name: said[name] for name in ("facts", "significant", "proof")}
    _set(changes, stored, **of_threat, assessed_at=stored.entry.occurred_at)


def _supplied(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    supplied = {
        "value": said["value"],
        "because": said["because"],
        "by": stored.event.actor.model_dump(mode="json"),
        "entry": stored.entry.id,
    }
    changes.add(cyber_threat, (stored.entry.incident,), fields={said["field"]: supplied})


def _put_forward(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    if said["again"]:
        _set_version(changes, stored)
        return
    names = ("version", "content", "authors", "authority", "corrects", "comment")
    changes.put(
        threat_notification,
        {
            "notification_id": stored.event.subject.id,
            "threat_id": stored.entry.incident,
            **{name: said[name] for name in names},
            "put_forward_at": stored.entry.occurred_at,
            "submissions": [],
            "refusals": [],
            "receipts": [],
            "last_entry": stored.entry.id,
        },
    )


def _returned(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    _set_version(changes, stored, returned=_dated(stored, said))


def _approved(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    _set_version(changes, stored, approved_by=said["by"], approved_at=stored.entry.occurred_at)


def _notified(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored, notified_at=datetime.fromisoformat(said["submitted_at"]))
    _join(changes, stored, submissions=[_dated(stored, said)])


def _refused(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    _join(changes, stored, refusals=[_dated(stored, said)])


def _receipted(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored)
    _join(changes, stored, receipts=[_dated(stored, said)])


def _closed(changes: Changes, stored: StoredEntry, said: dict[str, Any]) -> None:
    _set(changes, stored, closed=_dated(stored, said), closed_at=stored.entry.occurred_at)


def _set(changes: Changes, stored: StoredEntry, **values: object) -> None:
    key = (stored.entry.incident,)
    changes.set(cyber_threat, key, **values, last_entry=stored.entry.id)


def _set_version(changes: Changes, stored: StoredEntry, **values: object) -> None:
    key = (stored.event.subject.id,)
    changes.set(threat_notification, key, **values, last_entry=stored.entry.id)


def _join(changes: Changes, stored: StoredEntry, **items: list[Any]) -> None:
    _set_version(changes, stored)
    changes.add(threat_notification, (stored.event.subject.id,), **items)


def _dated(stored: StoredEntry, said: dict[str, Any]) -> dict[str, Any]:
    left = {name: value for name, value in said.items() if name not in {"threat", "version"}}
    return {**left, "at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


_PROJECTIONS: dict[EventKind, Callable[[Changes, StoredEntry, dict[str, Any]], None]] = {
    EventKind.THREAT_RECORDED: _recorded,
    EventKind.THREAT_ASSESSED: _assessed,
    EventKind.THREAT_FIELD_SUPPLIED: _supplied,
    EventKind.THREAT_PUT_FORWARD: _put_forward,
    EventKind.THREAT_RETURNED: _returned,
    EventKind.THREAT_APPROVED: _approved,
    EventKind.THREAT_NOTIFIED: _notified,
    EventKind.THREAT_REFUSED: _refused,
    EventKind.THREAT_RECEIPTED: _receipted,
    EventKind.THREAT_CLOSED: _closed,
}
