"""The escalations to third parties, as they stand.

PostgreSQL derives the stage from what is written here: the claim of a restoration, how it ended,
whether its review waits for sign-offs. So a review that is given back leaves what was before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.naming import (
    THIRD_PARTY_WORKFLOWS,
    escalation_of_request,
    escalation_workflow_id,
)
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.third_parties.tables import third_party

__all__ = ["project_third_party"]

_PAUSE_CLOCK = re.compile(r"third-party-[0-9]+:pause-[0-9]+")
_OF_THIS_ROUND = ("estimated_at", "claimed_at", "ended", "restored_at")
_SIGNED_OFF = "signed_off"
_CONFIRMED = "confirmed"


def project_third_party(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about an escalation; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)
    if stored.entry.workflow.startswith(THIRD_PARTY_WORKFLOWS):
        number = int(stored.entry.workflow.rpartition("/")[2])
        changes.set(third_party, (stored.entry.incident, number), last_entry=stored.entry.id)


def _opened(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    copied = ("number", "contract", "provider", "invocation", "because", "facts", "severity")
    unknown = (
        *_OF_THIS_ROUND,
        *("provider_name", "taken", "taken_not_because", "withdrawn_because", "pause"),
        *("paused_since", "review", "closed_at", "their_reference"),
    )
    changes.put(
        third_party,
        {
            **dict.fromkeys(unknown),
            **{name: payload[name] for name in (*copied, "asked_by")},
            "incident_id": stored.entry.incident,
            "workflow_id": escalation_workflow_id(stored.entry.incident, payload["number"]),
            "round": 1,
            "opened_by": stored.event.actor.model_dump(mode="json"),
            "opened_at": stored.entry.occurred_at,
            "asked_at": _moment(payload["asked_at"]),
            "notified_at": _moment(payload["notified_at"]),
            "their_references": {},
            "weaknesses": [],
            "breached": [],
            "in_review": False,
            "closed": False,
            "last_entry": stored.entry.id,
        },
    )
    _refer(changes, stored)


def _terms_read(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    taken = payload["taken"]
    changes.set(
        third_party,
        _key(stored),
        taken=taken,
        taken_not_because=payload["because"],
        provider_name=taken["provider_name"] if taken else None,
    )


def _asked(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    asked_at, severity = _moment(payload["asked_at"]), payload["severity"]
    changes.set(third_party, _key(stored), asked_at=asked_at, severity=severity)


def _stated(changes: Changes, stored: StoredEntry) -> None:
    _refer(changes, stored)
    if (estimated_at := stored.event.payload["estimated_at"]) is not None:
        changes.set(third_party, _key(stored), estimated_at=_moment(estimated_at))


def _breached(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    names = ("round", "clock", "due_at", "severity", "penalties", "failover")
    breach = {name: payload[name] for name in names}
    changes.add(third_party, _key(stored), breached=[{**breach, **_written(stored)}])


def _restored(changes: Changes, stored: StoredEntry) -> None:
    restored_at = _moment(stored.event.payload["claimed_at"])
    ended = str(EscalationStage.RESTORED)
    changes.set(third_party, _key(stored), ended=ended, restored_at=restored_at)


def _relapsed(changes: Changes, stored: StoredEntry) -> None:
    again = stored.event.payload["round"]
    unsaid = dict.fromkeys(_OF_THIS_ROUND)
    changes.set(third_party, _key(stored), **unsaid, round=again, in_review=False)


def _withdrawn(changes: Changes, stored: StoredEntry) -> None:
    """By the incident, it is the end: there is no workflow that could review and close it."""
    changes.set(
        third_party,
        _key(stored),
        ended=str(EscalationStage.WITHDRAWN),
        withdrawn_because=stored.event.payload["because"],
    )
    if not stored.entry.workflow.startswith(THIRD_PARTY_WORKFLOWS):
        changes.set(third_party, _key(stored), last_entry=stored.entry.id)
        _closed(changes, stored)


def _reviewed(changes: Changes, stored: StoredEntry) -> None:
    names = ("version", "review", "breaches", "weaknesses", "critical")
    review = {
        **{name: stored.event.payload[name] for name in names},
        "digest": stored.event.subject.digest,
        "by": stored.event.actor.model_dump(mode="json"),
        **_written(stored),
    }
    changes.set(third_party, _key(stored), review=review, in_review=True)


def _closed(changes: Changes, stored: StoredEntry) -> None:
    changes.set(third_party, _key(stored), closed=True, closed_at=stored.entry.occurred_at)


def _pause_requested(changes: Changes, stored: StoredEntry) -> None:
    names = ("reason", "statement", "because", "clocks", "longest")
    pause = {
        **{name: stored.event.payload[name] for name in names},
        "by": stored.event.actor.model_dump(mode="json"),
        **_written(stored),
    }
    changes.set(third_party, _key(stored), pause=pause)


def _clock_armed(changes: Changes, stored: StoredEntry) -> None:
    """A pause that was granted has a clock: it lasts so long at most."""
    if key := _key_of_pause(stored):
        changes.set(third_party, key, paused_since=stored.entry.occurred_at)


def _clock_stopped(changes: Changes, stored: StoredEntry) -> None:
    if key := _key_of_pause(stored):
        changes.set(third_party, key, paused_since=None)


def _weakness_found(changes: Changes, stored: StoredEntry) -> None:
    names = ("weakness", "detail", "found_by_rules")
    found = {
        **{name: stored.event.payload[name] for name in names},
        "by": stored.event.actor.model_dump(mode="json"),
        **_written(stored),
    }
    changes.add(third_party, _key(stored), weaknesses=[found])


def _decision_requested(changes: Changes, stored: StoredEntry) -> None:
    """The question whether it is restored says since when the provider claims so."""
    key, payload = _key_of_request(stored), stored.event.payload
    if key and payload["kind"] == DecisionKind.THIRD_PARTY_RESTORATION:
        changes.set(third_party, key, claimed_at=_moment(payload["context"]["said_at"]))


def _decision_decided(changes: Changes, stored: StoredEntry) -> None:
    key, payload = _key_of_request(stored), stored.event.payload
    if key is None:
        return
    kind, outcome = payload["kind"], payload["outcome"]
    if kind == DecisionKind.THIRD_PARTY_RESTORATION and outcome != _CONFIRMED:
        changes.set(third_party, key, claimed_at=None)
    elif kind == DecisionKind.THIRD_PARTY_REVIEW and outcome != _SIGNED_OFF:
        changes.set(third_party, key, in_review=False)


def _refer(changes: Changes, stored: StoredEntry) -> None:
    """Keep how the provider calls it, as it was said last; and every way in which it did."""
    if (reference := stored.event.payload["their_reference"]) is None:
        return
    key = _key(stored)
    changes.set(third_party, key, their_reference=reference)
    changes.add(third_party, key, their_references={reference: rfc3339(stored.entry.occurred_at)})


def _key(stored: StoredEntry) -> tuple[str, int]:
    return (stored.entry.incident, stored.event.payload["number"])


def _key_of_request(stored: StoredEntry) -> tuple[str, int] | None:
    number = escalation_of_request(stored.event.subject.id)
    return None if number is None else (stored.entry.incident, number)


def _key_of_pause(stored: StoredEntry) -> tuple[str, int] | None:
    is_pause = _PAUSE_CLOCK.fullmatch(stored.event.subject.id)
    return _key_of_request(stored) if is_pause else None


def _written(stored: StoredEntry) -> dict[str, Any]:
    return {"at": rfc3339(stored.entry.occurred_at), "entry": stored.entry.id}


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.THIRD_PARTY_OPENED: _opened,
    EventKind.THIRD_PARTY_TERMS_READ: _terms_read,
    EventKind.THIRD_PARTY_ASKED: _asked,
    EventKind.THIRD_PARTY_STATED: _stated,
    EventKind.THIRD_PARTY_BREACHED: _breached,
    EventKind.THIRD_PARTY_RESTORED: _restored,
    EventKind.THIRD_PARTY_RELAPSED: _relapsed,
    EventKind.THIRD_PARTY_WITHDRAWN: _withdrawn,
    EventKind.THIRD_PARTY_REVIEWED: _reviewed,
    EventKind.THIRD_PARTY_CLOSED: _closed,
    EventKind.PAUSE_REQUESTED: _pause_requested,
    EventKind.CLOCK_ARMED: _clock_armed,
    EventKind.CLOCK_MET: _clock_stopped,
    EventKind.CLOCK_CANCELLED: _clock_stopped,
    EventKind.WEAKNESS_FOUND: _weakness_found,
    EventKind.DECISION_REQUESTED: _decision_requested,
    EventKind.DECISION_DECIDED: _decision_decided,
}
