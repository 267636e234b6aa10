"""A whole log derived anew from its records, by the definitions alone: slow, easy to believe."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Any

import asyncpg

from holdfast.domain.values import rfc3339
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.note import VerifierKey
from tests.naive_tree import naive_leaf_hash

__all__ = ["assert_naively_sound"]

_LEAVES = """
    SELECT index, entry_id, l.incident_id, incident_seq, leaf, leaf_hash, body, r.incident_id AS of
    FROM evidence.log_entry l LEFT JOIN evidence.record r USING (entry_id) ORDER BY index
"""
_TILES = "SELECT level, number, hashes FROM evidence.tile"
_CHECKPOINTS = "SELECT size, root, note, made_at FROM evidence.checkpoint ORDER BY size"
_STATE = "SELECT origin, size, root, made_at FROM evidence.log_state"
_HEADS = "SELECT incident_id, seq, leaf_hash FROM evidence.incident_head"
_RECORDS = "SELECT entry_id FROM evidence.record"
_PENDING = "SELECT entry_id FROM evidence.pending"


async def assert_naively_sound(url: str, known: Sequence[VerifierKey]) -> int:
    """Hold everything that a log stores against its records; return how many leaves it has.

    `url` is of a role that sees everything.
    """
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            leaves = await connection.fetch(_LEAVES)
            checkpoints = await connection.fetch(_CHECKPOINTS)
            _hold_leaves(leaves, checkpoints)
            _hold_heads(leaves, await connection.fetch(_HEADS))
            _hold_tree([row["leaf_hash"] for row in leaves], await connection.fetch(_TILES))
            _hold_checkpoints(leaves, checkpoints, known)
            _hold_state(checkpoints, await connection.fetchrow(_STATE))
            logged = [row["entry_id"] for row in leaves]
            waiting = [row["entry_id"] for row in await connection.fetch(_PENDING)]
            recorded = [row["entry_id"] for row in await connection.fetch(_RECORDS)]
            assert sorted(logged + waiting) == sorted(recorded)
    finally:
        await connection.close()
    return len(leaves)


def _hold_leaves(leaves: Sequence[Any], checkpoints: Sequence[Any]) -> None:
    """Each leaf is what its place, its record and its incident's chain make it."""
    heads: dict[str, tuple[int, str]] = {}
    for index, row in enumerate(leaves):
        seq, previous = heads.get(row["of"], (-1, None))
        covering = next(each for each in checkpoints if each["size"] > index)
        assert json.loads(row["leaf"]) == {
            "at": rfc3339(covering["made_at"]),
            "incident": row["of"],
            "incident_prev": previous,
            "incident_seq": seq + 1,
            "index": index,
            "kind": "evidence",
            "record": row["entry_id"],
            "sha256": hashlib.sha256(row["body"]).hexdigest(),
            "v": 1,
        }
        columns = (row["index"], row["incident_id"], row["incident_seq"], row["leaf_hash"])
        assert columns == (index, row["of"], seq + 1, naive_leaf_hash(row["leaf"]))
        heads[row["of"]] = (seq + 1, row["leaf_hash"].hex())


def _hold_heads(leaves: Sequence[Any], heads: Sequence[Any]) -> None:
    last = {row["incident_id"]: (row["incident_seq"], row["leaf_hash"]) for row in leaves}
    assert {row["incident_id"]: (row["seq"], row["leaf_hash"]) for row in heads} == last


def _hold_tree(hashes: Sequence[bytes], tiles: Sequence[Any]) -> None:
    expected: dict[tuple[int, int], bytes] = {}
    level, row = 0, list(hashes)
    while row:
        for number in range(0, len(row), 256):
            expected[level, number // 256] = b"".join(row[number : number + 256])
        full = range(0, len(row) - len(row) % 256, 256)
        level, row = level + 1, [_roots(row)(at, at + 256) for at in full]
    assert {(tile["level"], tile["number"]): tile["hashes"] for tile in tiles} == expected


def _hold_checkpoints(
    leaves: Sequence[Any], checkpoints: Sequence[Any], known: Sequence[VerifierKey]
) -> None:
    """Each is signed, and its root is that of its leaves: so each grew out of the last."""
    root = _roots([row["leaf_hash"] for row in leaves])
    for row in checkpoints:
        assert row["root"] == root(0, row["size"])
        origin = known[0].name
        assert open_checkpoint(row["note"], known) == Checkpoint(origin, row["size"], row["root"])
    assert all(one["made_at"] < other["made_at"] for one, other in pairwise(checkpoints))


def _hold_state(checkpoints: Sequence[Any], state: Any) -> None:  # noqa: ANN401 - a row
    if checkpoints:
        last = checkpoints[-1]
        assert (state["size"], state["root"], state["made_at"]) == (
            last["size"],
            last["root"],
            last["made_at"],
        )


def _roots(hashes: Sequence[bytes]) -> Any:  # noqa: ANN401 - a function with a memory
    """MTH of RFC 6962 over any span of the leaves, each computed once."""

    @cache
    def root(first: int, end: int) -> bytes:
        if end - first == 1:
            return hashes[first]
        split = 1
        while 2 * split < end - first:
            split *= 2
        left, right = root(first, first + split), root(first + split, end)
        return hashlib.sha256(b"\x01" + left + right).digest()

    return root
