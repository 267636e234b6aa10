"""Tiles and entry bundles as C2SP clients ask for them: the first so many, or nothing."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.log.merkle import HASH_BYTES
from holdfast.evidence.log.tile_paths import TilePath
from holdfast.evidence.log.tiles import TILE_WIDTH, entry_bundle
from holdfast.store.log.leaves import leaves_between
from holdfast.store.log.proofs import read_tiles

__all__ = ["fetch_tile"]

_LARGEST_INDEX = 2**63 - 1


async def fetch_tile(connection: AsyncConnection, path: TilePath) -> bytes | None:
    """Read a tile or an entry bundle; None if the log has not as much there (yet)."""
    if path.level is None:
        return await _entries(connection, path)
    tile = (path.level, path.number)
    hashes = (await read_tiles(connection, [tile])).get(tile, b"")
    wanted = hashes[: path.width * HASH_BYTES]
    return wanted if len(wanted) == path.width * HASH_BYTES else None


async def _entries(connection: AsyncConnection, path: TilePath) -> bytes | None:
    first = path.number * TILE_WIDTH
    if first > _LARGEST_INDEX - TILE_WIDTH:
        return None
    leaves = await leaves_between(connection, first, first + path.width)
    return entry_bundle(leaf.leaf for leaf in leaves) if len(leaves) == path.width else None
