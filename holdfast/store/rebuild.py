"""Rebuilding the projections from the entries: same entries, same rows, byte for byte."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.evidence.entry import entry_from_bytes
from holdfast.store.projections import project
from holdfast.store.stored_entry import StoredEntry
from holdfast.store.tables import PROJECTIONS

__all__ = ["rebuild"]

_PAGE = 200
"""Entries a statement: at some 40 parameters each, far below the 32,767 that PostgreSQL takes."""

_ENTRIES = text("""
    SELECT position, recorded_at, body FROM evidence.record
    WHERE position > :after ORDER BY position LIMIT :page
""")

_COUNT = text("SELECT count(*) FROM evidence.record")


async def rebuild(
    engine: AsyncEngine, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> int:
    """Empty the projections and fold all entries into them again; return how many there were.

    One transaction: readers see the old rows until the new ones stand, and appends wait. `progress`
    is told after each page how many entries are done, of how many.
    """
    async with engine.begin() as connection:
        await _empty(connection)
        total = (await connection.execute(_COUNT)).scalar_one()
        done, position = 0, 0
        while page := await _page_after(connection, position):
            await project(page).write(connection)
            done, position = done + len(page), page[-1].position
            progress(done, total)
    return done


async def _empty(connection: AsyncConnection) -> None:
    for table in PROJECTIONS.sorted_tables:
        # EXCLUSIVE lets readers on and holds appends back, which write here in their transaction.
        await connection.execute(text(f"LOCK TABLE {table.fullname} IN EXCLUSIVE MODE"))
    for table in PROJECTIONS.sorted_tables:
        await connection.execute(table.delete())


async def _page_after(connection: AsyncConnection, position: int) -> list[StoredEntry]:
    rows = await connection.execute(_ENTRIES, {"after": position, "page": _PAGE})
    return [
        StoredEntry(entry_from_bytes(bytes(row.body)), row.position, row.recorded_at)
        for row in rows
    ]
