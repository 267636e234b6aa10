"""Whatever somebody puts into the database, a check comes to its end, and names it."""

from __future__ import annotations

import pytest

from tests.tampering.facts import Facts, Tampering, missing_names
from tests.tampering.victim import Victim

_LEAF, _CHECKPOINT = 50, 3


def _named(facts: Facts) -> dict[str, str]:
    """The names that the cases below use in their statements and in what is found."""
    leaf, size = facts.readable[_LEAF], list(facts.checkpoints)[_CHECKPOINT]
    _, pending = min(facts.pending.items())
    return {
        "entry_id": leaf.entry_id,
        "index": str(leaf.index),
        "size": str(size),
        "last": str(max(facts.checkpoints)),
        "pending": pending,
    }


_RECORD = "UPDATE evidence.record SET {0} WHERE entry_id = '{{entry_id}}'"
_ENTRY = "UPDATE evidence.log_entry SET {0} WHERE index = {{index}}"
_SIGNED = "UPDATE evidence.checkpoint SET {0} WHERE size = {{size}}"
_STATE = "UPDATE evidence.log_state SET {0}"
_NONE = "DELETE FROM evidence.{0}"
_TILE = "UPDATE evidence.tile SET {0} WHERE level = 0 AND number = 0"
_DEEP = "convert_to(repeat('[', 60000), 'UTF8')"
_LARGEST, _LEAST = 2**63 - 1, -(2**63)
_LOG = ("log_entry", "checkpoint", "tile", "incident_head", "log_state")
_OF_RECORD, _OF_LEAF, _OF_SIGNED = "record {entry_id}", "leaf {index}", "checkpoint {size}"


def _null(table: str, column: str) -> list[str]:
    return [f"ALTER TABLE evidence.{table} ALTER {column} DROP NOT NULL"]


_CASES: dict[str, tuple[list[str], str]] = {
    "a record of the end of time": ([_RECORD.format("occurred_at = 'infinity'")], _OF_RECORD),
    "a record of its beginning": ([_RECORD.format("occurred_at = '-infinity'")], _OF_RECORD),
    "an old record": ([_RECORD.format("occurred_at = '4000-01-01 BC'")], _OF_RECORD),
    "a record never stamped": ([_RECORD.format("recorded_at = 'infinity'")], _OF_RECORD),
    "a record stamped long ago": ([_RECORD.format("recorded_at = '4000-01-01 BC'")], _OF_RECORD),
    "a deep record": ([_RECORD.format(f"body = {_DEEP}")], _OF_RECORD),
    "no kind": ([*_null("record", "kind"), _RECORD.format("kind = NULL")], _OF_RECORD),
    "no time": (
        [*_null("record", "occurred_at"), _RECORD.format("occurred_at = NULL")],
        _OF_RECORD,
    ),
    "a deep leaf": ([_ENTRY.format(f"leaf = {_DEEP}")], _OF_LEAF),
    "an empty leaf": ([_ENTRY.format("leaf = ''")], _OF_LEAF),
    "no leaf": ([*_null("log_entry", "leaf"), _ENTRY.format("leaf = NULL")], _OF_LEAF),
    "no name": ([*_null("log_entry", "entry_id"), _ENTRY.format("entry_id = NULL")], _OF_LEAF),
    "no chain": (
        [*_null("log_entry", "incident_id"), _ENTRY.format("incident_id = NULL")],
        _OF_LEAF,
    ),
    "no place in it": (
        [*_null("log_entry", "incident_seq"), _ENTRY.format("incident_seq = NULL")],
        _OF_LEAF,
    ),
    "the last place": ([_ENTRY.format(f"incident_seq = {_LARGEST}")], _OF_LEAF),
    "the least place": ([_ENTRY.format(f"incident_seq = {_LEAST}")], _OF_LEAF),
    "the last leaf": ([_ENTRY.format(f"index = {_LARGEST}")], f"leaf {_LARGEST}"),
    "the least leaf": ([_ENTRY.format(f"index = {_LEAST}")], f"leaf {_LEAST}"),
    "a checkpoint never made": ([_SIGNED.format("made_at = 'infinity'")], _OF_SIGNED),
    "an old checkpoint": ([_SIGNED.format("made_at = '4000-01-01 BC'")], _OF_SIGNED),
    "the largest checkpoint": ([_SIGNED.format(f"size = {_LARGEST}")], f"checkpoint {_LARGEST}"),
    "the least checkpoint": ([_SIGNED.format(f"size = {_LEAST}")], f"checkpoint {_LEAST}"),
    "an empty note": ([_SIGNED.format("note = ''")], _OF_SIGNED),
    "an escaping note": ([_SIGNED.format("note = E'\\x1b[2J'")], _OF_SIGNED),
    "an empty root": ([_SIGNED.format("root = ''")], _OF_SIGNED),
    "no note": ([*_null("checkpoint", "note"), _SIGNED.format("note = NULL")], _OF_SIGNED),
    "no root": ([*_null("checkpoint", "root"), _SIGNED.format("root = NULL")], _OF_SIGNED),
    "the last checkpoint's time": (
        ["UPDATE evidence.checkpoint SET made_at = '-infinity' WHERE size = {last}"],
        "log state",
    ),
    "a state never made": ([_STATE.format("made_at = 'infinity'")], "log state"),
    "the largest state": ([_STATE.format(f"size = {_LARGEST}")], "log state"),
    "no state": (["DELETE FROM evidence.log_state"], "log state"),
    "a tile of a byte": ([_TILE.format("hashes = '\\x00'")], "tile 0/0"),
    "a long tile": ([_TILE.format("hashes = hashes || hashes")], "tile 0/0"),
    "the last tile": ([_TILE.format(f"number = {_LARGEST}")], f"tile 0/{_LARGEST}"),
    "no hashes": ([*_null("tile", "hashes"), _TILE.format("hashes = NULL")], "tile 0/0"),
    "no key": (["UPDATE evidence.log_key SET vkey = 'x'"], "log key x"),
    "no checkpoints": (["DELETE FROM evidence.checkpoint"], _OF_SIGNED),
    "no tiles": (["DELETE FROM evidence.tile"], "tile 0/0"),
    "no leaves": (["DELETE FROM evidence.log_entry"], _OF_LEAF),
    "no records": (["DELETE FROM evidence.record"], _OF_RECORD),
    "no log": ([_NONE.format(table) for table in _LOG], _OF_RECORD),
    "a deep record that waits": (
        [_RECORD.format(f"body = {_DEEP}").replace("{entry_id}", "{pending}")],
        "record {pending}",
    ),
}


@pytest.mark.parametrize(("statements", "name"), _CASES.values(), ids=_CASES.keys())
async def test_nothing_that_stands_there_stops_a_check(
    victim: Victim, statements: list[str], name: str
) -> None:
    """Times that no calendar has, numbers at the edge, texts without end, nothing at all."""
    names = _named(victim.facts)
    done = tuple((statement.format(**names), ()) for statement in statements)
    report = await victim.check_after(Tampering(done, frozenset()))
    assert not missing_names(report, frozenset({name.format(**names)}))


@pytest.mark.parametrize("body", ["{}", "[" * 60_000], ids=["empty", "deep"])
async def test_a_disposal_that_cannot_be_read_is_told_alone(victim: Victim, body: str) -> None:
    """What it spoke of is not held against anybody else."""
    statement = "UPDATE evidence.record SET body = $1 WHERE kind = 'retention.disposed'"
    (disposal,) = (leaf for leaf in victim.facts.leaves if leaf.kind == "retention.disposed")
    tampering = Tampering(((statement, (body.encode(),)),), disposal.record)
    report = await victim.check_after(tampering)
    assert [(finding.code, finding.record) for finding in report.findings] == [
        ("record_changed", disposal.entry_id)
    ]
