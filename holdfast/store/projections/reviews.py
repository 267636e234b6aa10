"""Post-incident reviews as they stand, and lessons that went into the risk assessment."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.reviews.tables import lesson, review
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_review"]

_SIGNED_OFF = "signed_off"


def project_review(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a review or a lesson; others change nothing here."""
    kind = stored.event.kind
    if kind is EventKind.REVIEW_RECORDED:
        _recorded(changes, stored)
    elif kind is EventKind.DECISION_DECIDED:
        _decided(changes, stored)
    elif kind is EventKind.LESSON_ASSESSED:
        _assessed(changes, stored)


def _recorded(changes: Changes, stored: StoredEntry) -> None:
    """Put the new version in the place of the one before, of which no sign-off counts any more."""
    payload = stored.event.payload
    actor = stored.event.actor.model_dump(mode="json")
    standing = {
        "version": payload["version"],
        "digest": stored.event.subject.digest,
        "content": {name: value for name, value in payload.items() if name != "version"},
        "recorded_by": actor,
        "recorded_at": stored.entry.occurred_at,
        "entry_id": stored.entry.id,
        "signed_off_at": None,
        "signed_off": None,
    }
    in_short = {
        "version": payload["version"],
        "digest": stored.event.subject.digest,
        "summary": payload["summary"],
        "recorded_by": actor,
        "recorded_at": rfc3339(stored.entry.occurred_at),
        "entry": stored.entry.id,
    }
    if payload["version"] == 1:
        first = {"incident_id": stored.entry.incident, "versions": [in_short], "sign_offs": []}
        changes.put(review, {**standing, **first})
        return
    changes.set(review, (stored.entry.incident,), **standing)
    changes.add(review, (stored.entry.incident,), versions=[in_short])


def _decided(changes: Changes, stored: StoredEntry) -> None:
    payload, key = stored.event.payload, (stored.entry.incident,)
    if payload.get("kind") != DecisionKind.REVIEW_SIGN_OFF:
        return
    decided = {
        "request": stored.event.subject.id,
        "digest": stored.event.subject.digest,
        "outcome": payload["outcome"],
        "bypassed": payload["bypassed"],
        "decided_by": payload["decided_by"],
        "decided_at": rfc3339(stored.entry.occurred_at),
        "entry": stored.entry.id,
    }
    signed = payload["outcome"] == _SIGNED_OFF
    changes.set(
        review,
        key,
        signed_off_at=stored.entry.occurred_at if signed else None,
        signed_off=stored.entry.id if signed else None,
    )
    changes.add(review, key, sign_offs=[decided])


def _assessed(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.put(
        lesson,
        {
            "lesson_id": stored.event.subject.id,
            "incident_id": stored.entry.incident,
            "number": payload["lesson"],
            "text": payload["text"],
            "risk": payload["risk"],
            "statement": payload["statement"],
            "assessed_by": stored.event.actor.model_dump(mode="json"),
            "assessed_at": stored.entry.occurred_at,
            "entry_id": stored.entry.id,
        },
    )
