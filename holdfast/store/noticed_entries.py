"""Entries that a workflow was given notice of, as the evidence has them."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.notices import Noticed, NoticeRequest
from holdfast.evidence.entry import entry_from_bytes

__all__ = ["read_noticed"]

_ENTRIES = text("""
    SELECT entry_id, body FROM evidence.record
    WHERE entry_id = ANY(CAST(:entries AS text[])) AND incident_id = :chain AND body IS NOT NULL
""")


async def read_noticed(connection: AsyncConnection, request: NoticeRequest) -> tuple[Noticed, ...]:
    """Read them, in the order asked for; those that are not of that chain are left out."""
    wanted = {"entries": list(request.entries), "chain": request.chain}
    rows = (await connection.execute(_ENTRIES, wanted)).all()
    found = {row.entry_id: entry_from_bytes(bytes(row.body)) for row in rows}
    return tuple(
        Noticed(entry=entry.id, workflow=entry.workflow, event=entry.event)
        for name in request.entries
        if (entry := found.get(name)) is not None
    )
