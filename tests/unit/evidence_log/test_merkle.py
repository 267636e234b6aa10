"""The Merkle tree: known answers of Certificate Transparency, and the laws of its proofs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.log.merkle import (
    EMPTY_ROOT,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    perfect_subtrees,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tests.naive_tree import naive_consistency, naive_inclusion, naive_root

# The eight leaves, and what follows from them, with which every implementation of Certificate
# Transparency is tested.
_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
        "606162636465666768696a6b6c6d6e6f",
    )
]
_HASHES = [leaf_hash(leaf) for leaf in _LEAVES]
_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
_NODE = {
    "0": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "1": "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "4": "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    "01": "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "23": "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "45": "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "67": "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "0123": "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4567": "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
}
_INCLUSION = {
    (0, 1): [],
    (0, 8): ["1", "23", "4567"],
    (5, 8): ["4", "67", "0123"],
    (2, 3): ["01"],
    (1, 5): ["0", "23", "4"],
}
_CONSISTENCY = {
    (1, 1): [],
    (1, 8): ["1", "23", "4567"],
    (6, 8): ["45", "67", "0123"],
    (2, 5): ["23", "4"],
}
_SIZES = st.integers(1, 300)
_GARBAGE = st.lists(st.binary(max_size=40), max_size=12)
_NUMBERS = st.integers(-3, 2**70)


def _known(names: list[str]) -> list[bytes]:
    return [bytes.fromhex(_NODE[name]) for name in names]


def _hashes(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def _inclusion(index: int, hashes: list[bytes]) -> list[bytes]:
    return [root_of(hashes[first:end]) for first, end in inclusion_spans(index, len(hashes))]


def _consistency(old: int, hashes: list[bytes]) -> list[bytes]:
    return [root_of(hashes[first:end]) for first, end in consistency_spans(old, len(hashes))]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    """The root of each size over the reference leaves."""
    assert root_of(_HASHES[:size]).hex() == _ROOTS[size]


@pytest.mark.parametrize(("index", "size"), _INCLUSION)
def test_inclusion_proofs_are_those_of_certificate_transparency(index: int, size: int) -> None:
    """The published path is the one that is made, and it verifies."""
    proof = _known(_INCLUSION[index, size])
    assert _inclusion(index, _HASHES[:size]) == proof
    root = bytes.fromhex(_ROOTS[size])
    assert verify_inclusion(_HASHES[index], index, size, proof, root)


@pytest.mark.parametrize(("old", "new"), _CONSISTENCY)
def test_consistency_proofs_are_those_of_certificate_transparency(old: int, new: int) -> None:
    """The published proof is the one that is made, and it verifies."""
    proof = _known(_CONSISTENCY[old, new])
    assert _consistency(old, _HASHES[:new]) == proof
    roots = bytes.fromhex(_ROOTS[old]), bytes.fromhex(_ROOTS[new])
    assert verify_consistency(old, new, *roots, proof)


def test_everything_grows_out_of_the_empty_tree() -> None:
    """And out of nothing that claims to be one."""
    root = bytes.fromhex(_ROOTS[8])
    assert verify_consistency(0, 8, EMPTY_ROOT, root, [])
    assert not verify_consistency(0, 8, root, root, [])
    assert not verify_consistency(0, 8, EMPTY_ROOT, root, [root])
    assert verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])


@given(_SIZES)
def test_the_root_is_that_of_the_recursive_definition(size: int) -> None:
    """Pairing rows gives what RFC 6962 defines."""
    hashes = _hashes(size)
    assert root_of(hashes) == naive_root(hashes)


@given(_SIZES, st.data())
def test_proofs_are_those_of_the_recursive_definition(size: int, data: st.DataObject) -> None:
    """The same hashes, in the same order."""
    hashes = _hashes(size)
    index = data.draw(st.integers(0, size - 1))
    assert _inclusion(index, hashes) == naive_inclusion(index, hashes)
    assert _consistency(index + 1, hashes) == naive_consistency(index + 1, hashes)


@given(_SIZES, st.data())
def test_a_span_is_cut_into_perfect_subtrees_without_gap(size: int, data: st.DataObject) -> None:
    """They cover the span, left to right, and each stands at a multiple of its width."""
    spans = [*inclusion_spans(data.draw(st.integers(0, size - 1)), size), (0, size)]
    for first, end in spans:
        covered = [
            number << height | offset
            for height, number in perfect_subtrees(first, end)
            for offset in range(1 << height)
        ]
        assert covered == list(range(first, end))


def _mutations(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """The proof with a bit flipped, a hash dropped, one added, and two swapped."""
    added_at = data.draw(st.integers(0, len(proof)))
    mutated = [[*proof[:added_at], data.draw(st.binary(max_size=64)), *proof[added_at:]]]
    for at, each in enumerate(proof):
        bit = data.draw(st.integers(0, 255))
        flipped = (int.from_bytes(each, "big") ^ (1 << bit)).to_bytes(32, "big")
        mutated.append([*proof[:at], flipped, *proof[at + 1 :]])
        mutated.append(proof[:at] + proof[at + 1 :])
        if at:
            mutated.append([*proof[: at - 1], each, proof[at - 1], *proof[at + 1 :]])
    return mutated


@given(_SIZES, st.data())
def test_an_altered_inclusion_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    """A flipped bit, a dropped, added or swapped hash, another index or leaf."""
    hashes = _hashes(size)
    index = data.draw(st.integers(0, size - 1))
    proof, root = _inclusion(index, hashes), naive_root(hashes)
    assert verify_inclusion(hashes[index], index, size, proof, root)
    for mutated in _mutations(proof, data):
        assert not verify_inclusion(hashes[index], index, size, mutated, root)
    for other in {index - 1, index + 1, data.draw(_NUMBERS)} - {index}:
        assert not verify_inclusion(hashes[index], other, size, proof, root)
    assert not verify_inclusion(leaf_hash(b"another"), index, size, proof, root)
    assert not verify_inclusion(hashes[index], index, size, proof, leaf_hash(b"another"))


@given(st.integers(2, 300), st.data())
def test_an_altered_consistency_proof_proves_nothing(size: int, data: st.DataObject) -> None:
    """A flipped bit, a dropped, added or swapped hash, another old size or root."""
    hashes = _hashes(size)
    old = data.draw(st.integers(1, size - 1))
    proof, roots = _consistency(old, hashes), (naive_root(hashes[:old]), naive_root(hashes))
    assert verify_consistency(old, size, *roots, proof)
    for mutated in _mutations(proof, data):
        assert not verify_consistency(old, size, *roots, mutated)
    for other in {old - 1, size, data.draw(_NUMBERS)} - {old}:
        assert not verify_consistency(other, size, *roots, proof)
    assert not verify_consistency(old, size, leaf_hash(b"another"), roots[1], proof)
    assert not verify_consistency(old, size, roots[0], leaf_hash(b"another"), proof)


@given(_NUMBERS, _NUMBERS, _GARBAGE, st.binary(max_size=40), st.binary(max_size=40))
def test_whatever_a_stranger_sends_has_an_answer(
    first: int, second: int, proof: list[bytes], one: bytes, other: bytes
) -> None:
    """Verification says no to garbage; it never raises."""
    if verify_inclusion(one, first, second, proof, other):
        assert (first, second, proof, one) == (0, 1, [], other)
    if verify_consistency(first, second, one, other, proof):
        assert (first, proof, one) == (second, [], other)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    """The maker of proofs is asked in error."""
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_a_smaller_tree_has_not_grown_out_of_a_larger_one(old: int, new: int) -> None:
    """The maker of proofs is asked in error."""
    with pytest.raises(ValueError, match="cannot have grown"):
        consistency_spans(old, new)
