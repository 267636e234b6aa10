"""Leaves written anew from records, rows and chains: what differs in any byte is a suspect."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evidence.log.merkle import leaf_hash, root_of
from holdfast.store.log.fsck.candidates import CandidateTrees, Verdict
from holdfast.store.log.fsck.recomputation import Recomputation
from holdfast.store.log.fsck.rows import Row
from tests.unit.fsck.rows import AT, sound_rows

_ROWS = sound_rows(300)
_ROOT = root_of([row.leaf_hash for row in _ROWS])


@given(cuts=st.lists(st.integers(0, 300), max_size=6))
def test_a_sound_log_has_no_suspects_and_its_root_however_it_is_cut(cuts: list[int]) -> None:
    """Batches, blocks and seals may fall anywhere."""
    recomputation = Recomputation()
    borders = [0, *sorted(cuts), 300]
    for first, end in pairwise(borders):
        recomputation.add(_ROWS[first:end], AT)
        assert recomputation.suspects == []
        if end % 2:
            recomputation.seal()
    recomputation.seal()
    assert recomputation.tree.root == _ROOT


_OTHERS: dict[str, dict[str, Any]] = {
    "its record": {"body": b"{}"},
    "the hash beside its record": {"body_hash": bytes(32)},
    "the hash beside it": {"leaf_hash": bytes(32)},
    "its number": {"leaf_index": 7},
    "its record's name": {"entry_id": "x#0"},
    "its incident": {"incident_id": "INC-1"},
    "its number in the chain": {"incident_seq": 7_000},
    "a byte": {"leaf": _ROWS[100].leaf.replace(b"evidence", b"evidencf")},
    "a space": {"leaf": _ROWS[100].leaf + b" "},
    "another leaf": {"leaf": _ROWS[101].leaf},
    "nothing": {"leaf": b""},
}


@pytest.mark.parametrize("change", _OTHERS.values(), ids=_OTHERS.keys())
def test_a_leaf_that_differs_is_a_suspect(change: dict[str, Any]) -> None:
    """In whatever it is; and it is the only one, if the tiles know what was there."""
    changed = [*_ROWS[:100], _ROWS[100]._replace(**change), *_ROWS[101:]]
    recomputation = Recomputation()
    recomputation.add(changed, AT, lambda index: _ROWS[index].leaf_hash)
    suspected = [suspect.index for suspect in recomputation.suspects]
    # The next leaf of the chain points to what was there.
    assert suspected[0] == 100
    assert set(suspected) <= {100, 103}
    (first, *_) = recomputation.suspects
    assert first.hash == leaf_hash(changed[100].leaf)
    assert first.row.body is None


def test_leaves_of_another_time_are_suspects() -> None:
    """All of the batch, each chained as it should be."""
    recomputation = Recomputation()
    recomputation.add(_ROWS, "2026-03-04T12:00:00.000001Z")
    assert [suspect.index for suspect in recomputation.suspects] == list(range(300))
    assert all(
        json.loads(suspect.row.leaf)["incident_seq"] == suspect.expected[0]
        for suspect in recomputation.suspects
    )


def test_a_record_without_content_is_believed_by_its_leaf() -> None:
    """The leaf is no suspect for it, and the record is told apart."""
    rows = [row._replace(body=None, body_hash=None) for row in _ROWS]
    recomputation = Recomputation()
    recomputation.add(rows, AT)
    assert recomputation.suspects == []
    assert recomputation.emptied == rows
    recomputation.seal()
    assert recomputation.tree.root == _ROOT
    assert recomputation.emptied == []


def _grown(disputed: dict[int, bytes]) -> CandidateTrees:
    trees = CandidateTrees(Recomputation().tree)
    trees.grow([row.leaf_hash for row in _ROWS], disputed)
    return trees


def test_the_signed_root_decides_between_leaf_and_tile() -> None:
    """Whichever leads to it goes on; where neither does, both do until one does."""
    other = {17: bytes(32)}
    assert _grown({}).settle(_ROOT) is Verdict.LEAVES
    assert _grown(other).settle(_ROOT) is Verdict.LEAVES
    by_tiles = _grown(other)
    forged = root_of([bytes(32) if n == 17 else row.leaf_hash for n, row in enumerate(_ROWS)])
    assert by_tiles.settle(forged) is Verdict.TILES
    assert by_tiles.tree.root == forged
    undecided = _grown(other)
    assert undecided.settle(bytes(32)) is Verdict.NEITHER
    undecided.grow([_ROWS[0].leaf_hash], {})
    hashes = [bytes(32) if n == 17 else row.leaf_hash for n, row in enumerate(_ROWS)]
    assert undecided.settle(root_of([*hashes, _ROWS[0].leaf_hash])) is Verdict.TILES


def test_rows_are_what_the_database_gives() -> None:
    """In the order of the columns that are read."""
    assert Row._fields[:8] == (
        "leaf_index",
        "entry_id",
        "incident_id",
        "incident_seq",
        "leaf",
        "leaf_hash",
        "body",
        "body_hash",
    )
