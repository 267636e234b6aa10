"""What an incident has several of and key figures measure: decisions, tasks; its notifications.

Each is one row from where it begins to where it ends. What is set anew is measured anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.incident.classification_clocks import NOTIFICATION_CLOCK
from holdfast.domain.key_figures.kinds import KeyFigureName
from holdfast.domain.remediation.naming import task_id, task_of_request
from holdfast.domain.reporting.naming import reporting_of_request
from holdfast.store.key_figures.tables import measured_course
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["ENDED", "MISSED", "OPEN", "WITHDRAWN", "project_measured_course"]

OPEN, MISSED, ENDED, WITHDRAWN = "open", "missed", "ended", "withdrawn"
"""The states of a row: what was withdrawn is in no figure."""

_DUE_CLOCK = ":due"
_INITIAL_CLOCK = ":initial"
_DECLINED = "declined"


def project_measured_course(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a decision, a task or a deadline; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _requested(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    due_at = datetime.fromisoformat(payload["due_at"])
    _begin(changes, stored, _approval(stored), payload["kind"], due_at)


def _decided(changes: Changes, stored: StoredEntry) -> None:
    bypassed = stored.event.payload["bypassed"]
    _end(changes, stored, _approval(stored), marked=bypassed)


def _voided(changes: Changes, stored: StoredEntry) -> None:
    changes.set(measured_course, _approval(stored), state=WITHDRAWN)


def _task_opened(changes: Changes, stored: StoredEntry) -> None:
    _begin(changes, stored, _task(stored), stored.event.payload["task"]["priority"], None)


def _task_closed(changes: Changes, stored: StoredEntry) -> None:
    declined = stored.event.payload["outcome"] == _DECLINED
    _end(changes, stored, _task(stored), state=WITHDRAWN if declined else ENDED)


def _armed(changes: Changes, stored: StoredEntry) -> None:
    due_at = datetime.fromisoformat(stored.event.payload["due_at"])
    if key := _notification(stored):
        _begin(changes, stored, key, None, due_at)
    elif key := _task_due(stored):
        changes.set(measured_course, key, due_at=due_at)
        changes.add(measured_course, key, entries=[stored.entry.id])


def _missed(changes: Changes, stored: StoredEntry) -> None:
    """A task that is late once stays so: a later due date does not unmake it."""
    if key := _notification(stored):
        changes.set(measured_course, key, state=MISSED)
    if key := key or _task_due(stored):
        changes.set(measured_course, key, marked=True)
        changes.add(measured_course, key, entries=[stored.entry.id])


def _met(changes: Changes, stored: StoredEntry) -> None:
    if key := _notification(stored):
        payload = stored.event.payload
        _end(changes, stored, key, marked=payload["after_deadline"])
        if as_of := payload.get("as_of"):
            changes.set(measured_course, key, ended_at=datetime.fromisoformat(as_of))


def _cancelled(changes: Changes, stored: StoredEntry) -> None:
    """A notification that was missed by then stays missed."""
    key = _notification(stored)
    if key and not stored.event.payload["after_deadline"]:
        changes.set(measured_course, key, state=WITHDRAWN)


def _begin(
    changes: Changes,
    stored: StoredEntry,
    key: tuple[str, str, str],
    kind: str | None,
    due_at: datetime | None,
) -> None:
    incident_id, figure, subject = key
    changes.put(
        measured_course,
        {
            "incident_id": incident_id,
            "figure": figure,
            "subject": subject,
            "kind": kind,
            "began_at": stored.entry.occurred_at,
            "due_at": due_at,
            "ended_at": None,
            "state": OPEN,
            "marked": False,
            "entries": [stored.entry.id],
        },
    )


def _end(
    changes: Changes, stored: StoredEntry, key: tuple[str, str, str], **values: object
) -> None:
    ended = {"ended_at": stored.entry.occurred_at, "state": ENDED, **values}
    changes.set(measured_course, key, **ended)
    changes.add(measured_course, key, entries=[stored.entry.id])


def _approval(stored: StoredEntry) -> tuple[str, str, str]:
    return (stored.entry.incident, str(KeyFigureName.APPROVAL_LATENCY), stored.event.subject.id)


def _task(stored: StoredEntry) -> tuple[str, str, str]:
    return (stored.entry.incident, str(KeyFigureName.REMEDIATION_AGEING), stored.event.subject.id)


def _notification(stored: StoredEntry) -> tuple[str, str, str] | None:
    """The notification whose clock the entry is about, one an entity; None for any other clock."""
    clock_id = stored.event.subject.id
    of_reporting = clock_id.endswith(_INITIAL_CLOCK) and reporting_of_request(clock_id) is not None
    if clock_id != NOTIFICATION_CLOCK and not of_reporting:
        return None
    return (stored.entry.incident, str(KeyFigureName.NOTIFICATION_MARGIN), clock_id)


def _task_due(stored: StoredEntry) -> tuple[str, str, str] | None:
    """The task whose due clock the entry is about; None for any other clock."""
    clock_id = stored.event.subject.id
    number = task_of_request(clock_id) if clock_id.endswith(_DUE_CLOCK) else None
    if number is None:
        return None
    incident_id = stored.entry.incident
    return (incident_id, str(KeyFigureName.REMEDIATION_AGEING), task_id(incident_id, number))


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.DECISION_REQUESTED: _requested,
    EventKind.DECISION_DECIDED: _decided,
    EventKind.DECISION_VOIDED: _voided,
    EventKind.REMEDIATION_OPENED: _task_opened,
    EventKind.REMEDIATION_CLOSED: _task_closed,
    EventKind.CLOCK_ARMED: _armed,
    EventKind.CLOCK_MISSED: _missed,
    EventKind.CLOCK_MET: _met,
    EventKind.CLOCK_CANCELLED: _cancelled,
}
