"""Proofs out of the stored tiles: a few rows each, however large the log is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.log.merkle import consistency_spans, inclusion_spans
from holdfast.evidence.log.proof_file import InclusionProof
from holdfast.evidence.log.tiles import TileId, TileSet, tiles_for
from holdfast.store.log.checkpoints import StoredCheckpoint

__all__ = ["consistency_proof", "inclusion_proofs", "read_tiles"]

_TILES = text("""
    SELECT level, number, hashes FROM evidence.tile
    WHERE (level, number) IN (
        SELECT * FROM unnest(CAST(:levels AS smallint[]), CAST(:numbers AS bigint[]))
    )
""")


async def read_tiles(connection: AsyncConnection, ids: Iterable[TileId]) -> dict[TileId, bytes]:
    """Read tiles; one that does not exist is missing in the answer."""
    wanted = sorted(ids)
    rows = await connection.execute(
        _TILES,
        {"levels": [level for level, _ in wanted], "numbers": [number for _, number in wanted]},
    )
    return {(row.level, row.number): bytes(row.hashes) for row in rows}


async def inclusion_proofs(
    connection: AsyncConnection, indexes: Sequence[int], checkpoint: StoredCheckpoint
) -> list[InclusionProof]:
    """Prove that each of these leaves is under the checkpoint.

    Raises:
        ValueError: an index lies beyond it.
    """
    spans = {index: inclusion_spans(index, checkpoint.size) for index in indexes}
    needed = tiles_for(span for proof in spans.values() for span in proof)
    tiles = TileSet(await read_tiles(connection, needed))
    return [
        InclusionProof(index, tuple(tiles.root(span) for span in spans[index]), checkpoint.note)
        for index in indexes
    ]


async def consistency_proof(
    connection: AsyncConnection, old: StoredCheckpoint, new: StoredCheckpoint
) -> list[bytes]:
    """Prove that the log of the new checkpoint grew out of that of the old one.

    Raises:
        ValueError: the old one is larger.
    """
    spans = consistency_spans(old.size, new.size)
    tiles = TileSet(await read_tiles(connection, tiles_for(spans)))
    return [tiles.root(span) for span in spans]
