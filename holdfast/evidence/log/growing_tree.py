"""A Merkle tree that grows leaf hash by leaf hash, of which only the right edge is kept.

Of every level it holds the tile that is not full, and the perfect subtrees within it; so the root
costs a few hashes at any size, and memory does not grow with the log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from holdfast.evidence.log.merkle import EMPTY_ROOT, node_hash, perfect_subtrees, root_of
from holdfast.evidence.log.tiles import TILE_HEIGHT, TILE_WIDTH, TileId, hashes_in

__all__ = ["GrowingTree"]

_NODE_BYTES = 64
_sha256 = hashlib.sha256


@dataclass(slots=True)
class _Level:
    """The open tile of one level: its hashes, and the perfect subtrees over them, left to right."""

    number: int = 0
    row: list[bytes] = field(default_factory=list)
    subtrees: list[tuple[int, bytes]] = field(default_factory=list)

    def take(self, hashes: Sequence[bytes]) -> list[bytes]:
        """Append hashes; return the tiles that became full, as bytes."""
        full, at = [], 0
        while at < len(hashes):
            part = hashes[at : at + TILE_WIDTH - len(self.row)]
            at += len(part)
            if len(part) < TILE_WIDTH:
                self._push(part)
                part = self.row
            if len(part) == TILE_WIDTH:
                full.append(b"".join(part))
                self.number, self.row, self.subtrees = self.number + 1, [], []
        return full

    def _push(self, part: Sequence[bytes]) -> None:
        first = len(self.row)
        self.row.extend(part)
        for height, number in perfect_subtrees(first, len(self.row)):
            root = root_of(self.row[number << height : (number + 1) << height])
            while self.subtrees and self.subtrees[-1][0] == height:
                height, root = height + 1, node_hash(self.subtrees.pop()[1], root)  # noqa: PLW2901 - a carry
            self.subtrees.append((height, root))

    def copy(self) -> _Level:
        return _Level(self.number, list(self.row), list(self.subtrees))


class GrowingTree:
    """The tree of RFC 6962 section 2.1 over the leaf hashes given so far.

    `completed` are the tiles above the lowest level that became full, until the caller takes them.
    """

    def __init__(self) -> None:
        """Start with no leaf."""
        self.size = 0
        self.completed: list[tuple[TileId, bytes]] = []
        self._levels: list[_Level] = []

    @classmethod
    def standing_on(cls, size: int, edges: Sequence[bytes]) -> GrowingTree:
        """Go on from a tree of `size`, given the open tile of each level, lowest first.

        Raises:
            ValueError: the tiles are not those of a tree of that size.
        """
        tree = cls()
        tree.size = size
        for level, edge in enumerate(edges):
            number, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
            hashes = hashes_in(edge)
            if len(hashes) != width:
                message = f"level {level} of a tree of {size} has {width} open hashes"
                raise ValueError(message)
            tree._levels.append(_Level(number))
            tree._levels[-1].take(hashes)
        if size >> (TILE_HEIGHT * len(edges)):
            message = f"a tree of {size} has more than {len(edges)} levels"
            raise ValueError(message)
        return tree

    def grow(self, leaf_hashes: Sequence[bytes]) -> None:
        """Append leaves, given their hashes."""
        self.size += len(leaf_hashes)
        risen = leaf_hashes
        number = 0
        while risen:
            if number == len(self._levels):
                self._levels.append(_Level())
            level = self._levels[number]
            first = level.number
            full = level.take(risen)
            if number:
                self.completed += [((number, first + at), tile) for at, tile in enumerate(full)]
            risen = [_root_of_tile(tile) for tile in full]
            number += 1

    @property
    def root(self) -> bytes:
        """The root (32 bytes)."""
        root = None
        for level in self._levels:
            for _, subtree in reversed(level.subtrees):
                root = subtree if root is None else node_hash(subtree, root)
        return EMPTY_ROOT if root is None else root

    @property
    def edges(self) -> tuple[bytes, ...]:
        """The open tile of each level, lowest first; empty where a level has just become full."""
        return tuple(b"".join(level.row) for level in self._levels)

    def copy(self) -> GrowingTree:
        """Return a tree that grows apart from this one."""
        other = GrowingTree()
        other.size = self.size
        other.completed = list(self.completed)
        other._levels = [level.copy() for level in self._levels]
        return other


def _root_of_tile(tile: bytes) -> bytes:
    """Return the root of a full tile; the loop that most of a check's hashing is spent in."""
    row = tile
    while len(row) > _NODE_BYTES // 2:
        row = b"".join(
            [
                _sha256(b"\x01" + row[at : at + _NODE_BYTES]).digest()
                for at in range(0, len(row), _NODE_BYTES)
            ]
        )
    return row
