"""What may be submitted: the approved content, by the digest that the evidence has approved.

Anybody with access to Temporal could order a submission. So nothing that was ordered is believed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.submitting import SubmissionOrder
from holdfast.errors import Refused
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.artifacts import fetch_artifact

__all__ = ["Approved", "NotApproved", "read_approved"]

_ENTRY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id AND body IS NOT NULL")


class NotApproved(Refused):
    """The evidence does not say that this may be submitted."""

    code = "not_approved"


@dataclass(frozen=True, slots=True, repr=False)
class Approved:
    """An approved content: its bytes, and by an entry of which kind it was approved when."""

    by: EventKind
    at: datetime
    content: bytes


async def read_approved(
    connection: AsyncConnection, order: SubmissionOrder, kinds: Collection[EventKind]
) -> Approved:
    """Read in the evidence what was approved, and see that the order is for exactly that.

    `kinds` are the entries that approve something for an authority.

    Raises:
        NotApproved: there is no such entry, or it says something else.
        NotFound: the content is not there, or was disposed of.
        ContentDamaged: what is kept hashes to something else.
    """
    found = await connection.execute(_ENTRY, {"entry_id": order.approved})
    body = found.scalar_one_or_none()
    if body is None:
        message = f"the evidence has no entry {order.approved}"
        raise NotApproved(message)
    entry = entry_from_bytes(bytes(body))
    if wrong := _difference(entry, order, kinds):
        message = f"{order.approved} does not approve this: {wrong}"
        raise NotApproved(message)
    content = await fetch_artifact(connection, order.content)
    return Approved(entry.event.kind, entry.occurred_at, content)


def _difference(entry: Entry, order: SubmissionOrder, kinds: Collection[EventKind]) -> str | None:
    """In what the order differs from the entry; None where it is the same."""
    said = entry.event.payload
    same = {
        "another kind of entry": entry.event.kind in kinds,
        "another chain": entry.incident == order.chain,
        "another subject": entry.event.subject.id == order.subject,
        "another content": said.get("content") == order.content,
        "another authority": said.get("authority", order.authority) == order.authority,
    }
    return next((what for what, holds in same.items() if not holds), None)
