"""A tree of which only the right edge is kept is the tree."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.log.growing_tree import GrowingTree
from holdfast.evidence.log.merkle import EMPTY_ROOT, root_of
from holdfast.evidence.log.tiles import TILE_BYTES, edge_tiles, extend

_HASHES = [hashlib.sha256(n.to_bytes(4)).digest() for n in range(70_000)]
_CUTS = st.lists(st.sampled_from([0, 1, 2, 3, 255, 256, 257, 511, 513, 700]), max_size=8)


def test_a_tree_without_leaves_has_the_root_of_nothing() -> None:
    """RFC 6962 section 2.1."""
    assert GrowingTree().root == EMPTY_ROOT
    assert GrowingTree().edges == ()


@given(cuts=_CUTS)
def test_however_it_grew_it_is_the_same_tree(cuts: list[int]) -> None:
    """Root after each step, open tiles, and the tiles above the leaves' own."""
    tree, size = GrowingTree(), 0
    for cut in cuts:
        tree.grow(_HASHES[size : size + cut])
        size += cut
        assert tree.root == root_of(_HASHES[:size])
    whole = extend(0, {}, _HASHES[:size])
    assert (tree.size, tree.root) == (size, whole.root)
    edges = [edge for edge in tree.edges if edge]
    assert edges == [whole.tiles[tile] for tile, _ in edge_tiles(size)]
    above = {tile: hashes for tile, hashes in whole.tiles.items() if tile[0]}
    full = {tile: hashes for tile, hashes in above.items() if len(hashes) == TILE_BYTES}
    assert dict(tree.completed) == full


@given(first=st.integers(0, 1_500), more=st.integers(0, 600))
def test_a_tree_goes_on_from_its_edges(first: int, more: int) -> None:
    """Nothing else of what was before is needed."""
    tree = GrowingTree()
    tree.grow(_HASHES[:first])
    going_on = GrowingTree.standing_on(first, tree.edges)
    assert going_on.root == tree.root
    going_on.grow(_HASHES[first : first + more])
    assert going_on.root == root_of(_HASHES[: first + more])


def test_tiles_of_tiles_are_completed() -> None:
    """With more leaves than a tile of tiles covers."""
    tree = GrowingTree()
    tree.grow(_HASHES)
    whole = extend(0, {}, _HASHES)
    assert tree.root == whole.root
    assert dict(tree.completed) == {(1, 0): whole.tiles[1, 0]}
    assert GrowingTree.standing_on(len(_HASHES), tree.edges).root == whole.root


def test_a_copy_grows_apart() -> None:
    """Neither sees the other's leaves."""
    tree = GrowingTree()
    tree.grow(_HASHES[:300])
    other = tree.copy()
    other.grow(_HASHES[300:600])
    tree.grow(_HASHES[1_000:1_010])
    assert other.root == root_of(_HASHES[:600])
    assert tree.root == root_of(_HASHES[:300] + _HASHES[1_000:1_010])


@pytest.mark.parametrize(
    "edges",
    [(), (_HASHES[0] * 43,), (_HASHES[0] * 44, b""), (_HASHES[0] * 45, _HASHES[0])],
    ids=["none", "too short", "a level empty", "too long"],
)
def test_edges_of_another_size_are_refused(edges: tuple[bytes, ...]) -> None:
    """A tree of 300 has 44 open hashes, and one above them."""
    with pytest.raises(ValueError, match="a tree of 300"):
        GrowingTree.standing_on(300, edges)
