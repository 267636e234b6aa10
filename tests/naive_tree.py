"""The definitions of RFC 6962 section 2.1, word for word and slow: what ours is held against."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

__all__ = ["naive_consistency", "naive_inclusion", "naive_leaf_hash", "naive_root"]


def naive_leaf_hash(leaf: bytes) -> bytes:
    """MTH of one leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def naive_root(hashes: Sequence[bytes]) -> bytes:
    """MTH(D[n]), given the hashes of the leaves."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return hashlib.sha256(b"\x01" + naive_root(hashes[:k]) + naive_root(hashes[k:])).digest()


def naive_inclusion(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(hashes) == 1:
        return []
    k = _split(len(hashes))
    if m < k:
        return [*naive_inclusion(m, hashes[:k]), naive_root(hashes[k:])]
    return [*naive_inclusion(m - k, hashes[k:]), naive_root(hashes[:k])]


def naive_consistency(m: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n]), for 0 < m < n."""
    return _subproof(m, hashes, whole=True)


def _subproof(m: int, hashes: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if m == len(hashes):
        return [] if whole else [naive_root(hashes)]
    k = _split(len(hashes))
    if m <= k:
        return [*_subproof(m, hashes[:k], whole=whole), naive_root(hashes[k:])]
    return [*_subproof(m - k, hashes[k:], whole=False), naive_root(hashes[:k])]


def _split(count: int) -> int:
    """Return the largest power of two smaller than `count`."""
    k = 1
    while 2 * k < count:
        k *= 2
    return k
