"""What happened in an incident, in order: the readable timeline, and the evidence behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.tables import timeline

__all__ = ["list_evidence", "list_timeline"]

# Of what was disposed of, the leaf still has the hash.
_EVIDENCE = text("""
    SELECT position, recorded_at, body, coalesce(
        encode(body_hash, 'hex'), convert_from(leaf, 'UTF8')::jsonb ->> 'sha256'
    ) AS body_hash
    FROM evidence.record LEFT JOIN evidence.log_entry USING (entry_id)
    WHERE record.incident_id = :incident_id AND position > :after
    ORDER BY position LIMIT :limit
""")


async def list_timeline(
    connection: AsyncConnection,
    incident_id: str,
    after: int,
    limit: int,
    between: tuple[datetime | None, datetime | None] = (None, None),
) -> Sequence[RowMapping]:
    """Read a page of the timeline, oldest first, beginning after that position.

    `between` are the first and the last moment (aware) of what is read, where there is one.
    """
    query = (
        select(timeline)
        .where(timeline.c.incident_id == incident_id, timeline.c.position > after)
        .order_by(timeline.c.position)
        .limit(limit)
    )
    since, until = between
    if since is not None:
        query = query.where(timeline.c.occurred_at >= since)
    if until is not None:
        query = query.where(timeline.c.occurred_at <= until)
    return (await connection.execute(query)).mappings().all()


async def list_evidence(
    connection: AsyncConnection, incident_id: str, after: int, limit: int
) -> Sequence[RowMapping]:
    """Read a page of evidence entries, oldest first, each as its exact bytes and their hash.

    The bytes are None where the content was disposed of.
    """
    parameters = {"incident_id": incident_id, "after": after, "limit": limit}
    return (await connection.execute(_EVIDENCE, parameters)).mappings().all()
