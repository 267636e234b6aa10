"""Which of two is right where a leaf and its tile disagree: the one that leads to the signed root.

The tree of the leaves always grows. Beside it, from the first disagreement until a checkpoint has
decided, grows a second one, in which the disputed hashes are those of the tiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum

from holdfast.evidence.log.growing_tree import GrowingTree

__all__ = ["CandidateTrees", "Verdict"]


class Verdict(Enum):
    """What a signed root says of the leaves and tiles up to it."""

    LEAVES = "leaves"
    """The leaves lead to the root; a tile that says otherwise was changed."""
    TILES = "tiles"
    """The tiles lead to the root; a leaf that says otherwise was changed."""
    NEITHER = "neither"
    """Neither does: the root, or both, are not what they were."""


class CandidateTrees:
    """The tree of the leaves, and that of the tiles while there is a dispute."""

    def __init__(self, tree: GrowingTree) -> None:
        """Go on from that tree."""
        self.tree = tree
        self._by_tiles: GrowingTree | None = None

    def grow(self, hashes: Sequence[bytes], disputed: Mapping[int, bytes]) -> None:
        """Append leaves; `disputed` are the tiles' hashes that differ, by leaf number."""
        first = self.tree.size
        if disputed and self._by_tiles is None:
            self._by_tiles = self.tree.copy()
        self.tree.grow(hashes)
        if self._by_tiles is not None:
            replaced = list(hashes)
            for index, stored in disputed.items():
                replaced[index - first] = stored
            self._by_tiles.grow(replaced)

    def settle(self, root: bytes) -> Verdict:
        """Hold both against a root; the one that leads to it goes on alone."""
        if self.tree.root == root:
            self._by_tiles = None
            return Verdict.LEAVES
        if self._by_tiles is not None and self._by_tiles.root == root:
            self.tree, self._by_tiles = self._by_tiles, None
            return Verdict.TILES
        return Verdict.NEITHER
