"""The communications of all incidents, as they stand.

What is said of submission, approval and release holds of the latest version: an edit takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.naming import communication_workflow_id
from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import communication

__all__ = ["project_communication"]

_OF_LATEST_VERSION = ("sign_off", "submitted_at", "approved_at", "publish_when", "publish_at")


def project_communication(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a communication; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _opened(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    number = payload["number"]
    unknown = (
        *_OF_LATEST_VERSION,
        *("message", "superseded_by", "published_at", "cancelled_at", "cancelled_because"),
        *("complete", "closed_at"),
    )
    changes.put(
        communication,
        {
            **dict.fromkeys(unknown),
            **{name: payload[name] for name in ("purpose", "audience", "severity", "supersedes")},
            "incident_id": stored.entry.incident,
            "number": number,
            "workflow_id": communication_workflow_id(stored.entry.incident, number),
            "stage": str(Stage.DRAFT),
            "version": 0,
            "draft": payload["draft"],
            "versions": [],
            "reviews": [],
            "returned": [],
            "approvals": [],
            "deliveries": {},
            "opened_by": stored.event.actor.model_dump(mode="json"),
            "opened_at": stored.entry.occurred_at,
        },
    )


def _drafted(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    draft = payload["draft"]
    version = {
        "version": payload["version"],
        "message": draft["message"],
        "subject": draft["subject"],
        "before": payload["before"],
        "by": payload["author"],
        "comment": payload["comment"],
        **_written(stored),
    }
    changes.set(
        communication,
        _key(stored),
        **dict.fromkeys(_OF_LATEST_VERSION),
        stage=str(Stage.DRAFT),
        version=payload["version"],
        message=draft["message"],
        draft=draft,
        supersedes=draft["supersedes"],
    )
    changes.add(communication, _key(stored), versions=[version])


def _submitted(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("reviewers", "approvers", "bypass", "standing")
    changes.set(
        communication,
        _key(stored),
        stage=str(Stage.REVIEW if payload["reviewers"] else Stage.APPROVAL),
        severity=payload["severity"],
        sign_off={name: payload[name] for name in names},
        submitted_at=stored.entry.occurred_at,
    )


def _cleared(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("version", "message", "by")
    review = {name: payload[name] for name in names}
    changes.set(communication, _key(stored), stage=str(Stage.APPROVAL))
    changes.add(communication, _key(stored), reviews=[{**review, **_written(stored)}])


def _returned(changes: Changes, stored: StoredEntry) -> None:
    names = ("version", "message", "by", "comments", "of")
    returned = {name: stored.event.payload[name] for name in names}
    unsaid = dict.fromkeys(_OF_LATEST_VERSION)
    changes.set(communication, _key(stored), **unsaid, stage=str(Stage.DRAFT))
    changes.add(communication, _key(stored), returned=[{**returned, **_written(stored)}])


def _approved(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("version", "message", "by", "standing")
    approval = {name: payload[name] for name in names}
    changes.set(
        communication,
        _key(stored),
        stage=str(Stage.APPROVED),
        approved_at=stored.entry.occurred_at,
        publish_when=payload["when"],
        publish_at=_moment(payload["publish_at"]),
    )
    changes.add(communication, _key(stored), approvals=[{**approval, **_written(stored)}])


def _released(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    given = zip(payload["deliveries"], payload["keys"], strict=True)
    under_way = {"round": 0, "report": None, "state": "open", **_written(stored)}
    deliveries = {
        str(number): {**_delivery(delivery), "key": key, **under_way}
        for number, (delivery, key) in enumerate(given)
    }
    changes.set(communication, _key(stored), stage=str(Stage.PUBLISHING), deliveries=deliveries)


def _delivered(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("key", "round", "report", "state")
    delivery = {**_delivery(payload), **{name: payload[name] for name in names}}
    number = str(payload["delivery"])
    changes.add(communication, _key(stored), deliveries={number: {**delivery, **_written(stored)}})


def _published(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.set(
        communication,
        _key(stored),
        stage=str(Stage.PUBLISHED),
        published_at=stored.entry.occurred_at,
        complete=payload["complete"],
    )
    if (older := payload["supersedes"]) is not None:
        key = (stored.entry.incident, older)
        changes.set(communication, key, superseded_by=payload["number"])


def _cancelled(changes: Changes, stored: StoredEntry) -> None:
    changes.set(
        communication,
        _key(stored),
        stage=str(Stage.CANCELLED),
        cancelled_at=stored.entry.occurred_at,
        cancelled_because=stored.event.payload["because"],
    )


def _closed(changes: Changes, stored: StoredEntry) -> None:
    complete = stored.event.payload["complete"]
    at = stored.entry.occurred_at
    changes.set(communication, _key(stored), complete=complete, closed_at=at)


def _delivery(said: JsonObject) -> JsonObject:
    return {name: said[name] for name in ("channel", "kind", "group", "language")}


def _written(stored: StoredEntry) -> dict[str, Any]:
    return {"at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


def _key(stored: StoredEntry) -> tuple[str, int]:
    return (stored.entry.incident, stored.event.payload["number"])


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.COMMUNICATION_OPENED: _opened,
    EventKind.COMMUNICATION_DRAFTED: _drafted,
    EventKind.COMMUNICATION_SUBMITTED: _submitted,
    EventKind.COMMUNICATION_CLEARED: _cleared,
    EventKind.COMMUNICATION_RETURNED: _returned,
    EventKind.COMMUNICATION_APPROVED: _approved,
    EventKind.COMMUNICATION_RELEASED: _released,
    EventKind.COMMUNICATION_DELIVERED: _delivered,
    EventKind.COMMUNICATION_PUBLISHED: _published,
    EventKind.COMMUNICATION_CANCELLED: _cancelled,
    EventKind.COMMUNICATION_CLOSED: _closed,
}
