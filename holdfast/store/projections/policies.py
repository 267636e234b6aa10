"""All versions of all policies, as they stand: drafted, tried, published, in force from when."""

from __future__ import annotations

from pydantic import TypeAdapter

from holdfast.domain.events import EventKind
from holdfast.domain.values import Instant
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import policy

__all__ = ["project_policy"]

_INSTANT: TypeAdapter[Instant] = TypeAdapter(Instant)
_NEW = frozenset({EventKind.POLICY_INSTALLED, EventKind.POLICY_DRAFTED})


def project_policy(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a version of a policy; others change nothing here."""
    kind = stored.event.kind
    if kind in _NEW:
        changes.put(policy, _new(stored))
    elif kind is EventKind.POLICY_TRIED:
        changes.set(policy, _key(stored), trial=_trial(stored))
    elif kind is EventKind.POLICY_PUBLISHED:
        changes.set(
            policy,
            _key(stored),
            state="published",
            published_by=stored.event.actor.model_dump(mode="json"),
            published_at=stored.entry.occurred_at,
            effective_at=_INSTANT.validate_python(stored.event.payload["effective_at"]),
        )


def _new(stored: StoredEntry) -> dict[str, object]:
    payload, actor = stored.event.payload, stored.event.actor.model_dump(mode="json")
    installed = stored.event.kind is EventKind.POLICY_INSTALLED
    return {
        "name": payload["name"],
        "version": payload["version"],
        "incident_id": stored.entry.incident,
        "digest": stored.event.subject.digest,
        "state": "published" if installed else "draft",
        "reason": payload["reason"],
        "drafted_by": actor,
        "drafted_at": stored.entry.occurred_at,
        "trial": None,
        "published_by": actor if installed else None,
        "published_at": stored.entry.occurred_at if installed else None,
        "effective_at": (_INSTANT.validate_python(payload["effective_at"]) if installed else None),
    }


def _trial(stored: StoredEntry) -> dict[str, object]:
    return {
        "entry_id": stored.entry.id,
        "tried_by": stored.event.actor.model_dump(mode="json"),
        "report": stored.event.payload["report"],
        "summary": stored.event.payload["summary"],
    }


def _key(stored: StoredEntry) -> tuple[str, str]:
    return stored.event.payload["name"], stored.event.payload["version"]
