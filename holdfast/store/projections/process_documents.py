"""All versions of all documents of the process as they stand, and who has acknowledged them."""

from __future__ import annotations

from datetime import date

from holdfast.domain.events import EventKind
from holdfast.store.process_documents.tables import acknowledgement, document
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["project_process_document"]

_SAID_OF_A_DRAFT = (
    *("document", "version", "kind", "title", "media_type", "size", "reason", "caused_by"),
)
_LATER = (
    *("approved_by", "approved_at", "approval_entry", "rationale", "published_by", "published_at"),
    *("publication_entry", "effective_on", "acknowledge_within_days", "acknowledge_by"),
)


def project_process_document(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about a version of a document; others change nothing here."""
    kind = stored.event.kind
    if kind is EventKind.DOCUMENT_DRAFTED:
        _drafted(changes, stored)
    elif kind is EventKind.DOCUMENT_APPROVED:
        changes.set(
            document,
            _key(stored),
            approved_by=_actor(stored),
            approved_at=stored.entry.occurred_at,
            approval_entry=stored.entry.id,
            rationale=stored.event.payload["rationale"],
        )
    elif kind is EventKind.DOCUMENT_PUBLISHED:
        _published(changes, stored)
    elif kind is EventKind.DOCUMENT_ACKNOWLEDGED:
        name, version = _key(stored)
        changes.put(
            acknowledgement,
            {
                "document": name,
                "version": version,
                "person": stored.event.actor.id,
                "role": str(stored.event.actor.role),
                "acknowledged_at": stored.entry.occurred_at,
                "entry_id": stored.entry.id,
            },
        )


def _drafted(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    changes.put(
        document,
        {
            **dict.fromkeys(_LATER),
            **{name: payload[name] for name in _SAID_OF_A_DRAFT},
            "digest": payload["digest"],
            "drafted_by": _actor(stored),
            "drafted_at": stored.entry.occurred_at,
            "draft_entry": stored.entry.id,
            "concerns": [],
        },
    )


def _published(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    until = payload["acknowledge_by"]
    changes.set(
        document,
        _key(stored),
        published_by=_actor(stored),
        published_at=stored.entry.occurred_at,
        publication_entry=stored.entry.id,
        effective_on=date.fromisoformat(payload["effective_on"]),
        concerns=payload["concerns"],
        acknowledge_within_days=payload["acknowledge_within_days"],
        acknowledge_by=None if until is None else date.fromisoformat(until),
    )


def _actor(stored: StoredEntry) -> dict[str, object]:
    return stored.event.actor.model_dump(mode="json")


def _key(stored: StoredEntry) -> tuple[str, str]:
    return stored.event.payload["document"], stored.event.payload["version"]
