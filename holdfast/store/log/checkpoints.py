"""Signed checkpoints as they are kept: all of them, for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.errors import NotFound

__all__ = [
    "CHECKPOINT_CHANNEL",
    "StoredCheckpoint",
    "checkpoint_covering",
    "checkpoint_of_size",
    "latest_checkpoint",
]

CHECKPOINT_CHANNEL = "holdfast_checkpoint"
"""The PostgreSQL channel on which each new checkpoint's size is told."""

_COLUMNS = "SELECT size, root, note, made_at FROM evidence.checkpoint"
_LATEST = text(f"{_COLUMNS} ORDER BY size DESC LIMIT 1")
_COVERING = text(f"{_COLUMNS} WHERE size > :index ORDER BY size LIMIT 1")
_OF_SIZE = text(f"{_COLUMNS} WHERE size = :size")


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint: how many leaves, their root (32 bytes), the signed note, when it was made."""

    size: int
    root: bytes
    note: str
    made_at: datetime


async def latest_checkpoint(connection: AsyncConnection) -> StoredCheckpoint | None:
    """Read the newest checkpoint; None before the first record was put into the log."""
    row = (await connection.execute(_LATEST)).one_or_none()
    return None if row is None else StoredCheckpoint(*row)


async def checkpoint_covering(connection: AsyncConnection, index: int) -> StoredCheckpoint | None:
    """Read the first checkpoint that covers leaf number `index`; always the same one."""
    row = (await connection.execute(_COVERING, {"index": index})).one_or_none()
    return None if row is None else StoredCheckpoint(*row)


async def checkpoint_of_size(connection: AsyncConnection, size: int) -> StoredCheckpoint:
    """Read the checkpoint of exactly that many leaves.

    Raises:
        NotFound: the log never signed that size.
    """
    row = (await connection.execute(_OF_SIZE, {"size": size})).one_or_none()
    if row is None:
        message = f"no checkpoint of size {size} was ever signed"
        raise NotFound(message, size=size)
    return StoredCheckpoint(*row)
