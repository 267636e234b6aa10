"""Single changes of columns, and of what waits: tables that the signed log speaks about."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from tests.tampering import moves
from tests.tampering.facts import Facts, Tampering, flipped
from tests.tampering.moves import Move

__all__ = ["MOVES"]

_UNIQUE_IN_CHAIN = "log_entry_incident_id_incident_seq_key"

_RECORD = """
    INSERT INTO evidence.record
        (entry_id, incident_id, workflow_id, sequence, kind, occurred_at, recorded_at, body)
    SELECT $2 || '#' || sequence, incident_id, $2, sequence, kind, occurred_at, recorded_at, body
    FROM evidence.record WHERE entry_id = $1
"""


def _update(table: str, column: str, key: str) -> str:
    return f"UPDATE evidence.{table} SET {column} = $2 WHERE {key} = $1"  # noqa: S608 - our own names


def record_column(chance: Random, facts: Facts) -> Tampering:
    """What queries believe of a record."""
    leaf = chance.choice(facts.readable)
    column = chance.choice(("kind", "incident_id", "workflow_id"))
    statement = _update("record", column, "entry_id")
    value = chance.choice(("incident.closed2", "INC-2026-000000000000", "incident/x"))
    return Tampering(((statement, (leaf.entry_id, value)),), leaf.record)


def record_number(chance: Random, facts: Facts) -> Tampering:
    """Which number a record is of its writer."""
    leaf = chance.choice(facts.readable)
    statement = "UPDATE evidence.record SET sequence = sequence + $2 WHERE entry_id = $1"
    return Tampering(((statement, (leaf.entry_id, chance.choice((-1, 1, 7)))),), leaf.record)


def record_time(chance: Random, facts: Facts) -> Tampering:
    """When something is said to have happened."""
    leaf = chance.choice(facts.readable)
    statement = "UPDATE evidence.record SET occurred_at = occurred_at + $2 WHERE entry_id = $1"
    shift = timedelta(microseconds=chance.choice((-1, 1)) * 10 ** chance.randrange(12))
    return Tampering(((statement, (leaf.entry_id, shift)),), leaf.record)


def record_name(chance: Random, facts: Facts) -> Tampering:
    """The id of a record."""
    leaf = chance.choice(facts.leaves)
    statement = _update("record", "entry_id", "entry_id")
    return Tampering(((statement, (leaf.entry_id, f"{leaf.entry_id}0000")),), leaf.record)


def leaf_column(chance: Random, facts: Facts) -> Tampering:
    """What stands beside a leaf."""
    leaf = chance.choice(facts.leaves)
    column, value = chance.choice(
        (
            ("incident_id", chance.choice((*facts.heads, "INC-2026-000000000000"))),
            ("incident_seq", 1_000 + chance.randrange(1_000)),
            ("entry_id", f"forged/{chance.randrange(1_000)}#0"),
        )
    )
    if value == leaf.incident_id:
        value = "INC-2026-000000000000"
    return Tampering(
        (
            # Where the other chain has that number already, the database would refuse.
            (f"ALTER TABLE evidence.log_entry DROP CONSTRAINT {_UNIQUE_IN_CHAIN}", ()),
            (_update("log_entry", column, "index"), (leaf.index, value)),
        ),
        leaf.names | leaf.record,
    )


def leaf_number(chance: Random, facts: Facts) -> Tampering:
    """The number of a leaf, for one beyond the end or before the beginning."""
    leaf = chance.choice(facts.leaves)
    number = chance.choice((-1, -(10**6), len(facts.leaves), 10**12))
    statement = _update("log_entry", "index", "index")
    return Tampering(((statement, (leaf.index, number)),), leaf.names | {f"leaf {number}"})


def names_swapped(chance: Random, facts: Facts) -> Tampering:
    """Which records two leaves are beside."""
    one, other = chance.sample(facts.leaves, 2)
    statement = _update("log_entry", "entry_id", "index")
    swaps = ((one.index, "x#0"), (other.index, one.entry_id), (one.index, other.entry_id))
    return Tampering(tuple((statement, swap) for swap in swaps), one.names | other.names)


def record_kept_out(chance: Random, facts: Facts) -> Tampering:
    """A record that waits for the log, taken from the queue."""
    position = chance.choice(sorted(facts.pending))
    statement = "DELETE FROM evidence.pending WHERE position = $1"
    return Tampering(((statement, (position,)),), frozenset({f"record {facts.pending[position]}"}))


def record_forged(chance: Random, facts: Facts) -> Tampering:
    """A record that went past the triggers, and so past the queue."""
    leaf = chance.choice(facts.readable)
    sequence = leaf.entry_id.rpartition("#")[2]
    named = frozenset({f"record forged/x#{sequence}"})
    return Tampering(((_RECORD, (leaf.entry_id, "forged/x")),), named)


def logged_record_queued(chance: Random, facts: Facts) -> Tampering:
    """A record that is in the log, to come in a second time."""
    leaf = chance.choice(facts.leaves)
    statement = (
        "INSERT INTO evidence.pending (position, entry_id)"
        " SELECT position, entry_id FROM evidence.record WHERE entry_id = $1"
    )
    return Tampering(((statement, (leaf.entry_id,)),), leaf.record)


def artifact_byte(chance: Random, facts: Facts) -> Tampering:
    """One bit of an artifact, or all of it."""
    digest, content = chance.choice(sorted(facts.artifacts.items()))
    changed = chance.choice((flipped(chance, content), None))
    statement = _update("artifact", "content", "digest")
    return Tampering(((statement, (digest, changed)),), frozenset({f"artifact {digest}"}))


MOVES: tuple[Move, ...] = (
    moves.body_byte,
    moves.body_emptied,
    moves.body_brought_back,
    moves.bodies_swapped,
    moves.leaf_byte,
    moves.leaves_swapped,
    moves.order_swapped,
    moves.record_and_leaf_forged,
    moves.leaf_removed,
    moves.tail_removed,
    moves.record_removed,
    moves.record_removed_with_its_leaf,
    moves.tile_byte,
    moves.tile_cut,
    moves.tile_added,
    moves.note_character,
    moves.checkpoint_root,
    moves.checkpoint_time,
    moves.checkpoint_size,
    moves.checkpoint_removed,
    moves.log_state,
    moves.incident_head,
    moves.stored_hash,
    moves.leaf_forged_at_the_end,
    record_column,
    record_number,
    record_time,
    record_name,
    leaf_column,
    leaf_number,
    names_swapped,
    record_kept_out,
    record_forged,
    logged_record_queued,
    artifact_byte,
)
"""Every kind of single change, each as likely as any other."""
