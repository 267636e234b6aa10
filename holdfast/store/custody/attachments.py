"""Attachments: files that belong to an incident, each with its chain of custody as evidence.

Content is an artifact, named by its hash; what is written down beside it is who collected it, when,
and what it is. File names are not kept: they tend to name people, and nothing needs them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, column, exists, or_, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject, rfc3339
from holdfast.errors import NotFound
from holdfast.store.artifacts import Disposed, fetch_artifact, store_artifact
from holdfast.store.chosen_deeds import ChosenDeed, record_chosen_deed
from holdfast.store.deeds import record_deed
from holdfast.store.tables import attachment, timeline

__all__ = [
    "Collected",
    "Handover",
    "NewAttachment",
    "StoredAttachment",
    "access_attachment",
    "collect_attachment",
    "fetch_attachment",
    "list_attachments",
    "list_custody",
    "transfer_attachment",
]

_artifact = table("artifact", column("digest"), column("content"), schema="evidence")

_taken_in, _disposal = timeline.alias("taken_in"), timeline.alias("disposal")

# Content that another incident needs as well outlives a disposal; for this incident it is gone.
_DISPOSED = or_(
    _artifact.c.content.is_(None),
    exists().where(
        _disposal.c.incident_id == attachment.c.incident_id,
        _disposal.c.kind == EventKind.RETENTION_DISPOSED,
        _disposal.c.position > _taken_in.c.position,
    ),
)
_SELECT = (
    select(attachment, _DISPOSED.label("disposed"))
    .join(_artifact, _artifact.c.digest == attachment.c.digest)
    .join(_taken_in, _taken_in.c.entry_id == attachment.c.entry_id)
)

# What became of one file, to its end. Subjects have no index; an incident has few such entries.
_CUSTODY = text("""
    SELECT position, entry_id, kind, occurred_at, recorded_at, entry->'actor' AS actor,
        entry->'payload' AS payload, encode(body_hash, 'hex') AS body_hash
    FROM (
        SELECT *, convert_from(body, 'UTF8')::jsonb AS entry FROM evidence.record
        WHERE incident_id = :incident_id AND (
            kind LIKE 'attachment.%' OR (kind = 'retention.disposed' AND position > (
                SELECT position FROM evidence.record WHERE entry_id = :entry_id
            ))
        )
    ) AS written
    WHERE position > :after
        AND (entry->'subject'->>'id' = :attachment_id OR kind = 'retention.disposed')
    ORDER BY position LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file to be taken in; `collected_at` is what the collector says, or None for now."""

    attachment_id: str
    incident_id: str
    content: bytes
    media_type: str
    description: str
    collected_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """An attachment as it was taken in; `disposed` says that its content is no longer there."""

    attachment_id: str
    incident_id: str
    entry_id: str
    digest: str
    size: int
    media_type: str
    description: str
    collected_at: datetime
    collected_by: JsonObject
    taken_in_at: datetime
    disposed: bool


@dataclass(frozen=True, slots=True)
class Collected:
    """An attachment that stands, and whether this request took it in."""

    attachment: StoredAttachment
    new: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """That an attachment was handed to somebody outside: an organisation, not a person."""

    transfer_id: str
    recipient: str
    purpose: str


async def collect_attachment(
    connection: AsyncConnection, new: NewAttachment, actor: Actor, trace: str | None
) -> Collected:
    """Take a file in, in the caller's transaction: content and entry, or neither.

    Raises:
        IdReused: that attachment stands already, and is another.
    """
    digest = await store_artifact(connection, new.content, new.media_type)
    payload = {
        "digest": digest,
        "size": len(new.content),
        "media_type": new.media_type,
        "description": new.description,
        "collected_at": rfc3339(new.collected_at or new.now),
    }
    event = Event(
        kind=EventKind.ATTACHMENT_COLLECTED,
        subject=Subject(type="attachment", id=new.attachment_id, digest=digest),
        actor=actor,
        payload=payload,
    )
    deed = await record_chosen_deed(
        connection,
        new.incident_id,
        f"attachment/{new.attachment_id}",
        event,
        trace=trace,
        unsaid=() if new.collected_at else ("collected_at",),
    )
    stored = await fetch_attachment(connection, new.incident_id, new.attachment_id)
    return Collected(stored, deed.new)


async def list_attachments(
    connection: AsyncConnection, incident_id: str
) -> Sequence[StoredAttachment]:
    """Read the attachments of an incident, in the order in which they were taken in."""
    query = _SELECT.where(attachment.c.incident_id == incident_id).order_by(
        attachment.c.taken_in_at, attachment.c.attachment_id
    )
    return [StoredAttachment(**row) for row in (await connection.execute(query)).mappings()]


async def fetch_attachment(
    connection: AsyncConnection, incident_id: str, attachment_id: str
) -> StoredAttachment:
    """Read what is written down of one attachment.

    Raises:
        NotFound: the incident has no such attachment.
    """
    query = _SELECT.where(
        attachment.c.incident_id == incident_id, attachment.c.attachment_id == attachment_id
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        message = f"{incident_id} has no attachment {attachment_id}"
        raise NotFound(message, incident_id=incident_id, attachment_id=attachment_id)
    return StoredAttachment(**row)


async def access_attachment(
    connection: AsyncConnection,
    found: StoredAttachment,
    actor: Actor,
    purpose: str,
    trace: str | None,
) -> bytes:
    """Read the content and record that in the caller's transaction, which has to end well first.

    Raises:
        Disposed: the content was disposed of.
        ContentDamaged: it is not what was taken in; nothing is recorded, as nobody gets it.
    """
    _require_content(found)
    content = await fetch_artifact(connection, found.digest)
    event = _about(found, EventKind.ATTACHMENT_ACCESSED, actor, {"purpose": purpose})
    deed = f"attachment-access/{uuid.uuid4()}"
    await record_deed(connection, found.incident_id, deed, event, trace=trace)
    return content


async def transfer_attachment(
    connection: AsyncConnection,
    found: StoredAttachment,
    actor: Actor,
    handover: Handover,
    trace: str | None,
) -> ChosenDeed:
    """Record that an attachment was handed to somebody outside, in the caller's transaction.

    Raises:
        IdReused: a transfer of that id stands already, and is another.
        Disposed: the content was disposed of.
    """
    _require_content(found)
    payload = {"recipient": handover.recipient, "purpose": handover.purpose}
    event = _about(found, EventKind.ATTACHMENT_TRANSFERRED, actor, payload)
    deed = f"attachment-transfer/{found.incident_id}/{handover.transfer_id}"
    return await record_chosen_deed(connection, found.incident_id, deed, event, trace=trace)


async def list_custody(
    connection: AsyncConnection, found: StoredAttachment, after: int, limit: int
) -> Sequence[RowMapping]:
    """Read all entries about an attachment, in order, beginning after that position."""
    parameters = {
        "incident_id": found.incident_id,
        "attachment_id": found.attachment_id,
        "entry_id": found.entry_id,
        "after": after,
        "limit": limit,
    }
    return (await connection.execute(_CUSTODY, parameters)).mappings().all()


def _require_content(found: StoredAttachment) -> None:
    if found.disposed:
        message = f"the content of {found.attachment_id} was disposed of"
        raise Disposed(message, attachment_id=found.attachment_id, digest=found.digest)


def _about(found: StoredAttachment, kind: EventKind, actor: Actor, payload: JsonObject) -> Event:
    return Event(
        kind=kind,
        subject=Subject(type="attachment", id=found.attachment_id, digest=found.digest),
        actor=actor,
        payload={"digest": found.digest, **payload},
        causes=(found.entry_id,),
    )
