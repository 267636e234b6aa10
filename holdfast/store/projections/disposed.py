"""What the projections still say of entries whose content was disposed of: that they were there.

Of the incident a row stays that says so; its decisions, clocks, receipts, communications, replies
and escalations are gone, and what it had on the public status page.
"""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Phase
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import DisposedEntry
from holdfast.store.tables import incident, timeline

__all__ = ["DISPOSED", "project_disposed"]

DISPOSED = "disposed"
"""The outcome of an incident whose content was disposed of, and the reason why it is withheld."""

_WITHHELD = "withheld"
_TITLE = "Content disposed of"


def project_disposed(changes: Changes, disposed: DisposedEntry) -> None:
    """Add what is left of this entry."""
    changes.put(
        timeline,
        {
            "entry_id": disposed.entry_id,
            "position": disposed.position,
            "incident_id": disposed.incident_id,
            "kind": str(disposed.kind),
            "occurred_at": disposed.occurred_at,
            "recorded_at": disposed.recorded_at,
            "actor_id": _WITHHELD,
            "role": _WITHHELD,
            "summary": _TITLE,
        },
    )
    if disposed.kind is EventKind.INCIDENT_OPENED:
        _opened(changes, disposed)
    elif disposed.kind is EventKind.INCIDENT_CLOSED:
        changes.set(incident, (disposed.incident_id,), closed_at=disposed.occurred_at)


def _opened(changes: Changes, disposed: DisposedEntry) -> None:
    """Only a closed incident is ever disposed of: it is told as such from its first entry on."""
    unknown = (
        *("description", "severity", "priority", "duplicate_of", "proposal", "review"),
        *("classification", "evaluation", "drill"),
    )
    changes.put(
        incident,
        {
            **dict.fromkeys(unknown),
            "incident_id": disposed.incident_id,
            "workflow_id": disposed.workflow_id,
            "title": _TITLE,
            "origin": _WITHHELD,
            "reporter": {},
            "phase": str(Phase.CLOSED),
            "outcome": DISPOSED,
            "services": [],
            "aware_at": disposed.occurred_at,
            "opened_at": disposed.occurred_at,
            "closed_at": None,
            "alerts": 0,
            "facts": {},
            "actions": {},
            "checks": {},
            "policies": [],
        },
    )
