"""Rebuilding the projections from the entries: same entries, same rows, byte for byte.

Of an entry whose content was disposed of, the rows say what is left of it; so a disposal rebuilds
the rows of its incident in the same way, and the content is gone from them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.events import EventKind
from holdfast.evidence.entry import entry_from_bytes
from holdfast.store.projections import project
from holdfast.store.stored_entry import DisposedEntry, StoredEntry
from holdfast.store.tables import PROJECTIONS

__all__ = ["ENTRY_COLUMNS", "read_entry", "rebuild", "rebuild_incident"]

_PAGE = 200
"""Entries a statement: at some 40 parameters each, far below the 32,767 that PostgreSQL takes."""

ENTRY_COLUMNS = "entry_id, incident_id, workflow_id, kind, occurred_at, position, recorded_at, body"
"""What `read_entry` reads of a record."""

_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE position > :after ORDER BY position LIMIT :page
""")  # noqa: S608 - constant
_ENTRIES_OF_INCIDENT = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE incident_id = :incident_id AND position > :after ORDER BY position LIMIT :page
""")  # noqa: S608 - constant

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


async def rebuild_incident(connection: AsyncConnection, incident_id: str) -> None:
    """Fold the entries of one incident into its rows again, in the caller's transaction."""
    for table in PROJECTIONS.sorted_tables:
        if "incident_id" in table.c:
            await connection.execute(table.delete().where(table.c.incident_id == incident_id))
    position = 0
    while page := await _page_after(connection, position, incident_id):
        await project(page).write(connection)
        position = page[-1].position


async def _empty(connection: AsyncConnection) -> None:
    for table in PROJECTIONS.sorted_tables:
        # EXCLUSIVE lets readers on and holds appends back, which write here in their transaction.
        await connection.execute(text(f"LOCK TABLE {table.fullname} IN EXCLUSIVE MODE"))
    for table in PROJECTIONS.sorted_tables:
        await connection.execute(table.delete())


async def _page_after(
    connection: AsyncConnection, position: int, incident_id: str | None = None
) -> list[StoredEntry | DisposedEntry]:
    parameters = {"after": position, "page": _PAGE}
    if incident_id is None:
        rows = await connection.execute(_ENTRIES, parameters)
    else:
        named = {**parameters, "incident_id": incident_id}
        rows = await connection.execute(_ENTRIES_OF_INCIDENT, named)
    return [read_entry(row) for row in rows]


def read_entry(row: Row[Any]) -> StoredEntry | DisposedEntry:
    """Read a row of `ENTRY_COLUMNS` of `evidence.record`."""
    if row.body is None:
        return DisposedEntry(
            entry_id=row.entry_id,
            incident_id=row.incident_id,
            workflow_id=row.workflow_id,
            kind=EventKind(row.kind),
            occurred_at=row.occurred_at,
            position=row.position,
            recorded_at=row.recorded_at,
        )
    return StoredEntry(entry_from_bytes(bytes(row.body)), row.position, row.recorded_at)
