"""Checkpoints as the boundaries between batches: are they signed, and where does the log end?

A checkpoint is believed by its note. Where the note is not believed, its row still says where a
batch ended; where the row of the last one is gone, the log's state does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from holdfast.errors import InvalidInput
from holdfast.evidence.check_report import FindingCode
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.note import open_note
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.fsck.distrust import believable_time
from holdfast.store.log.fsck.findings import Findings
from holdfast.store.log.fsck.keys import KnownKeys

__all__ = [
    "Boundary",
    "boundaries",
    "boundary_around",
    "boundary_of_size",
    "end_of_log",
    "judge",
]

_PAGE = 500
_LOOK_BACK = 20

_MADE_AT = f"{believable_time('made_at')} AS made_at"
_COLUMNS = f"SELECT size, root, coalesce(note, ''), {_MADE_AT} FROM evidence.checkpoint"  # noqa: S608 - our own names
_BETWEEN = f"{_COLUMNS} WHERE size > $1 AND size <= $2 ORDER BY size LIMIT {_PAGE}"
_LAST = f"{_COLUMNS} ORDER BY size DESC LIMIT {_LOOK_BACK}"
_OF_SIZE = f"{_COLUMNS} WHERE size = $1"
_AT_MOST = f"{_COLUMNS} WHERE size > 0 AND size <= $1 ORDER BY size DESC LIMIT 1"
_AT_LEAST = "SELECT size FROM evidence.checkpoint WHERE size >= $1 ORDER BY size LIMIT 1"
_STATE = f"""
    SELECT size, root, {_MADE_AT}, (SELECT max(index) FROM evidence.log_entry) AS last
    FROM evidence.log_state
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Boundary:
    """The end of a batch: how many leaves, under which root (32 bytes), and when it was made.

    `note` is None where no checkpoint is there, and the log's state alone says so.
    """

    size: int
    root: bytes
    made_at: datetime
    note: str | None

    @property
    def name(self) -> str:
        """What findings call it."""
        return "log state" if self.note is None else f"checkpoint {self.size}"


async def end_of_log(connection: asyncpg.Connection) -> Boundary | None:
    """Find where the log ends: by its last checkpoint that says so itself, or else by its state."""
    rows = [StoredCheckpoint(*row) for row in await connection.fetch(_LAST)]
    last = next((Boundary(*_fields(each)) for each in rows if _says_its_size(each)), None)
    state = await connection.fetchrow(_STATE)
    # Neither is believed against the number of leaves: a size from nowhere has no leaves to it.
    leaves = 1 + state["last"] if state and state["last"] is not None else 0
    if state and state["size"] == leaves > (0 if last is None else last.size):
        return Boundary(state["size"], state["root"], state["made_at"], None)
    return last


async def boundary_of_size(connection: asyncpg.Connection, size: int) -> Boundary | None:
    """Read the checkpoint of a size as a boundary, whatever its note says."""
    row = await connection.fetchrow(_OF_SIZE, size)
    return None if row is None else Boundary(*_fields(StoredCheckpoint(*row)))


async def boundaries(
    connection: asyncpg.Connection, first: int, end: int
) -> AsyncIterator[StoredCheckpoint]:
    """Yield the checkpoints of sizes above `first` up to `end`."""
    at = first
    while rows := await connection.fetch(_BETWEEN, at, end):
        for row in rows:
            yield StoredCheckpoint(*row)
        at = rows[-1]["size"]


async def boundary_around(
    connection: asyncpg.Connection, first: int, end: int
) -> tuple[int, datetime | None, int]:
    """Widen a range to whole batches; return where it begins, since when, and where it ends."""
    before = await connection.fetchrow(_AT_MOST, first)
    after = await connection.fetchval(_AT_LEAST, end)
    begins, since = (before["size"], before["made_at"]) if before else (0, None)
    return begins, since, end if after is None else after


def judge(stored: StoredCheckpoint, keys: KnownKeys, findings: Findings) -> Boundary | None:
    """Check a checkpoint's row against its note, and the note against the keys.

    Returns None where row and note do not even agree which checkpoint it is.
    """
    name = f"checkpoint {stored.size}"
    try:
        signed = _opened(stored, keys, findings)
    except InvalidInput as error:
        words = f"the note of {name} is not what a key of the log signed: {error.message}"
        findings.add(FindingCode.CHECKPOINT_UNSIGNED, name, words)
        return Boundary(*_fields(stored))
    if signed.size != stored.size:
        words = f"the row of {name} holds the note of checkpoint {signed.size}"
        findings.add(FindingCode.CHECKPOINT_CHANGED, name, words)
        return None
    if signed.root != stored.root:
        words = f"the row of {name} has another root than its note"
        findings.add(FindingCode.CHECKPOINT_CHANGED, name, words)
    return Boundary(stored.size, signed.root, stored.made_at, stored.note)


def _opened(stored: StoredCheckpoint, keys: KnownKeys, findings: Findings) -> Checkpoint:
    opened = open_note(stored.note, keys.verifiers)
    signed = Checkpoint.parse(opened.text)
    name = f"checkpoint {stored.size}"
    if not any(key.name == signed.origin for key in opened.by):
        message = f"no key of {signed.origin} is among those that are known"
        raise InvalidInput(message)
    if len(opened.by) != len(opened.signatures):
        # The sequencer writes the lines of the log's keys; those of witnesses are kept elsewhere.
        words = f"the note of {name} has a signature line that no key of the log made"
        findings.add(FindingCode.CHECKPOINT_CHANGED, name, words)
    for key in opened.by:
        if keys.first_size_of(key) >= stored.size:
            words = f"{name} is signed by {key.vkey}, which was registered later"
            findings.add(FindingCode.LOG_KEY, f"log key {key.vkey}", words)
    return signed


def _says_its_size(stored: StoredCheckpoint) -> bool:
    try:
        text = stored.note.rpartition("\n\n")[0] + "\n"
        return Checkpoint.parse(text).size == stored.size
    except InvalidInput:
        return False


def _fields(stored: StoredCheckpoint) -> tuple[int, bytes, datetime, str]:
    return stored.size, stored.root, stored.made_at, stored.note
