"""Putting records into the log: one batch, one transaction, one signed checkpoint.

A crash at any line leaves the log as it was: the records still wait, and nothing of the batch was
published. Several sequencers may run; a batch that finds the log elsewhere than it was read stands
for nothing and is fatal to its process, which starts over from what is stored. Nothing is carried
over from batch to batch in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from holdfast.domain.values import rfc3339
from holdfast.errors import LogContradiction
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.leaf import Leaf
from holdfast.evidence.log.merkle import EMPTY_ROOT
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log.tiles import Extension, TileId, edge_tiles, extend, root_of_edges
from holdfast.store.log.checkpoints import CHECKPOINT_CHANNEL, StoredCheckpoint

__all__ = ["LARGEST_BATCH", "SequencedBatch", "open_log", "sequence_batch"]

LARGEST_BATCH = 10_000
"""Records a batch: some hundred milliseconds of one core, and bounded memory after an outage."""

# Oldest first by arrival, so that a backlog keeps its order; the order within the batch is that in
# which the database stamped the records.
_TAKE = """
    WITH taken AS (
        DELETE FROM evidence.pending WHERE position IN (
            SELECT position FROM evidence.pending ORDER BY position LIMIT $1
        ) RETURNING position, entry_id
    )
    SELECT entry_id, r.incident_id, encode(r.body_hash, 'hex') AS sha256
    FROM taken LEFT JOIN evidence.record r USING (entry_id)
    ORDER BY r.recorded_at, r.position
"""
_STATE = "SELECT origin, size, root, made_at FROM evidence.log_state"
_EDGES = """
    SELECT level, number, hashes FROM evidence.tile
    WHERE (level, number) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))
"""
_HEADS = """
    SELECT incident_id, seq, leaf_hash FROM evidence.incident_head WHERE incident_id = ANY($1)
"""
_WRITE_HEADS = """
    INSERT INTO evidence.incident_head (incident_id, seq, leaf_hash)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])
    ON CONFLICT (incident_id) DO UPDATE SET seq = excluded.seq, leaf_hash = excluded.leaf_hash
"""
_WRITE_TILES = """
    INSERT INTO evidence.tile (level, number, hashes)
    SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
    ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
"""
_WRITE_CHECKPOINT = """
    INSERT INTO evidence.checkpoint (size, root, note, made_at) VALUES ($1, $2, $3, $4)
"""
_ADVANCE = """
    UPDATE evidence.log_state SET size = $3, root = $4, made_at = $5 WHERE size = $1 AND root = $2
"""
_OPEN = """
    INSERT INTO evidence.log_state (origin, size, root, made_at) VALUES ($1, 0, $2, $3)
    ON CONFLICT DO NOTHING
"""
_NOTIFY = f"SELECT pg_notify('{CHECKPOINT_CHANNEL}', $1)"


@dataclass(frozen=True, slots=True)
class SequencedBatch:
    """What a batch made: the checkpoint, and how many leaves it has put under it."""

    checkpoint: StoredCheckpoint
    leaves: int


@dataclass(frozen=True, slots=True)
class _State:
    origin: str
    size: int
    root: bytes
    made_at: datetime


async def open_log(connection: asyncpg.Connection, origin: str, now: datetime) -> None:
    """Create the log under that name unless there is one, or make sure that it has that name.

    Raises:
        LogContradiction: the log has another name; names are for ever, as every proof says them.
    """
    await connection.execute(_OPEN, origin, EMPTY_ROOT, now)
    state = await _state(connection)
    if state.origin != origin:
        message = (
            f"the log of this database is {state.origin}, not {origin}: "
            f"set HOLDFAST_LOG_ORIGIN={state.origin}"
        )
        raise LogContradiction(message, origin=state.origin)


async def sequence_batch(
    connection: asyncpg.Connection,
    signers: Sequence[NoteSigner],
    now: datetime,
    limit: int = LARGEST_BATCH,
) -> SequencedBatch | None:
    """Put up to `limit` waiting records into the log; return None if none wait.

    `now` is this host's clock, aware; it becomes the leaves' `at`.

    Raises:
        LogContradiction: what is stored does not add up, the clock did not advance, or another
            sequencer was faster. The transaction is rolled back.
        asyncpg.PostgresError, OSError: the database; whether the batch stands is then unknown, and
            the next call finds out.
    """
    try:
        return await _sequence(connection, signers, now, limit)
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.InsufficientPrivilegeError) as error:
        message = f"the database refused the batch, as the log does not fit: {error}"
        raise LogContradiction(message) from error


async def _sequence(
    connection: asyncpg.Connection, signers: Sequence[NoteSigner], now: datetime, limit: int
) -> SequencedBatch | None:
    async with connection.transaction():
        records = await connection.fetch(_TAKE, limit)
        if not records:
            return None
        _require_content(records)
        state = await _state(connection)
        _require_progress(state, now)
        edges = await _edges(connection, state)
        leaves = await _leaves(connection, records, state.size, rfc3339(now))
        extension = extend(state.size, edges, [leaf.hash for leaf in leaves])
        checkpoint = Checkpoint(state.origin, extension.size, extension.root)
        note = checkpoint.signed(signers)
        await _write(connection, leaves, extension)
        await connection.execute(_WRITE_CHECKPOINT, extension.size, extension.root, note, now)
        await _advance(connection, state, extension, now)
        await connection.execute(_NOTIFY, str(extension.size))
    made = StoredCheckpoint(extension.size, extension.root, note, now)
    return SequencedBatch(made, len(leaves))


def _require_content(records: Sequence[Any]) -> None:
    # Without this check, a role that cannot see records would take them out of the queue for good.
    for record in records:
        if record["sha256"] is None:
            message = (
                f"{record['entry_id']} waits for the log, but there is no such record, or the "
                f"sequencer's role may not read it"
            )
            raise LogContradiction(message, entry_id=record["entry_id"])


async def _state(connection: asyncpg.Connection) -> _State:
    row = await connection.fetchrow(_STATE)
    if row is None:
        message = "there is no log in this database yet: open it first"
        raise LogContradiction(message)
    return _State(row["origin"], row["size"], row["root"], row["made_at"])


def _require_progress(state: _State, now: datetime) -> None:
    # Times in the log must be in its order, or they would be no evidence of order.
    if now <= state.made_at:
        message = (
            f"the clock says {rfc3339(now)}, but the last checkpoint was made "
            f"{rfc3339(state.made_at)}: set the clock of this host"
        )
        raise LogContradiction(message)


async def _edges(connection: asyncpg.Connection, state: _State) -> Mapping[TileId, bytes]:
    """Read the tiles that are not full, and hold them against the root that was signed last."""
    wanted = edge_tiles(state.size)
    ids = [tile for tile, _ in wanted]
    rows = await connection.fetch(
        _EDGES, [level for level, _ in ids], [number for _, number in ids]
    )
    edges: dict[TileId, bytes] = {(row["level"], row["number"]): row["hashes"] for row in rows}
    for tile, width in wanted:
        if len(edges.get(tile, b"")) != width * len(EMPTY_ROOT):
            message = f"tile {tile} of the log of {state.size} leaves is not there as it should be"
            raise LogContradiction(message)
    if root_of_edges(edges[tile] for tile, _ in wanted) != state.root:
        message = f"the tiles of the log of {state.size} leaves do not give its root"
        raise LogContradiction(message)
    return edges


async def _leaves(
    connection: asyncpg.Connection, records: Sequence[Any], size: int, at: str
) -> list[Leaf]:
    """Make the leaves, each chained to the one before it of its incident."""
    incidents = sorted({record["incident_id"] for record in records})
    rows = await connection.fetch(_HEADS, incidents)
    heads = {row["incident_id"]: (row["seq"], row["leaf_hash"].hex()) for row in rows}
    leaves = []
    for index, record in enumerate(records, size):
        incident = record["incident_id"]
        seq, previous = heads.get(incident, (-1, None))
        leaf = Leaf(
            index=index,
            at=at,
            incident=incident,
            incident_seq=seq + 1,
            incident_prev=previous,
            record=record["entry_id"],
            sha256=record["sha256"],
        )
        heads[incident] = (leaf.incident_seq, leaf.hash.hex())
        leaves.append(leaf)
    return leaves


async def _write(
    connection: asyncpg.Connection, leaves: Sequence[Leaf], extension: Extension
) -> None:
    await connection.copy_records_to_table(
        "log_entry",
        schema_name="evidence",
        columns=("index", "entry_id", "incident_id", "incident_seq", "leaf"),
        records=[
            (leaf.index, leaf.record, leaf.incident, leaf.incident_seq, leaf.content)
            for leaf in leaves
        ],
    )
    heads = {leaf.incident: leaf for leaf in leaves}
    await connection.execute(
        _WRITE_HEADS,
        *_columns((leaf.incident, leaf.incident_seq, leaf.hash) for leaf in heads.values()),
    )
    await connection.execute(
        _WRITE_TILES, *_columns((*tile, hashes) for tile, hashes in extension.tiles.items())
    )


async def _advance(
    connection: asyncpg.Connection, state: _State, extension: Extension, now: datetime
) -> None:
    """Move the log on, if it still stands where it was read: compare and swap."""
    moved = await connection.execute(
        _ADVANCE, state.size, state.root, extension.size, extension.root, now
    )
    if moved != "UPDATE 1":
        message = f"the log has left size {state.size} meanwhile: another sequencer works on it"
        raise LogContradiction(message)


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
