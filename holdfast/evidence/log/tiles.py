"""The Merkle tree as C2SP tlog-tiles: rows of up to 256 hashes at every eighth height.

A tile at level L and number N holds the roots of the perfect subtrees of height 8·L with the
numbers 256·N and on. Only the last tile of a level ever grows; a full one is final.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from holdfast.evidence.log.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    Span,
    node_hash,
    perfect_subtrees,
    root_of,
)

__all__ = [
    "TILE_BYTES",
    "TILE_HEIGHT",
    "TILE_WIDTH",
    "Extension",
    "TileId",
    "TileSet",
    "edge_tiles",
    "entry_bundle",
    "extend",
    "hashes_in",
    "leaves_of_bundle",
    "root_of_edges",
    "tile_number_path",
    "tiles_for",
]

TILE_HEIGHT = 8
TILE_WIDTH = 256
TILE_BYTES = TILE_WIDTH * HASH_BYTES

TileId = tuple[int, int]
"""Level and number."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A tree after leaves were appended: its size and root, and the tiles that changed."""

    size: int
    root: bytes
    tiles: Mapping[TileId, bytes]


def hashes_in(tile: bytes) -> list[bytes]:
    """Cut a tile into its hashes."""
    return [tile[at : at + HASH_BYTES] for at in range(0, len(tile), HASH_BYTES)]


def edge_tiles(size: int) -> list[tuple[TileId, int]]:
    """Return the tiles that are not full in a tree of `size`, and how many hashes each has."""
    edges, level, count = [], 0, size
    while count:
        if width := count % TILE_WIDTH:
            edges.append(((level, count // TILE_WIDTH), width))
        level, count = level + 1, count // TILE_WIDTH
    return edges


def root_of_edges(edges: Iterable[bytes]) -> bytes:
    """Return the root of a tree from its tiles that are not full, lowest level first."""
    root = None
    for tile in edges:
        hashes = hashes_in(tile)
        for height, number in reversed(perfect_subtrees(0, len(hashes))):
            first = number << height
            subtree = root_of(hashes[first : first + (1 << height)])
            root = subtree if root is None else node_hash(subtree, root)
    return EMPTY_ROOT if root is None else root


def extend(size: int, edges: Mapping[TileId, bytes], leaf_hashes: Sequence[bytes]) -> Extension:
    """Append leaves to a tree of `size`, given its tiles that are not full.

    Raises:
        KeyError: an edge tile is missing.
    """
    changed: dict[TileId, bytes] = {}
    level, before, risen = 0, size, list(leaf_hashes)
    open_tiles: list[bytes] = []
    while before or risen:
        first, width = divmod(before, TILE_WIDTH)
        old = edges[level, first][: width * HASH_BYTES] if width else b""
        row = old + b"".join(risen)
        tiles = [row[at : at + TILE_BYTES] for at in range(0, len(row), TILE_BYTES)]
        if risen:
            changed |= {(level, first + offset): tile for offset, tile in enumerate(tiles)}
        if tiles and len(tiles[-1]) < TILE_BYTES:
            open_tiles.append(tiles.pop())
        risen = [root_of(hashes_in(tile)) for tile in tiles]
        level, before = level + 1, first
    return Extension(size + len(leaf_hashes), root_of_edges(open_tiles), changed)


def tiles_for(spans: Iterable[Span]) -> set[TileId]:
    """Return the tiles that hold what the roots of these spans are made of."""
    return {
        _holder(height, number)
        for first, end in spans
        for height, number in perfect_subtrees(first, end)
    }


class TileSet:
    """Tiles in memory, and the nodes between their rows, hashed once a tile."""

    def __init__(self, tiles: Mapping[TileId, bytes]) -> None:
        """Stand on these tiles."""
        self._tiles = tiles
        self._rows: dict[TileId, list[list[bytes]]] = {}

    def root(self, span: Span) -> bytes:
        """Return the root over a span.

        Raises:
            KeyError: a tile that it takes is not here.
            IndexError: a tile that it takes is too short.
        """
        root = None
        for height, number in reversed(perfect_subtrees(*span)):
            node = self._node(height, number)
            root = node if root is None else node_hash(node, root)
        return EMPTY_ROOT if root is None else root

    def _node(self, height: int, number: int) -> bytes:
        tile = _holder(height, number)
        if tile not in self._rows:
            self._rows[tile] = list(_pyramid(hashes_in(self._tiles[tile])))
        within = height % TILE_HEIGHT
        return self._rows[tile][within][number % (TILE_WIDTH >> within)]


def _holder(height: int, number: int) -> TileId:
    level, within = divmod(height, TILE_HEIGHT)
    return level, number >> (TILE_HEIGHT - within)


def _pyramid(row: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the rows of perfect nodes over a tile's hashes, bottom up to below its root."""
    for _ in range(TILE_HEIGHT):
        yield row
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]


def tile_number_path(number: int) -> str:
    """Write a tile's number as C2SP tlog-tiles does: `x001/x234/067`."""
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03d}")
    return "/".join(reversed(groups))


def entry_bundle(leaves: Iterable[bytes]) -> bytes:
    """Write leaves as an entry bundle: each after its length as a big-endian uint16."""
    return b"".join(struct.pack(">H", len(leaf)) + leaf for leaf in leaves)


def leaves_of_bundle(bundle: bytes) -> list[bytes]:
    """Read an entry bundle.

    Raises:
        ValueError: it ends in the middle of a leaf.
    """
    leaves, at = [], 0
    while at < len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or at + 2 > len(bundle):
            message = "the entry bundle ends in the middle of a leaf"
            raise ValueError(message)
        leaves.append(bundle[at + 2 : end])
        at = end
    return leaves
