"""Merkle tree hashing and proof verification, unchanged from RFC 6962 and RFC 9162.

A proof is a list of hashes, bottom up. Verification answers true or false and never raises, so
that whatever a stranger sends has an answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Span",
    "consistency_spans",
    "inclusion_spans",
    "leaf_hash",
    "node_hash",
    "perfect_subtrees",
    "root_of",
    "verify_consistency",
    "verify_inclusion",
]

HASH_BYTES = 32

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962 section 2.1)."""

Span = tuple[int, int]
"""A range of leaves: first, and one past the last."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash a leaf: `SHA-256(0x00 ‖ leaf)` (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node: `SHA-256(0x01 ‖ left ‖ right)` (RFC 6962 section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes (or over the roots of equal subtrees), in order."""
    if not hashes:
        return EMPTY_ROOT
    row = list(hashes)
    while len(row) > 1:
        # An odd one out at the end rises unchanged: it is the right branch of a later node.
        paired = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = paired + row[len(paired) * 2 :]
    return row[0]


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Which spans' roots prove that leaf `index` is in the tree of `size`, bottom up.

    RFC 6962 section 2.1.1.

    Raises:
        ValueError: there is no such leaf in that tree.
    """
    if not 0 <= index < size:
        message = f"there is no leaf {index} in a tree of {size}"
        raise ValueError(message)
    spans, first, end = list[Span](), 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Which spans' roots prove that the tree of `new` grew out of the tree of `old`.

    RFC 6962 section 2.1.2; none for an old tree that is empty or the same.

    Raises:
        ValueError: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        message = f"a tree of {new} cannot have grown out of one of {old}"
        raise ValueError(message)
    if old in {0, new}:
        return []
    spans, first, end, whole = list[Span](), 0, new, True
    while old != end - first:
        half = _split(end - first)
        if old <= half:
            spans.append((first + half, end))
            end = first + half
        else:
            spans.append((first, first + half))
            first, old, whole = first + half, old - half, False
    return ([] if whole else [(first, end)]) + spans[::-1]


def perfect_subtrees(first: int, end: int) -> list[tuple[int, int]]:
    """Cut a span that starts at a subtree's border into perfect subtrees, left to right.

    Returns (height, number within that height) each.
    """
    subtrees = []
    while first < end:
        height = (end - first).bit_length() - 1
        if first:
            height = min(height, (first & -first).bit_length() - 1)
        subtrees.append((height, first >> height))
        first += 1 << height
    return subtrees


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether `proof` shows that the leaf hash `leaf` is number `index` under `root`.

    RFC 9162 section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            found = node_hash(sibling, found)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether `proof` shows that the tree of `new` leaves grew out of that of `old` leaves.

    RFC 9162 section 2.1.4.2; everything grows out of the empty tree, whose root is fixed.
    """
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    return _grows(old, new, path) == (old_root, new_root)


def _grows(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    earlier = later = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            earlier, later = node_hash(sibling, earlier), node_hash(sibling, later)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            later = node_hash(later, sibling)
        node, last = node >> 1, last >> 1
    return (earlier, later) if last == 0 else None


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)
