"""What a check says, exactly: the name of what was changed, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.log_oracle import told
from tests.tampering.facts import Facts, LeafFact, Tampering
from tests.tampering.victim import Victim

Found = set[tuple[str, str]]
Statements = list[tuple[str, tuple[Any, ...]]]
Case = Callable[[Facts], tuple[Statements, Found]]

_BODY = "UPDATE evidence.record SET body = $2 WHERE entry_id = $1"
_LEAF = "UPDATE evidence.log_entry SET leaf = $2 WHERE index = $1"
_INDEX = "UPDATE evidence.log_entry SET index = $2 WHERE index = $1"
_NO_LEAF = "DELETE FROM evidence.log_entry WHERE index = $1"
_NO_RECORD = "DELETE FROM evidence.record WHERE entry_id = $1"
_TILE = "UPDATE evidence.tile SET hashes = $3 WHERE level = $1 AND number = $2"
_NO_TILE = "DELETE FROM evidence.tile WHERE level = $1 AND number = $2"
_NO_CHECKPOINT = "DELETE FROM evidence.checkpoint WHERE size = $1"

_MIDDLE = 120


def _middle(facts: Facts) -> tuple[LeafFact, LeafFact]:
    """A leaf in the middle of a tile, and the one that follows it in its chain."""
    leaf = facts.leaves[_MIDDLE]
    chain = [each for each in facts.leaves if each.incident_id == leaf.incident_id]
    return leaf, chain[leaf.incident_seq + 1]


def _changed(content: bytes) -> bytes:
    return content[:-40] + bytes([content[-40] ^ 1]) + content[-39:]


def _record(leaf: LeafFact) -> str:
    return f"record {leaf.entry_id}"


def _column(column: str, value: object) -> Case:
    def case(facts: Facts) -> tuple[Statements, Found]:
        leaf, _ = _middle(facts)
        statement = f"UPDATE evidence.record SET {column} = $2 WHERE entry_id = $1"  # noqa: S608 - our own names
        return [(statement, (leaf.entry_id, value))], {("record_columns", _record(leaf))}

    return case


def _a_body_was_changed(facts: Facts) -> tuple[Statements, Found]:
    leaf, _ = _middle(facts)
    body = _changed(leaf.body or b"")
    return [(_BODY, (leaf.entry_id, body))], {("record_changed", _record(leaf))}


def _a_body_was_emptied(facts: Facts) -> tuple[Statements, Found]:
    leaf, _ = _middle(facts)
    return [(_BODY, (leaf.entry_id, None))], {("record_emptied", _record(leaf))}


def _one_more_body_was_emptied_than_disposed_of(facts: Facts) -> tuple[Statements, Found]:
    gone = next(leaf for leaf in facts.leaves if leaf.body is None)
    kept = next(
        leaf
        for leaf in facts.leaves
        if leaf.incident_id == gone.incident_id and leaf.kind.startswith("retention")
    )
    return [(_BODY, (kept.entry_id, None))], {
        ("record_emptied", _record(kept)),
        ("disposal", f"chain {gone.incident_id}"),
    }


def _a_record_was_removed(facts: Facts) -> tuple[Statements, Found]:
    leaf, _ = _middle(facts)
    return [(_NO_RECORD, (leaf.entry_id,))], {("record_removed", _record(leaf))}


def _a_record_was_removed_with_its_leaf(facts: Facts) -> tuple[Statements, Found]:
    leaf, following = _middle(facts)
    return [(_NO_RECORD, (leaf.entry_id,)), (_NO_LEAF, (leaf.index,))], {
        ("leaf_removed", f"leaf {leaf.index}"),
        ("sequence_gap", _record(leaf)),
        ("chain_broken", f"leaf {following.index}"),
    }


def _a_leaf_was_removed(facts: Facts) -> tuple[Statements, Found]:
    leaf, following = _middle(facts)
    return [(_NO_LEAF, (leaf.index,))], {
        ("leaf_removed", f"leaf {leaf.index}"),
        ("record_unlogged", _record(leaf)),
        ("chain_broken", f"leaf {following.index}"),
    }


def _a_leaf_was_changed(facts: Facts) -> tuple[Statements, Found]:
    leaf, _ = _middle(facts)
    return [(_LEAF, (leaf.index, _changed(leaf.leaf)))], {("leaf_changed", f"leaf {leaf.index}")}


def _two_leaves_were_swapped(facts: Facts) -> tuple[Statements, Found]:
    one, other = facts.leaves[30], facts.leaves[290]
    return [(_LEAF, (one.index, other.leaf)), (_LEAF, (other.index, one.leaf))], {
        ("leaf_changed", f"leaf {one.index}"),
        ("leaf_changed", f"leaf {other.index}"),
    }


def _two_rows_were_swapped(facts: Facts) -> tuple[Statements, Found]:
    one, other = facts.leaves[30], facts.leaves[200]
    moves = [(one.index, -1), (other.index, one.index), (-1, other.index)]
    return [(_INDEX, move) for move in moves], {
        ("leaf_changed", f"leaf {one.index}"),
        ("leaf_changed", f"leaf {other.index}"),
    }


def _two_bodies_were_swapped(facts: Facts) -> tuple[Statements, Found]:
    one, other = facts.readable[30], facts.readable[200]
    return [(_BODY, (one.entry_id, other.body)), (_BODY, (other.entry_id, one.body))], {
        ("record_changed", _record(one)),
        ("record_changed", _record(other)),
    }


def _a_tile(level: int, number: int) -> Case:
    def case(facts: Facts) -> tuple[Statements, Found]:
        hashes = _changed(facts.tiles[level, number] + bytes(8))[:-8]
        return [(_TILE, (level, number, hashes))], {("tile_changed", f"tile {level}/{number}")}

    return case


def _no_tile(level: int, number: int) -> Case:
    found = {("tile_removed", f"tile {level}/{number}")}
    return lambda _: ([(_NO_TILE, (level, number))], found)


def _a_tile_too_many(_: Facts) -> tuple[Statements, Found]:
    statement = "INSERT INTO evidence.tile (level, number, hashes) VALUES (0, 2, $1)"
    return [(statement, (bytes(32),))], {("tile_unexpected", "tile 0/2")}


def _a_checkpoint_was_removed(facts: Facts) -> tuple[Statements, Found]:
    size = list(facts.checkpoints)[3]
    return [(_NO_CHECKPOINT, (size,))], {("checkpoint_removed", f"checkpoint {size}")}


def _the_last_checkpoint_was_removed(facts: Facts) -> tuple[Statements, Found]:
    size = max(facts.checkpoints)
    return [(_NO_CHECKPOINT, (size,))], {("checkpoint_removed", f"checkpoint {size}")}


def _a_checkpoint_column(column: str, code: str) -> Case:
    def case(facts: Facts) -> tuple[Statements, Found]:
        size, (root, note, made_at) = list(facts.checkpoints.items())[3]
        value = {
            "root": _changed(root + bytes(20))[:-20],
            "note": note.replace("\n\n", "x\n\n"),
            "made_at": made_at + timedelta(microseconds=1),
        }[column]
        statement = f"UPDATE evidence.checkpoint SET {column} = $2 WHERE size = $1"  # noqa: S608 - our own names
        return [(statement, (size, value))], {(code, f"checkpoint {size}")}

    return case


def _a_checkpoint_was_forged(facts: Facts) -> tuple[Statements, Found]:
    size, (root, note, made_at) = list(facts.checkpoints.items())[3]
    statement = "INSERT INTO evidence.checkpoint (size, root, note, made_at) VALUES ($1,$2,$3,$4)"
    values = (size - 1, root, note, made_at - timedelta(microseconds=1))
    return [(statement, values)], {("checkpoint_changed", f"checkpoint {size - 1}")}


def _the_state(column: str, value: object) -> Case:
    statement = f"UPDATE evidence.log_state SET {column} = $1"  # noqa: S608 - our own names
    return lambda _: ([(statement, (value,))], {("log_state", "log state")})


def _a_record_was_kept_out_of_the_log(facts: Facts) -> tuple[Statements, Found]:
    position, entry_id = next(iter(facts.pending.items()))
    statement = "DELETE FROM evidence.pending WHERE position = $1"
    return [(statement, (position,))], {("record_unlogged", f"record {entry_id}")}


def _an_artifact_was_changed(facts: Facts) -> tuple[Statements, Found]:
    digest = min(facts.artifacts)
    statement = "UPDATE evidence.artifact SET content = 'x' WHERE digest = $1"
    return [(statement, (digest,))], {("artifact_changed", f"artifact {digest}")}


CASES: dict[str, Case] = {
    "a body": _a_body_was_changed,
    "no body": _a_body_was_emptied,
    "one body more than disposed of": _one_more_body_was_emptied_than_disposed_of,
    "two bodies": _two_bodies_were_swapped,
    "no record": _a_record_was_removed,
    "neither record nor leaf": _a_record_was_removed_with_its_leaf,
    "no leaf": _a_leaf_was_removed,
    "a leaf": _a_leaf_was_changed,
    "two leaves": _two_leaves_were_swapped,
    "the order": _two_rows_were_swapped,
    "a record's kind": _column("kind", "incident.closed"),
    "a record's incident": _column("incident_id", "INC-2026-000000000000"),
    "a record's writer": _column("workflow_id", "incident/x"),
    "a record's number": _column("sequence", 7_000),
    "a full tile": _a_tile(0, 0),
    "an open tile": _a_tile(0, 1),
    "a tile of tiles": _a_tile(1, 0),
    "no full tile": _no_tile(0, 0),
    "no open tile": _no_tile(0, 1),
    "no tile of tiles": _no_tile(1, 0),
    "a tile too many": _a_tile_too_many,
    "no checkpoint": _a_checkpoint_was_removed,
    "no last checkpoint": _the_last_checkpoint_was_removed,
    "a checkpoint's root": _a_checkpoint_column("root", "checkpoint_changed"),
    "a checkpoint's note": _a_checkpoint_column("note", "checkpoint_unsigned"),
    "a checkpoint's time": _a_checkpoint_column("made_at", "checkpoint_time"),
    "a forged checkpoint": _a_checkpoint_was_forged,
    "the state's size": _the_state("size", 7),
    "the state's name": _the_state("origin", "other.example/log"),
    "a record kept out": _a_record_was_kept_out_of_the_log,
    "an artifact": _an_artifact_was_changed,
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_a_check_names_what_was_changed_and_nothing_else(victim: Victim, case: Case) -> None:
    """Whoever reads it knows where to look, and whom not to suspect."""
    statements, found = case(victim.facts)
    report = await victim.check_after(Tampering(tuple(statements), frozenset()))
    assert told(report) == found
    assert report.count == len(report.findings)
