"""Appending evidence: one transaction in which entries, projections and effects become durable."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.errors import EvidenceConflict
from holdfast.evidence.entry import Entry, entry_bytes
from holdfast.store.effects import apply_effects, tell_receipts
from holdfast.store.projections import project
from holdfast.store.stored_entry import StoredEntry

__all__ = ["append", "append_within"]

_INSERT = text("""
    INSERT INTO evidence.record
        (entry_id, incident_id, workflow_id, sequence, kind, occurred_at, body)
    SELECT * FROM unnest(
        CAST(:ids AS text[]), CAST(:incidents AS text[]), CAST(:workflows AS text[]),
        CAST(:sequences AS bigint[]), CAST(:kinds AS text[]),
        CAST(:occurred AS timestamptz[]), CAST(:bodies AS bytea[])
    )
    ON CONFLICT (entry_id) DO NOTHING
    RETURNING entry_id, position, recorded_at
""")

# Of what was disposed of, the leaf still has the hash.
_STORED = text("""
    SELECT entry_id, coalesce(
        encode(body_hash, 'hex'), convert_from(leaf, 'UTF8')::jsonb ->> 'sha256'
    ) AS body_hash
    FROM evidence.record LEFT JOIN evidence.log_entry USING (entry_id)
    WHERE entry_id = ANY(CAST(:ids AS text[]))
""")


async def append(engine: AsyncEngine, entries: Sequence[Entry]) -> int:
    """Append entries in order, with all that is derived from them; return how many were new.

    An entry that stands already with the same bytes is a success: the attempt before was
    committed, though its caller never heard of it.

    Raises:
        EvidenceConflict: an entry id stands already with other bytes.
    """
    async with engine.begin() as connection:
        return len(await append_within(connection, entries))


async def append_within(
    connection: AsyncConnection, entries: Sequence[Entry]
) -> Sequence[StoredEntry]:
    """Append entries in the caller's transaction, and return those that were new.

    Raises:
        EvidenceConflict: as `append`.
    """
    new = await _insert(connection, entries)
    changes = project(new)
    tell_receipts(changes, new)
    await changes.write(connection)
    await apply_effects(connection, new)
    return new


async def _insert(connection: AsyncConnection, entries: Sequence[Entry]) -> list[StoredEntry]:
    bodies = {entry.id: entry_bytes(entry) for entry in entries}
    rows = await connection.execute(
        _INSERT,
        {
            "ids": list(bodies),
            "incidents": [entry.incident for entry in entries],
            "workflows": [entry.workflow for entry in entries],
            "sequences": [entry.sequence for entry in entries],
            "kinds": [str(entry.event.kind) for entry in entries],
            "occurred": [entry.occurred_at for entry in entries],
            "bodies": list(bodies.values()),
        },
    )
    inserted = {row.entry_id: row for row in rows}
    await _require_same(
        connection, {key: body for key, body in bodies.items() if key not in inserted}
    )
    return [
        StoredEntry(entry, inserted[entry.id].position, inserted[entry.id].recorded_at)
        for entry in entries
        if entry.id in inserted
    ]


async def _require_same(connection: AsyncConnection, bodies: dict[str, bytes]) -> None:
    if not bodies:
        return
    for row in await connection.execute(_STORED, {"ids": list(bodies)}):
        if row.body_hash != hashlib.sha256(bodies[row.entry_id]).hexdigest():
            message = f"entry {row.entry_id} stands already with other bytes"
            raise EvidenceConflict(message, entry_id=row.entry_id)
