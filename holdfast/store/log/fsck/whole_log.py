"""What has to hold of the log as a whole: its state, its ends, and the ends of its chains."""

from __future__ import annotations

import hashlib

import asyncpg

from holdfast.errors import InvalidInput
from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.merkle import EMPTY_ROOT
from holdfast.store.log.fsck.boundaries import Boundary
from holdfast.store.log.fsck.distrust import believable_time
from holdfast.store.log.fsck.findings import Findings

__all__ = ["check_chain_heads", "check_ends", "check_state"]

_PAGE = 2_000

_MADE_AT = believable_time("made_at")
_STATE = f"SELECT origin, size, root, {_MADE_AT} AS made_at FROM evidence.log_state"  # noqa: S608 - our own names
_IMPOSSIBLE = "SELECT size FROM evidence.checkpoint WHERE size <= 0 OR size > $1 LIMIT 1000"
_BEYOND = """
    (SELECT index, entry_id FROM evidence.log_entry WHERE index < 0 LIMIT 1000)
    UNION ALL
    (SELECT index, entry_id FROM evidence.log_entry WHERE index >= $1 ORDER BY index LIMIT 1000)
"""
_HEADS = f"""
    SELECT h.incident_id, h.seq, h.leaf_hash, e.leaf, EXISTS (
        SELECT FROM evidence.log_entry further
        WHERE further.incident_id = h.incident_id AND further.incident_seq > h.seq
    ) AS goes_on
    FROM evidence.incident_head h
    LEFT JOIN evidence.log_entry e ON e.incident_id = h.incident_id AND e.incident_seq = h.seq
    WHERE h.incident_id > $1 ORDER BY h.incident_id LIMIT {_PAGE}
"""  # noqa: S608 - constant


async def check_state(
    connection: asyncpg.Connection, end: Boundary | None, findings: Findings
) -> None:
    """Check that the log's state is that of its last checkpoint."""
    state = await connection.fetchrow(_STATE)
    if state is None:
        if end is not None:
            words = "the log has leaves, but no state"
            findings.add(FindingCode.LOG_STATE, "log state", words)
        return
    if end is None:
        wrong = [] if (state["size"], state["root"]) == (0, EMPTY_ROOT) else ["size", "root"]
    elif end.note is None:
        return  # the state itself stood in for a checkpoint, and was held against the leaves
    else:
        own = (state["size"], state["root"], state["made_at"])
        pairs = zip(
            ("size", "root", "made_at"), own, (end.size, end.root, end.made_at), strict=True
        )
        wrong = [name for name, column, last in pairs if column != last]
        if (origin := _origin(end.note)) is not None and origin != state["origin"]:
            wrong.append("origin")
    if wrong:
        words = f"the log's state has another {', '.join(wrong)} than its last checkpoint"
        findings.add(FindingCode.LOG_STATE, "log state", words)


async def check_ends(connection: asyncpg.Connection, size: int, findings: Findings) -> None:
    """Check that no leaf and no checkpoint lies outside of a log of `size` leaves."""
    for row in await connection.fetch(_IMPOSSIBLE, size):
        name = f"checkpoint {row['size']}"
        words = f"{name} cannot be: the log has {size} leaves"
        findings.add(FindingCode.CHECKPOINT_CHANGED, name, words)
    for row in await connection.fetch(_BEYOND, size):
        index, name = row["index"], row["entry_id"]
        words = f"leaf {index} (record {name}) is under no checkpoint: the last is of {size} leaves"
        findings.add(FindingCode.LEAF_UNSIGNED, f"leaf {index}", words, record=name, index=index)


async def check_chain_heads(
    connection: asyncpg.Connection, cursor: str, findings: Findings
) -> str | None:
    """Check that a page of heads are the last leaves of their chains; return the next cursor."""
    rows = await connection.fetch(_HEADS, cursor)
    for row in rows:
        leaf = row["leaf"]
        own = None if leaf is None else hashlib.sha256(b"\x00" + leaf).digest()
        if own != row["leaf_hash"] or row["goes_on"]:
            incident = row["incident_id"]
            words = f"the head of the chain of {incident} is not its last leaf"
            findings.add(FindingCode.INCIDENT_HEAD, f"chain {incident}", words)
    return rows[-1]["incident_id"] if len(rows) == _PAGE else None


def _origin(note: str) -> str | None:
    try:
        return Checkpoint.parse(note.rpartition("\n\n")[0] + "\n").origin
    except InvalidInput:
        return None
