"""Whatever statement of a batch fails, and however: no progress or all of it, and a sound log.

The table follows Sunlight's: each statement fails without having been done, or is done and reported
as failed; then the same records are tried again, and more.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import asyncpg
import pytest
import pytest_asyncio

from holdfast.settings import Settings
from tests.fresh_log import FreshLog, fresh_log
from tests.watched_connections import Step, WatchedConnection

_ORDINARY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""As the sequencer takes them: it begins again."""
_LOST = asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")
_numbers = count(250)


@pytest_asyncio.fixture(scope="module")
async def survivor(template: None, settings: Settings) -> AsyncIterator[FreshLog]:
    """One log for the whole table: each failure hits one that has survived those before.

    It stands a little below the border of a tile, which the table crosses.
    """
    del template
    async with fresh_log(settings) as log:
        await log.write("INC-1", *range(250))
        await log.sequence()
        yield log


@dataclass
class Failure:
    """Something that happens at one statement of a batch, on a connection that ends with it."""

    log: FreshLog
    at: Step
    reached: bool = False

    async def lose_connection(self, step: Step) -> None:
        """The connection is lost here."""
        if step is self.at:
            self.reached = True
            raise _LOST

    async def kill_backend(self, step: Step) -> None:
        """The server ends the connection here, in earnest."""
        if step is self.at:
            self.reached = True
            async with self.log.connected(self.log.urls.migration) as superuser:
                killed = await superuser.fetchval(
                    "SELECT bool_and(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND usename = 'holdfast_sequencer'"
                )
            assert killed

    async def happens(self, connection: WatchedConnection) -> None:
        """Sequence until it happens."""
        with pytest.raises(_ORDINARY):
            await self.log.sequence(connection)
        assert self.reached


async def write_three(log: FreshLog) -> None:
    """Record two entries of an old incident, and one of a new one."""
    first, second, third = (next(_numbers) for _ in range(3))
    await log.write("INC-1", first, second)
    await log.write(f"INC-{third}", 0)


async def hold(log: FreshLog, failure: Failure, *, before: int, progress: bool) -> None:
    """The log is sound right after the failure, after the same is tried again, and after more."""
    assert failure.reached
    assert await log.assert_sound() == before + 3 * progress
    again = await log.sequence()
    assert (again is None) is progress
    assert await log.assert_sound() == before + 3
    await write_three(log)
    assert await log.sequence() is not None
    assert await log.assert_sound() == before + 6


@pytest.mark.parametrize("step", Step)
async def test_a_statement_that_was_not_done_leaves_the_log_as_it_was(
    survivor: FreshLog, step: Step
) -> None:
    """An ordinary error: the connection was lost before the statement reached the server."""
    before = len(await survivor.logged())
    await write_three(survivor)
    failure = Failure(survivor, step)
    async with survivor.connected(survivor.urls.sequencer, WatchedConnection) as connection:
        connection.before = failure.lose_connection
        await failure.happens(connection)
    await hold(survivor, failure, before=before, progress=False)


@pytest.mark.parametrize("step", Step)
async def test_a_statement_that_was_done_unheard_of_makes_progress_only_if_it_commits(
    survivor: FreshLog, step: Step
) -> None:
    """An ordinary error: the connection was lost before the answer came."""
    before = len(await survivor.logged())
    await write_three(survivor)
    failure = Failure(survivor, step)
    async with survivor.connected(survivor.urls.sequencer, WatchedConnection) as connection:
        connection.after = failure.lose_connection
        await failure.happens(connection)
    await hold(survivor, failure, before=before, progress=step is Step.COMMIT)


@pytest.mark.parametrize("step", Step)
async def test_a_backend_that_is_killed_leaves_the_log_as_it_was(
    survivor: FreshLog, step: Step
) -> None:
    """An ordinary error: the server ended the connection, as an administrator or a crash does."""
    before = len(await survivor.logged())
    await write_three(survivor)
    failure = Failure(survivor, step)
    async with survivor.connected(survivor.urls.sequencer, WatchedConnection) as connection:
        connection.before = failure.kill_backend
        await failure.happens(connection)
    await hold(survivor, failure, before=before, progress=False)


async def test_every_statement_of_a_batch_is_in_the_table(survivor: FreshLog) -> None:
    """In this order; a new one would have to be tried as well."""
    seen: list[Step] = []

    async def note(step: Step) -> None:
        seen.append(step)

    await write_three(survivor)
    async with survivor.connected(survivor.urls.sequencer, WatchedConnection) as connection:
        connection.before = note
        await survivor.sequence(connection)
    assert seen == list(Step)
