"""What was released to the public status page, and in which languages it was delivered to it.

In public a post has an id that is made from the nonce of the entry that released it: whoever does
not have that entry cannot find out, by trying, which incident it is of.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.evidence.entry import Entry
from holdfast.store.projections.changes import Changes
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import status_post

__all__ = ["project_status_post"]

_POST_ID_CONTEXT = b"holdfast/status-post/v1\n"
"""Domain separation: what is made from a nonce here can serve for nothing else."""


def project_status_post(changes: Changes, stored: StoredEntry) -> None:
    """Take in an entry about what goes to the status page; others change nothing here."""
    if handler := _HANDLERS.get(stored.event.kind):
        handler(changes, stored)


def _released(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    kinds = {each[name] for each in payload["deliveries"] for name in ("kind", "alternative_kind")}
    if ChannelKind.STATUS_PAGE not in kinds:
        return
    changes.put(
        status_post,
        {
            "incident_id": stored.entry.incident,
            "number": payload["number"],
            "post_id": _post_id(stored.entry),
            "version": payload["version"],
            "message": payload["message"],
            "released_at": stored.entry.occurred_at,
            "languages": {},
            "superseded_by": None,
            "superseded_at": None,
        },
    )


def _delivered(changes: Changes, stored: StoredEntry) -> None:
    payload = stored.event.payload
    if payload["kind"] != ChannelKind.STATUS_PAGE or not payload["report"]["sent"]:
        return
    if payload["report"].get("diverted"):
        return  # a drill's: it was kept in the house
    key = (stored.entry.incident, payload["number"])
    since = rfc3339(stored.entry.occurred_at)
    changes.add(status_post, key, languages={payload["language"]: since})


def _published(changes: Changes, stored: StoredEntry) -> None:
    if (older := stored.event.payload["supersedes"]) is None:
        return
    changes.set(
        status_post,
        (stored.entry.incident, older),
        superseded_by=stored.event.payload["number"],
        superseded_at=stored.entry.occurred_at,
    )


def _post_id(entry: Entry) -> uuid.UUID:
    """Make a UUID of version 8 (RFC 9562 section 5.8) of the entry's 128 random bits."""
    hashed = hashlib.sha256(_POST_ID_CONTEXT + bytes.fromhex(entry.nonce)).digest()
    bits = int.from_bytes(hashed[:16])
    bits = bits & ~(0xF << 76) | 8 << 76
    return uuid.UUID(int=bits & ~(0b11 << 62) | 0b10 << 62)


_HANDLERS: dict[EventKind, Callable[[Changes, StoredEntry], None]] = {
    EventKind.COMMUNICATION_RELEASED: _released,
    EventKind.COMMUNICATION_DELIVERED: _delivered,
    EventKind.COMMUNICATION_PUBLISHED: _published,
}
