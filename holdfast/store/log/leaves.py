"""Leaves as they are kept: by number, by record, and by incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["StoredLeaf", "find_leaf", "leaves_between", "leaves_of_incident"]

_COLUMNS = (
    "SELECT index, entry_id, incident_id, incident_seq, leaf, leaf_hash FROM evidence.log_entry"
)
_OF_RECORD = text(f"{_COLUMNS} WHERE entry_id = :entry_id")
_BETWEEN = text(f"{_COLUMNS} WHERE index >= :first AND index < :end ORDER BY index")
_OF_INCIDENT = text(
    f"{_COLUMNS} WHERE incident_id = :incident_id AND index < :size ORDER BY incident_seq"
)


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """A leaf with its place in the log and in its incident's chain."""

    index: int
    entry_id: str
    incident_id: str
    incident_seq: int
    leaf: bytes
    leaf_hash: bytes


async def find_leaf(connection: AsyncConnection, entry_id: str) -> StoredLeaf | None:
    """Read the leaf of a record; None if it is not in the log (yet)."""
    row = (await connection.execute(_OF_RECORD, {"entry_id": entry_id})).one_or_none()
    return None if row is None else StoredLeaf(*row)


async def leaves_between(connection: AsyncConnection, first: int, end: int) -> Sequence[StoredLeaf]:
    """Read the leaves from number `first` to before `end`."""
    rows = await connection.execute(_BETWEEN, {"first": first, "end": end})
    return [StoredLeaf(*row) for row in rows]


async def leaves_of_incident(
    connection: AsyncConnection, incident_id: str, size: int
) -> Sequence[StoredLeaf]:
    """Read the chain of an incident, as of the log of `size` leaves."""
    parameters = {"incident_id": incident_id, "size": size}
    return [StoredLeaf(*row) for row in await connection.execute(_OF_INCIDENT, parameters)]
