"""Who else vouches for a checkpoint: lines of witnesses, and tokens of timestamp authorities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = [
    "StoredCosignature",
    "StoredTimestamp",
    "cosignatures_of",
    "cosigned_note",
    "timestamps_of",
]

_COSIGNATURES = text("""
    SELECT witness, line FROM evidence.checkpoint_cosignature WHERE size = :size ORDER BY witness
""")
_TIMESTAMPS = text("""
    SELECT authority, token FROM evidence.checkpoint_timestamp WHERE size = :size ORDER BY authority
""")


@dataclass(frozen=True, slots=True)
class StoredCosignature:
    """A witness, and its signature line (C2SP tlog-cosignature)."""

    witness: str
    line: str


@dataclass(frozen=True, slots=True)
class StoredTimestamp:
    """A timestamp authority, and its token (RFC 3161) over the note as the log signed it."""

    authority: str
    token: bytes


async def cosignatures_of(connection: AsyncConnection, size: int) -> Sequence[StoredCosignature]:
    """Read the cosignatures of the checkpoint of that size."""
    rows = await connection.execute(_COSIGNATURES, {"size": size})
    return [StoredCosignature(*row) for row in rows]


async def timestamps_of(connection: AsyncConnection, size: int) -> Sequence[StoredTimestamp]:
    """Read the timestamps of the checkpoint of that size."""
    rows = await connection.execute(_TIMESTAMPS, {"size": size})
    return [StoredTimestamp(row.authority, bytes(row.token)) for row in rows]


def cosigned_note(note: str, cosignatures: Iterable[StoredCosignature]) -> str:
    """Write a signed note with the lines of its witnesses after those of the log."""
    return note + "".join(f"{each.line.rstrip()}\n" for each in cosignatures)
