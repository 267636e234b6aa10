"""Taking turns: of several transactions that would do the same thing, one goes first.

The lock is PostgreSQL's own and ends with the transaction, so that a killed process leaves none.
"""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["take_turn"]

_TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def take_turn(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction has a turn of that name; keep it until this one ends.

    A statement after this one sees what the transaction before has committed. Names that share a
    hash only wait for each other needlessly.
    """
    await connection.execute(_TAKE, {"name": name})
