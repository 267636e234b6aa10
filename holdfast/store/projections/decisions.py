"""The decisions of all workflows, as they stand: enough to weigh an answer at the door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import decision

__all__ = ["project_decision"]


def project_decision(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a decision; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _requested(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = ("kind", "question", "authors", "roles", "options", "bypass", "context")
    changes.put(
        decision,
        {
            **{name: payload[name] for name in copied},
            "workflow_id": stored.entry.workflow,
            "request_id": stored.event.subject.id,
            "incident_id": stored.entry.incident,
            "state": "open",
            "subject": payload["about"],
            "requested_at": stored.entry.occurred_at,
            "due_at": datetime.fromisoformat(payload["due_at"]),
            "answers": [],
            "outcome": None,
            "settled_at": None,
            "only_by_exception": payload.get("only_by_exception"),
        },
    )


def _answered(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    answer = {
        "actor": stored.event.actor.model_dump(mode="json"),
        "option": payload["option"],
        "data": payload["data"],
        "exception_code": payload["exception_code"],
        "entry": stored.entry.id,
    }
    changes.add(decision, _key(stored), answers=[answer])


def _decided(changes: Changes, stored: StoredEntry) -> None:
    changes.set(
        decision,
        _key(stored),
        state="decided",
        outcome=stored.event.payload["outcome"],
        settled_at=stored.entry.occurred_at,
    )


def _voided(changes: Changes, stored: StoredEntry) -> None:
    changes.set(decision, _key(stored), state="voided", settled_at=stored.entry.occurred_at)


def _key(stored: StoredEntry) -> tuple[str, str]:
    return (stored.entry.workflow, stored.event.subject.id)


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.DECISION_REQUESTED: _requested,
    EventKind.DECISION_ANSWERED: _answered,
    EventKind.DECISION_DECIDED: _decided,
    EventKind.DECISION_VOIDED: _voided,
}
