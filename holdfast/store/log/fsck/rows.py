"""Leaves with their records, as a check reads them: every column, none of them believed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import asyncpg

from holdfast.evidence.log.merkle import HASH_BYTES
from holdfast.evidence.log.tiles import TILE_BYTES, TILE_WIDTH
from holdfast.store.log.fsck.distrust import believable_time

__all__ = ["Block", "Row", "read_block", "read_tiles"]

_LEAVES_A_BLOCK = 2_048
"""Some ten milliseconds of work at a time, so that a worker's other activities go on meanwhile."""

_ROWS = f"""
    SELECT e.index, coalesce(e.entry_id, ''), coalesce(e.incident_id, ''),
        coalesce(e.incident_seq, -1), coalesce(e.leaf, ''), e.leaf_hash,
        r.body, r.body_hash, r.position, {believable_time("r.recorded_at")}, r.workflow_id,
        r.sequence, r.kind, {believable_time("r.occurred_at")}, r.incident_id
    FROM evidence.log_entry e LEFT JOIN evidence.record r USING (entry_id)
    WHERE e.index >= $1 AND e.index < $2 ORDER BY e.index
"""  # noqa: S608 - our own names
_TILES = """
    SELECT level, number, coalesce(hashes, '') AS hashes FROM evidence.tile
    WHERE (level, number) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))
"""


class Row(NamedTuple):
    """A leaf, and the record of its name; all of the record is None where there is none."""

    leaf_index: int
    entry_id: str
    incident_id: str
    incident_seq: int
    leaf: bytes
    leaf_hash: bytes
    body: bytes | None
    body_hash: bytes | None
    position: int | None
    recorded_at: datetime | None
    workflow_id: str | None
    sequence: int | None
    kind: str | None
    occurred_at: datetime | None
    record_incident: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """The leaves from `first` to before `end`, with the lowest tiles that hold their hashes."""

    first: int
    end: int
    rows: Sequence[Row]
    tiles: Mapping[int, bytes]

    def rows_between(self, first: int, end: int) -> Sequence[Row]:
        """Return the leaves from `first` to before `end`, which lie in this block."""
        if len(self.rows) == self.end - self.first:
            return self.rows[first - self.first : end - self.first]
        return [row for row in self.rows if first <= row.leaf_index < end]

    def stored_hashes(self, first: int, end: int) -> bytes:
        """Return what the tiles say of these leaves, one hash after the other."""
        if end - first == 1:
            return self.stored_hash(first) or b""
        return b"".join(
            self.tiles.get(number, b"")[begin * HASH_BYTES : stop * HASH_BYTES]
            for number, begin, stop in _within_tiles(first, end)
        )

    def stored_hash(self, index: int) -> bytes | None:
        """Return what the tiles say of one leaf; None where they end before it."""
        number, within = divmod(index, TILE_WIDTH)
        found = self.tiles.get(number, b"")[within * HASH_BYTES : (within + 1) * HASH_BYTES]
        return found if len(found) == HASH_BYTES else None


async def read_block(connection: asyncpg.Connection, first: int, end: int) -> Block:
    """Read a block of leaves from `first` on, at most to before `end`."""
    stop = min(end, first - first % _LEAVES_A_BLOCK + _LEAVES_A_BLOCK)
    rows = list(map(Row._make, await connection.fetch(_ROWS, first, stop)))
    numbers = range(first // TILE_WIDTH, -(-stop // TILE_WIDTH))
    tiles = await read_tiles(connection, [(0, number) for number in numbers])
    return Block(first, stop, rows, {number: tile for (_, number), tile in tiles.items()})


async def read_tiles(
    connection: asyncpg.Connection, ids: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], bytes]:
    """Read tiles by level and number; one that does not exist is missing in the answer."""
    levels, numbers = [level for level, _ in ids], [number for _, number in ids]
    rows = await connection.fetch(_TILES, levels, numbers) if ids else []
    return {(row["level"], row["number"]): row["hashes"] for row in rows}


def _within_tiles(first: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the tiles of a span of leaves, each with the part of it that the span covers."""
    at = first
    while at < end:
        number, begin = divmod(at, TILE_WIDTH)
        stop = min(TILE_BYTES // HASH_BYTES, begin + end - at)
        yield number, begin, stop
        at += stop - begin
