"""The tree in tiles: however leaves arrive, the same tree; and every proof out of it verifies."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from holdfast.evidence.log.merkle import (
    EMPTY_ROOT,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    node_hash,
    verify_consistency,
    verify_inclusion,
)
from holdfast.evidence.log.tiles import (
    TILE_BYTES,
    TILE_WIDTH,
    Extension,
    TileId,
    TileSet,
    edge_tiles,
    entry_bundle,
    extend,
    hashes_in,
    leaves_of_bundle,
    root_of_edges,
    tile_number_path,
    tiles_for,
)
from tests.naive_tree import naive_consistency, naive_inclusion, naive_root

_LARGEST = 70_000
_HASHES = [leaf_hash(str(number).encode()) for number in range(_LARGEST)]
_BATCHES = st.lists(st.integers(0, 700), max_size=8)
_SIZES = st.integers(1, 1_000) | st.sampled_from([255, 256, 257, 511, 512, 513, 767, 768, 769])


def grown(batches: list[int]) -> tuple[Extension, dict[TileId, bytes]]:
    """A tree to which leaves were added batch by batch, keeping the tiles as a store does."""
    kept: dict[TileId, bytes] = {}
    tree = Extension(0, EMPTY_ROOT, {})
    for count in batches:
        edges = {tile: kept[tile] for tile, _ in edge_tiles(tree.size)}
        tree = extend(tree.size, edges, _HASHES[tree.size : tree.size + count])
        kept |= tree.tiles
    return tree, kept


_TILES = grown([_LARGEST])[1]


@given(_BATCHES)
@example([255, 1, 1, 0, 256, 511])
@example([1] * 8)
def test_however_leaves_arrive_the_tree_is_the_same(batches: list[int]) -> None:
    """Tiles and root depend on the leaves and their order alone."""
    tree, tiles = grown(batches)
    size = sum(batches)
    assert tree.size == size
    assert tree.root == naive_root(_HASHES[:size])
    assert tiles == (grown([size])[1] if size else {})


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537, 65_792, 69_999])
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    """At the borders of tiles and of levels, where a mistake would be."""
    tree, tiles = grown([size // 2, size - size // 2])
    assert tree.root == naive_root(_HASHES[:size])
    assert TileSet(tiles).root((0, size)) == tree.root
    assert root_of_edges(tiles[tile] for tile, _ in edge_tiles(size)) == tree.root


def test_every_tile_holds_the_roots_of_its_perfect_subtrees() -> None:
    """Level 8·L, as C2SP tlog-tiles says; full tiles have 256, and the edge what remains."""
    for (level, number), tile in _TILES.items():
        width = TILE_WIDTH**level
        first = number * TILE_WIDTH
        roots = [
            naive_root(_HASHES[at * width : (at + 1) * width])
            for at in range(first, min(first + TILE_WIDTH, _LARGEST // width))
        ]
        assert hashes_in(tile) == roots
    assert {tile for tile, content in _TILES.items() if len(content) < TILE_BYTES} == {
        tile for tile, _ in edge_tiles(_LARGEST)
    }


@given(_SIZES, st.data())
def test_every_inclusion_proof_out_of_tiles_verifies(size: int, data: st.DataObject) -> None:
    """Also under an older size, out of tiles that have grown since."""
    index = data.draw(st.integers(0, size - 1))
    spans = inclusion_spans(index, size)
    tiles = TileSet({tile: _TILES[tile] for tile in tiles_for(spans)})
    proof = [tiles.root(span) for span in spans]
    assert proof == naive_inclusion(index, _HASHES[:size])
    assert verify_inclusion(_HASHES[index], index, size, proof, naive_root(_HASHES[:size]))


@given(_SIZES, st.data())
def test_every_consistency_proof_out_of_tiles_verifies(new: int, data: st.DataObject) -> None:
    """Between any two sizes."""
    old = data.draw(st.integers(1, new))
    spans = consistency_spans(old, new)
    tiles = TileSet({tile: _TILES[tile] for tile in tiles_for(spans)})
    proof = [tiles.root(span) for span in spans]
    assert old == new or proof == naive_consistency(old, _HASHES[:new])
    roots = naive_root(_HASHES[:old]), naive_root(_HASHES[:new])
    assert verify_consistency(old, new, *roots, proof)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, _LARGEST])
def test_proofs_across_the_borders_of_levels_verify(size: int) -> None:
    """Where a third row of tiles begins."""
    tiles, root = TileSet(_TILES), naive_root(_HASHES[:size])
    for index in {0, 255, 256, 65_279, 65_280, 65_534, size - 1}:
        proof = [tiles.root(span) for span in inclusion_spans(index, size)]
        assert verify_inclusion(_HASHES[index], index, size, proof, root)
    for old in {1, 256, 257, 65_280, 65_535, size - 1}:
        proof = [tiles.root(span) for span in consistency_spans(old, size)]
        assert verify_consistency(old, size, naive_root(_HASHES[:old]), root, proof)


def test_a_proof_takes_a_few_tiles_only() -> None:
    """However large the log is."""
    assert len(tiles_for(inclusion_spans(12_345, 2**40 - 1))) <= 2 * 5


def test_a_missing_tile_is_an_error() -> None:
    """No proof is made up."""
    with pytest.raises(KeyError):
        TileSet({}).root((0, 256))
    with pytest.raises(KeyError):
        extend(3, {}, [_HASHES[0]])


def test_a_tile_that_is_too_short_is_an_error() -> None:
    """No proof is made up."""
    with pytest.raises(IndexError):
        TileSet({(0, 0): _TILES[0, 0][:64]}).root((2, 3))


def test_a_longer_edge_tile_is_cut_to_the_size() -> None:
    """What a broken write left behind the size does not count."""
    tree = extend(2, {(0, 0): b"".join(_HASHES[:9])}, [_HASHES[2]])
    assert tree.root == node_hash(node_hash(_HASHES[0], _HASHES[1]), _HASHES[2])


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "000"),
        (67, "067"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_a_tile_number_is_written_in_groups(number: int, path: str) -> None:
    """As C2SP tlog-tiles has it, with its own example."""
    assert tile_number_path(number) == path


@given(st.lists(st.binary(max_size=1_000)))
def test_an_entry_bundle_reads_back_the_same(leaves: list[bytes]) -> None:
    """Each leaf stands after its length."""
    assert leaves_of_bundle(entry_bundle(leaves)) == leaves


def test_an_entry_bundle_is_as_specified() -> None:
    """A big-endian uint16, then the leaf."""
    assert entry_bundle([b"ab", b"", b"x" * 258]) == b"\x00\x02ab\x00\x00\x01\x02" + b"x" * 258


def test_a_leaf_of_64_kib_fits_into_no_bundle() -> None:
    """The database refuses it before."""
    with pytest.raises(struct.error):
        entry_bundle([b"x" * 65_536])


@given(st.lists(st.binary(max_size=9), min_size=1), st.integers(1, 9))
def test_a_bundle_that_was_cut_off_is_refused(leaves: list[bytes], cut: int) -> None:
    """Unless it was cut between two leaves, when it is the bundle of the first ones."""
    whole = entry_bundle(leaves)
    part = whole[: max(0, len(whole) - cut)]
    try:
        read = leaves_of_bundle(part)
    except ValueError as error:
        assert "in the middle of a leaf" in str(error)  # noqa: PT017 - either is right
    else:
        assert read == leaves[: len(read)]
        assert entry_bundle(read) == part
