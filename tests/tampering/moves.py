"""Single changes by chance: each says what it does, and what a check has to name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from random import Random

from holdfast.evidence.log.leaf import Leaf
from tests.tampering.facts import Facts, LeafFact, Tampering, flipped

__all__ = ["Move"]

Move = Callable[[Random, Facts], Tampering]
"""A way to tamper; chance says where."""

_PRINTABLE = [chr(code) for code in range(0x20, 0x7F)]


def _one(statement: str, *values: object, named: frozenset[str] | str) -> Tampering:
    names = frozenset({named}) if isinstance(named, str) else named
    return Tampering(((statement, values),), names)


def _shift(chance: Random) -> timedelta:
    sign = chance.choice((-1, 1))
    return sign * timedelta(microseconds=10 ** chance.randrange(12))


def body_byte(chance: Random, facts: Facts) -> Tampering:
    """One bit of a record."""
    leaf = chance.choice(facts.readable)
    body = flipped(chance, leaf.body or b"")
    statement = "UPDATE evidence.record SET body = $2 WHERE entry_id = $1"
    return _one(statement, leaf.entry_id, body, named=leaf.record | leaf.names)


def body_emptied(chance: Random, facts: Facts) -> Tampering:
    """A record's content, without a disposal."""
    leaf = chance.choice(facts.readable)
    statement = "UPDATE evidence.record SET body = NULL WHERE entry_id = $1"
    return _one(statement, leaf.entry_id, named=leaf.record | leaf.names)


def body_brought_back(chance: Random, facts: Facts) -> Tampering:
    """Other content for a record that was disposed of."""
    leaf = chance.choice([leaf for leaf in facts.leaves if leaf.body is None])
    statement = "UPDATE evidence.record SET body = $2 WHERE entry_id = $1"
    return _one(statement, leaf.entry_id, chance.randbytes(60), named=leaf.record | leaf.names)


def bodies_swapped(chance: Random, facts: Facts) -> Tampering:
    """The content of two records, each for the other."""
    one, other = chance.sample(facts.readable, 2)
    statement = "UPDATE evidence.record SET body = $2 WHERE entry_id = $1"
    return Tampering(
        ((statement, (one.entry_id, other.body)), (statement, (other.entry_id, one.body))),
        one.record | other.record,
    )


def leaf_byte(chance: Random, facts: Facts) -> Tampering:
    """One bit of a leaf."""
    leaf = chance.choice(facts.leaves)
    statement = "UPDATE evidence.log_entry SET leaf = $2 WHERE index = $1"
    changed = flipped(chance, leaf.leaf)
    return _one(statement, leaf.index, changed, named=leaf.names | leaf.record)


def leaves_swapped(chance: Random, facts: Facts) -> Tampering:
    """Two leaves, each in the place of the other."""
    one, other = chance.sample(facts.leaves, 2)
    statement = "UPDATE evidence.log_entry SET leaf = $2 WHERE index = $1"
    return Tampering(
        ((statement, (one.index, other.leaf)), (statement, (other.index, one.leaf))),
        one.names | other.names,
    )


def order_swapped(chance: Random, facts: Facts) -> Tampering:
    """Two leaves with all that stands beside them, each under the number of the other."""
    one, other = chance.sample(facts.leaves, 2)
    statement = "UPDATE evidence.log_entry SET index = $2 WHERE index = $1"
    moves = ((one.index, -1), (other.index, one.index), (-1, other.index))
    return Tampering(tuple((statement, move) for move in moves), one.names | other.names)


def record_and_leaf_forged(chance: Random, facts: Facts) -> Tampering:
    """A record with another content, and its leaf with the hash of that."""
    leaf = chance.choice(facts.readable)
    old = leaf.body or b""
    body = old.replace(b'"nonce":"', b'"nonce":"0', 1)
    before, after = (hashlib.sha256(each).hexdigest().encode() for each in (old, body))
    return Tampering(
        (
            ("UPDATE evidence.record SET body = $2 WHERE entry_id = $1", (leaf.entry_id, body)),
            (
                "UPDATE evidence.log_entry SET leaf = $2 WHERE index = $1",
                (leaf.index, leaf.leaf.replace(before, after)),
            ),
        ),
        leaf.names | leaf.record,
    )


def leaf_removed(chance: Random, facts: Facts) -> Tampering:
    """A leaf from the middle; its record stays."""
    leaf = chance.choice(facts.leaves)
    statement = "DELETE FROM evidence.log_entry WHERE index = $1"
    return _one(statement, leaf.index, named=leaf.names | leaf.record)


def tail_removed(chance: Random, facts: Facts) -> Tampering:
    """The last leaves; their records stay."""
    gone = facts.leaves[-chance.randint(1, 20) :]
    statement = "DELETE FROM evidence.log_entry WHERE index >= $1"
    named = frozenset[str]().union(*(leaf.names | leaf.record for leaf in gone))
    return _one(statement, gone[0].index, named=named)


def record_removed(chance: Random, facts: Facts) -> Tampering:
    """A record; its leaf stays."""
    leaf = chance.choice(facts.leaves)
    statement = "DELETE FROM evidence.record WHERE entry_id = $1"
    return _one(statement, leaf.entry_id, named=leaf.names | leaf.record)


def record_removed_with_its_leaf(chance: Random, facts: Facts) -> Tampering:
    """Both: the leaf's number is named, which nothing else can say any more."""
    leaf = chance.choice(facts.leaves)
    return Tampering(
        (
            ("DELETE FROM evidence.record WHERE entry_id = $1", (leaf.entry_id,)),
            ("DELETE FROM evidence.log_entry WHERE index = $1", (leaf.index,)),
        ),
        leaf.names,
    )


def tile_byte(chance: Random, facts: Facts) -> Tampering:
    """One bit of a tile of any level."""
    (level, number), hashes = chance.choice(sorted(facts.tiles.items()))
    statement = "UPDATE evidence.tile SET hashes = $3 WHERE level = $1 AND number = $2"
    named = f"tile {level}/{number}"
    return _one(statement, level, number, flipped(chance, hashes), named=named)


def tile_cut(chance: Random, facts: Facts) -> Tampering:
    """The end of a tile, or all of it."""
    (level, number), hashes = chance.choice(sorted(facts.tiles.items()))
    left = chance.randrange(len(hashes) // 32)
    named = f"tile {level}/{number}"
    if not left:
        statement = "DELETE FROM evidence.tile WHERE level = $1 AND number = $2"
        return _one(statement, level, number, named=named)
    statement = "UPDATE evidence.tile SET hashes = $3 WHERE level = $1 AND number = $2"
    return _one(statement, level, number, hashes[: left * 32], named=named)


def tile_added(chance: Random, facts: Facts) -> Tampering:
    """A tile that the log does not have."""
    del facts
    level, number = chance.choice((0, 1, 2, 3)), chance.choice((-1, 2, 3, 10**6))
    statement = "INSERT INTO evidence.tile (level, number, hashes) VALUES ($1, $2, $3)"
    return _one(statement, level, number, chance.randbytes(32), named=f"tile {level}/{number}")


def note_character(chance: Random, facts: Facts) -> Tampering:
    """One character of a signed note."""
    size, (_, note, _) = chance.choice(list(facts.checkpoints.items()))
    at = chance.randrange(len(note))
    other = chance.choice([sign for sign in _PRINTABLE if sign != note[at]])
    statement = "UPDATE evidence.checkpoint SET note = $2 WHERE size = $1"
    changed = note[:at] + other + note[at + 1 :]
    return _one(statement, size, changed, named=f"checkpoint {size}")


def checkpoint_root(chance: Random, facts: Facts) -> Tampering:
    """One bit of a checkpoint's root."""
    size, (root, _, _) = chance.choice(list(facts.checkpoints.items()))
    statement = "UPDATE evidence.checkpoint SET root = $2 WHERE size = $1"
    return _one(statement, size, flipped(chance, root), named=f"checkpoint {size}")


def checkpoint_time(chance: Random, facts: Facts) -> Tampering:
    """When a checkpoint was made."""
    size, (_, _, made_at) = chance.choice(list(facts.checkpoints.items()))
    statement = "UPDATE evidence.checkpoint SET made_at = $2 WHERE size = $1"
    return _one(statement, size, made_at + _shift(chance), named=f"checkpoint {size}")


def checkpoint_size(chance: Random, facts: Facts) -> Tampering:
    """Which size a checkpoint is of."""
    size = chance.choice(list(facts.checkpoints))
    free = {-1, 0, 10**6, *range(1, 600)} - facts.checkpoints.keys()
    other = chance.choice(sorted(free))
    statement = "UPDATE evidence.checkpoint SET size = $2 WHERE size = $1"
    return _one(statement, size, other, named=f"checkpoint {other}")


def checkpoint_removed(chance: Random, facts: Facts) -> Tampering:
    """A checkpoint."""
    size = chance.choice(list(facts.checkpoints))
    statement = "DELETE FROM evidence.checkpoint WHERE size = $1"
    return _one(statement, size, named=f"checkpoint {size}")


def log_state(chance: Random, facts: Facts) -> Tampering:
    """What the next batch goes on from."""
    origin, size, root, made_at = facts.state
    column, value = chance.choice(
        (
            ("origin", f"{origin}x"),
            ("size", size + chance.choice((-1, 1, -size, 10**9))),
            ("root", flipped(chance, root)),
            ("made_at", made_at + _shift(chance)),
        )
    )
    return _one(f"UPDATE evidence.log_state SET {column} = $1", value, named="log state")  # noqa: S608 - our own names


def incident_head(chance: Random, facts: Facts) -> Tampering:
    """What the next leaf of an incident goes on from."""
    incident, (seq, leaf_hash) = chance.choice(sorted(facts.heads.items()))
    changes: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("DELETE FROM evidence.incident_head WHERE incident_id = $1", ()),
        ("UPDATE evidence.incident_head SET seq = $2 WHERE incident_id = $1", (seq + 1,)),
        (
            "UPDATE evidence.incident_head SET leaf_hash = $2 WHERE incident_id = $1",
            (flipped(chance, leaf_hash),),
        ),
    )
    statement, values = chance.choice(changes)
    return _one(statement, incident, *values, named=f"chain {incident}")


def stored_hash(chance: Random, facts: Facts) -> Tampering:
    """A hash that the database is said to generate."""
    leaf: LeafFact = chance.choice(facts.readable)
    table, column = chance.choice((("record", "body_hash"), ("log_entry", "leaf_hash")))
    return Tampering(
        (
            (f"ALTER TABLE evidence.{table} ALTER {column} DROP EXPRESSION", ()),
            (
                f"UPDATE evidence.{table} SET {column} = $2 WHERE entry_id = $1",  # noqa: S608 - our own names
                (leaf.entry_id, chance.randbytes(32)),
            ),
        ),
        leaf.record | leaf.names,
    )


def leaf_forged_at_the_end(chance: Random, facts: Facts) -> Tampering:
    """A leaf, well-formed and chained, for a record that waits."""
    entry_id = facts.pending[chance.choice(sorted(facts.pending))]
    incident, (seq, previous) = chance.choice(sorted(facts.heads.items()))
    index = len(facts.leaves) + chance.choice((0, 0, 1, 100))
    at = "2026-03-04T12:00:00.000000Z"
    sha256 = chance.randbytes(32).hex()
    leaf = Leaf(index, at, incident, seq + 1, previous.hex(), entry_id, sha256).content
    statement = (
        "INSERT INTO evidence.log_entry (index, entry_id, incident_id, incident_seq, leaf)"
        " VALUES ($1, $2, $3, $4, $5)"
    )
    values = (index, entry_id, incident, seq + 1, leaf)
    return _one(statement, *values, named=frozenset({f"leaf {index}", f"record {entry_id}"}))
