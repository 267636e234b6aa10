"""Rows of a sound log, made in memory."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.entry import Entry, entry_bytes, entry_id
from holdfast.evidence.log.leaf import Leaf
from holdfast.store.log.fsck.rows import Row

__all__ = ["AT", "sound_rows"]

AT = "2026-03-04T12:00:00.000000Z"
_NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def sound_rows(count: int, incidents: int = 3) -> list[Row]:
    """Return rows of leaves and records, chained, as a log of one batch has them."""
    rows: list[Row] = []
    heads: dict[str, Leaf] = {}
    for index in range(count):
        incident, number = f"INC-2026-{index % incidents}", index // incidents
        writer = f"incident/{incident}"
        entry = Entry(
            id=entry_id(writer, number),
            incident=incident,
            workflow=writer,
            sequence=number,
            occurred_at=_NOON,
            event=Event(kind=EventKind.INCIDENT_CONFIRMED, subject=Subject(type="i", id=incident)),
            nonce=f"{index:032x}",
        )
        body = entry_bytes(entry)
        before = heads.get(incident)
        leaf = heads[incident] = Leaf(
            index=index,
            at=AT,
            incident=incident,
            incident_seq=number,
            incident_prev=None if before is None else before.hash.hex(),
            record=entry.id,
            sha256=hashlib.sha256(body).hexdigest(),
        )
        rows.append(
            Row(
                leaf_index=index,
                entry_id=entry.id,
                incident_id=incident,
                incident_seq=number,
                leaf=leaf.content,
                leaf_hash=leaf.hash,
                body=body,
                body_hash=hashlib.sha256(body).digest(),
                position=index + 1,
                recorded_at=_NOON,
                workflow_id=writer,
                sequence=number,
                kind=str(entry.event.kind),
                occurred_at=_NOON,
                record_incident=incident,
            )
        )
    return rows
