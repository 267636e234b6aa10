"""Remediation tasks as they stand: one row a task, whatever becomes of it added to that row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from holdfast.domain.events import EventKind
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_id
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.remediation.tables import task
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_task"]

Columns = dict[str, Any]

_REPLACED = "replaced"


def project_task(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a remediation task; others change nothing here."""
    event = stored.event
    if event.kind is EventKind.REMEDIATION_OPENED:
        changes.put(task, _opened(stored))
        _replace(changes, stored)
    elif event.kind in _BECOMES:
        # What is asked of a task is called after it: `INC-…/remediation-1/extension-1`.
        key = ("/".join(event.subject.id.split("/")[:2]),)
        values, items = _BECOMES[event.kind](stored)
        stage = {"stage": event.payload["stage"], "last_entry": stored.entry.id}
        changes.set(task, key, **stage, **values)
        if items:
            changes.add(task, key, **items)


def _opened(stored: StoredEntry) -> Columns:
    said, entry = stored.event.payload, stored.entry
    opened = said["task"]
    copied = (
        *("title", "description", "origin", "priority", "mandatory", "observe", "root_cause"),
        *("control", "basis", "proposal", "facts"),
    )
    return {
        **{name: opened[name] for name in copied},
        "task_id": stored.event.subject.id,
        "incident_id": entry.incident,
        "number": said["number"],
        "owner_role": opened["owner"]["role"],
        "owner_person": opened["owner"]["person"],
        "due_on": date.fromisoformat(opened["due_on"]),
        "replaces": said["replaces"],
        "policy": said["policy"],
        "severity": said["severity"],
        "stage": str(TaskStage.PROPOSED),
        "extensions": 0,
        **{name: [] for name in ("extended", "acceptances", "implementations", "implemented_by")},
        **{name: [] for name in ("reassigned", "returned", "links")},
        **dict.fromkeys(("accepted_until", "implemented_at", "observe_until"), None),
        **dict.fromkeys(("validated_by", "validated_at", "outcome", "closed_at"), None),
        "proposed_by": stored.event.actor.model_dump(mode="json"),
        "opened_entry": entry.id,
        "opened_at": entry.occurred_at,
        "last_entry": entry.id,
    }


def _replace(changes: Changes, stored: StoredEntry) -> None:
    """Close the task in whose place another was opened: its workflow may be no more to say so."""
    number = stored.event.payload["replaces"]
    if number is not None:
        key, closed = (task_id(stored.entry.incident, number),), str(TaskStage.CLOSED)
        at, entry = stored.entry.occurred_at, stored.entry.id
        changes.set(task, key, stage=closed, outcome=_REPLACED, closed_at=at, last_entry=entry)


def _stands(_stored: StoredEntry) -> tuple[Columns, Columns]:
    return {}, {}


def _reassigned(stored: StoredEntry) -> tuple[Columns, Columns]:
    owner = stored.event.payload["owner"]
    values = {"owner_role": owner["role"], "owner_person": owner["person"]}
    return values, {"reassigned": [_noted(stored, "before", "owner", "because")]}


def _extended(stored: StoredEntry) -> tuple[Columns, Columns]:
    said = stored.event.payload
    values = {"due_on": date.fromisoformat(said["due_on"]), "extensions": said["extensions"]}
    return values, {"extended": [_noted(stored, "before", "due_on", "because")]}


def _implemented(stored: StoredEntry) -> tuple[Columns, Columns]:
    until = stored.event.payload["observe_until"]
    values = {
        "implemented_at": stored.entry.occurred_at,
        "observe_until": datetime.fromisoformat(until) if until else None,
        "accepted_until": None,
    }
    noted = _noted(stored, "implementation", "statement", "references", "documents")
    by = stored.event.actor.id
    return values, {"implementations": [{**noted, "by": by}], "implemented_by": [by]}


def _validated(stored: StoredEntry) -> tuple[Columns, Columns]:
    said = stored.event.payload
    return {"validated_by": said["by"], "validated_at": stored.entry.occurred_at}, {}


def _open_again(stored: StoredEntry) -> tuple[Columns, Columns]:
    values = {
        "due_on": date.fromisoformat(stored.event.payload["due_on"]),
        "accepted_until": None,
        "implemented_at": None,
        "observe_until": None,
    }
    return values, {"returned": [_noted(stored, "because", "due_on")]}


def _risk_accepted(stored: StoredEntry) -> tuple[Columns, Columns]:
    expires_at = datetime.fromisoformat(stored.event.payload["expires_at"])
    noted = _noted(stored, "until", "because")
    return {"accepted_until": expires_at}, {"acceptances": [noted]}


def _linked(stored: StoredEntry) -> tuple[Columns, Columns]:
    return {}, {"links": [_noted(stored, "system", "reference", "state", "comment")]}


def _closed(stored: StoredEntry) -> tuple[Columns, Columns]:
    return {"outcome": stored.event.payload["outcome"], "closed_at": stored.entry.occurred_at}, {}


def _noted(stored: StoredEntry, *names: str) -> Columns:
    """What an entry says, with when it was said and where."""
    said = {name: stored.event.payload[name] for name in names}
    return {**said, "at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


_BECOMES: dict[EventKind, Callable[[StoredEntry], tuple[Columns, Columns]]] = {
    EventKind.REMEDIATION_ACCEPTED: _stands,
    EventKind.REMEDIATION_DECLINED: _stands,
    EventKind.REMEDIATION_REASSIGNED: _reassigned,
    EventKind.REMEDIATION_EXTENDED: _extended,
    EventKind.REMEDIATION_IMPLEMENTED: _implemented,
    EventKind.REMEDIATION_VALIDATED: _validated,
    EventKind.REMEDIATION_RETURNED: _open_again,
    EventKind.REMEDIATION_RISK_ACCEPTED: _risk_accepted,
    EventKind.REMEDIATION_REOPENED: _open_again,
    EventKind.REMEDIATION_LINKED: _linked,
    EventKind.REMEDIATION_CLOSED: _closed,
    EventKind.EXTENSION_REQUESTED: _stands,
    EventKind.RISK_ACCEPTANCE_REQUESTED: _stands,
}
