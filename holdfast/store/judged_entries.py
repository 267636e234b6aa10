"""The judgements of one kind in an incident, read from its entries."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.evidence.entry import entry_from_bytes
from holdfast.store.stored_entry import StoredEntry

__all__ = ["list_judged"]

_ENTRIES = text("""
    SELECT position, recorded_at, body FROM evidence.record
    WHERE incident_id = :incident_id AND kind = :kind AND body IS NOT NULL
    ORDER BY position
""")


async def list_judged(
    connection: AsyncConnection, incident_id: str, kind: EventKind
) -> Sequence[StoredEntry]:
    """Read every entry of that kind, oldest first; what was disposed of is left out."""
    rows = await connection.execute(_ENTRIES, {"incident_id": incident_id, "kind": str(kind)})
    return [
        StoredEntry(entry_from_bytes(bytes(row.body)), row.position, row.recorded_at)
        for row in rows
    ]
