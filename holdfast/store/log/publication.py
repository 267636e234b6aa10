"""Waiting until a record is published: in the log, under a signed checkpoint.

What leaves the house (a bundle, a report to an authority, a message to clients) leaves after its
record is published, so that nobody outside ever holds something that the log does not know.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.errors import Fatal, Unavailable
from holdfast.store.log.checkpoints import StoredCheckpoint, checkpoint_covering
from holdfast.store.log.leaves import StoredLeaf, find_leaf

__all__ = ["Published", "await_published", "is_recorded"]

_LOOK_EVERY = 0.05
"""Seconds; the sequencer publishes every quarter of a second."""

_RECORDED = text("SELECT EXISTS (SELECT FROM evidence.record WHERE entry_id = :entry_id)")


@dataclass(frozen=True, slots=True)
class Published:
    """A record's leaf, and the first checkpoint that covers it."""

    leaf: StoredLeaf
    checkpoint: StoredCheckpoint


async def await_published(engine: AsyncEngine, entry_id: str, within: timedelta) -> Published:
    """Wait until a record, which has been committed, is published.

    Raises:
        Unavailable: it was not within that time: the sequencer does not run, or is far behind. The
            record stands, and a later call finds it.
        Fatal: it is in the log, but under no checkpoint.
    """
    clock = asyncio.get_running_loop().time
    deadline = clock() + within.total_seconds()
    while (published := await _published(engine, entry_id)) is None:
        if clock() >= deadline:
            message = f"{entry_id} is recorded, but not in the log yet: is the sequencer running?"
            raise Unavailable(message, part="sequencer", entry_id=entry_id)
        await asyncio.sleep(_LOOK_EVERY)
    return published


async def is_recorded(connection: AsyncConnection, entry_id: str) -> bool:
    """Whether there is such a record, in the log or not yet."""
    return bool((await connection.execute(_RECORDED, {"entry_id": entry_id})).scalar_one())


async def _published(engine: AsyncEngine, entry_id: str) -> Published | None:
    async with engine.connect() as connection:
        leaf = await find_leaf(connection, entry_id)
        if leaf is None:
            return None
        checkpoint = await checkpoint_covering(connection, leaf.index)
    if checkpoint is None:
        # Leaf and checkpoint are written in one transaction.
        message = f"{entry_id} is in the log as number {leaf.index}, but no checkpoint covers it"
        raise Fatal(message, entry_id=entry_id)
    return Published(leaf, checkpoint)
