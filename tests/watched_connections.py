"""A real connection on which a test meets each statement of a sequencer's batch, by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

import asyncpg

__all__ = ["Step", "WatchedConnection", "idle"]


class Step(StrEnum):
    """The statements of a batch, in order; each is named by what stands in it alone."""

    BEGIN = "BEGIN"
    TAKE = "DELETE FROM evidence.pending"
    READ_STATE = "FROM evidence.log_state"
    READ_EDGES = "FROM evidence.tile"
    READ_HEADS = "FROM evidence.incident_head"
    COPY_LEAVES = "COPY evidence.log_entry"
    WRITE_HEADS = "INSERT INTO evidence.incident_head"
    WRITE_TILES = "INSERT INTO evidence.tile"
    WRITE_CHECKPOINT = "INSERT INTO evidence.checkpoint"
    ADVANCE = "UPDATE evidence.log_state"
    NOTIFY = "pg_notify"
    COMMIT = "COMMIT"


Watcher = Callable[[Step], Awaitable[None]]


async def idle(step: Step) -> None:
    """Do nothing."""
    del step


class WatchedConnection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types
    """Calls the test before each statement is sent, and after its answer has come.

    Statements that a batch is not made of pass unseen.
    """

    before: Watcher = staticmethod(idle)
    after: Watcher = staticmethod(idle)

    async def execute(self, query: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        """Watch a statement without rows."""
        return await self._watched(query, super().execute(query, *arguments, **options))

    async def fetch(self, query: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        """Watch a statement with rows."""
        return await self._watched(query, super().fetch(query, *arguments, **options))

    async def fetchrow(self, query: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401
        """Watch a statement with one row."""
        return await self._watched(query, super().fetchrow(query, *arguments, **options))

    async def copy_records_to_table(self, table_name: str, **options: Any) -> Any:  # noqa: ANN401
        """Watch a copy."""
        copied = super().copy_records_to_table(table_name, **options)
        return await self._watched(f"COPY {options['schema_name']}.{table_name}", copied)

    async def _watched(self, query: str, statement: Any) -> Any:  # noqa: ANN401
        step = next((step for step in Step if step in query), None)
        try:
            if step is not None:
                await self.before(step)
        except BaseException:
            statement.close()
            raise
        answer = await statement
        if step is not None:
            await self.after(step)
        return answer
