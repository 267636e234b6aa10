"""The tiles above the leaves' own hashes, and the open tiles, held against the recomputed tree."""

from __future__ import annotations

import asyncpg

from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.evidence.log.tiles import TILE_HEIGHT, TILE_WIDTH, TileId
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.rows import read_tiles

__all__ = ["UpperTiles", "find_unexpected_tiles"]

_UNEXPECTED = """
    SELECT level, number FROM evidence.tile WHERE NOT EXISTS (
        SELECT FROM unnest($1::smallint[], $2::bigint[]) AS expected (level, tiles)
        WHERE expected.level = tile.level AND tile.number >= 0 AND tile.number < expected.tiles
    ) ORDER BY level, number LIMIT 100
"""


class UpperTiles:
    """Compares what the tree completes, level by level."""

    def __init__(self, connection: asyncpg.Connection, findings: Findings) -> None:
        """Compare with what is stored there."""
        self._connection = connection
        self._findings = findings

    async def compare(self, tree: GrowingTree) -> None:
        """Compare the tiles that the tree has completed since the last time."""
        if not tree.completed:
            return
        stored = await read_tiles(self._connection, [tile for tile, _ in tree.completed])
        for tile, hashes in tree.completed:
            self._compare(tile, hashes, stored.get(tile))
        tree.completed.clear()

    async def compare_edges(self, tree: GrowingTree, *, whole: bool) -> None:
        """Compare the open tiles; if the log ends with this tree, they end with it too."""
        edges = {
            (level, tree.size >> TILE_HEIGHT * (level + 1)): edge
            for level, edge in enumerate(tree.edges)
            if edge
        }
        stored = await read_tiles(self._connection, list(edges))
        for tile, hashes in edges.items():
            found = stored.get(tile)
            if tile[0] == 0 and (found is None or len(found) <= len(hashes)):
                continue  # it was held against the leaves
            self._compare(tile, hashes, found if whole or found is None else found[: len(hashes)])

    def _compare(self, tile: TileId, hashes: bytes, stored: bytes | None) -> None:
        if stored == hashes:
            return
        name = f"tile {tile[0]}/{tile[1]}"
        if stored is None:
            words = f"{name} is gone"
            self._findings.add(FindingCode.TILE_REMOVED, name, words)
        else:
            words = f"{name} is not what the leaves under it give"
            self._findings.add(FindingCode.TILE_CHANGED, name, words)


async def find_unexpected_tiles(
    connection: asyncpg.Connection, size: int, findings: Findings
) -> None:
    """Tell the tiles that a tree of `size` does not have."""
    levels, tiles, hashes = list[int](), list[int](), size
    while hashes:
        levels.append(len(levels))
        tiles.append(-(-hashes // TILE_WIDTH))
        hashes >>= TILE_HEIGHT
    for row in await connection.fetch(_UNEXPECTED, levels, tiles):
        name = f"tile {row['level']}/{row['number']}"
        words = f"{name} does not belong to a log of {size} leaves"
        findings.add(FindingCode.TILE_UNEXPECTED, name, words)
