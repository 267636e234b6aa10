"""What came back on communications, and since when a regulator's question is answered."""

from __future__ import annotations

import re
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import reply

__all__ = ["project_reply"]

_NUMBER = re.compile(r"(?:^|/)reply-([1-9][0-9]{0,8})$")


def project_reply(changes: Changes, stored: StoredEntry) -> None:
    """Add the reply that this entry records; others change nothing here."""
    if stored.event.kind is not EventKind.REPLY_RECEIVED:
        return
    payload, reply_id = stored.event.payload, stored.event.subject.id
    number = _number(reply_id)
    if number is None:
        message = f"{stored.entry.id} numbers its reply in no known way: {reply_id}"
        raise ValueError(message)
    changes.put(
        reply,
        {
            **{name: payload[name] for name in ("communication", "answered")},
            "incident_id": stored.entry.incident,
            "number": number,
            "reply_id": reply_id,
            "kind": payload["reply"],
            "received_at": datetime.fromisoformat(payload["received_at"]),
            "due_at": datetime.fromisoformat(payload["due_at"]) if payload["due_at"] else None,
            "answered_at": None,
            "sealed": sorted(stored.event.sealed),
            "recorded_by": stored.event.actor.model_dump(mode="json"),
            "recorded_at": stored.entry.occurred_at,
            "entry_id": stored.entry.id,
        },
    )
    question = _number(payload["answered"] or "")
    if question is not None and question != number:
        key = (stored.entry.incident, question)
        changes.set(reply, key, answered_at=stored.entry.occurred_at)


def _number(reply_id: str) -> int | None:
    found = _NUMBER.search(reply_id)
    return int(found[1]) if found else None
