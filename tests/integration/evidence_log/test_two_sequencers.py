"""Several sequencers on one log: whatever they do to each other, no record is lost or doubled."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from holdfast.errors import LogContradiction
from tests.fresh_log import FreshLog, write_within
from tests.watched_connections import Step, WatchedConnection


class Overtaking:
    """Two sequencers that hold different records, so that nothing but the log is between them.

    The second one's record came first, but was committed after the first one had taken its own.
    """

    def __init__(self, log: FreshLog, slow: asyncpg.Connection, at: Step) -> None:
        """Let the second one through at that statement of the first one."""
        self._log = log
        self._slow = slow
        self._at = at
        self.early = list[str]()
        self.late = list[str]()

    async def prepare(self) -> None:
        """Record both, and commit the second one's only when it is time."""
        await self._slow.execute("BEGIN")
        self.late = await write_within(self._slow, "INC-2", 0)
        self.early = await self._log.write("INC-1", 0)

    async def __call__(self, step: Step) -> None:
        """Be asked at each statement of the first one."""
        if step is self._at:
            await self._slow.execute("COMMIT")
            assert await self._log.sequence(limit=1) is not None


@pytest.mark.parametrize(
    "step", [Step.READ_STATE, Step.READ_EDGES, Step.READ_HEADS, Step.COPY_LEAVES]
)
async def test_a_sequencer_that_is_overtaken_stops(log: FreshLog, step: Step) -> None:
    """It fails fatally and changes nothing; its record is sequenced by the next batch."""
    async with (
        log.connected(log.urls.application) as slow,
        log.connected(log.urls.sequencer, WatchedConnection) as first,
    ):
        overtaking = Overtaking(log, slow, step)
        await overtaking.prepare()
        first.before = overtaking
        with pytest.raises(LogContradiction):
            await log.sequence(first)
    assert await log.logged() == overtaking.late
    assert await log.assert_sound() == 1
    assert await log.sequence() is not None
    assert await log.logged() == overtaking.late + overtaking.early
    assert await log.assert_sound() == 2


async def test_a_sequencer_that_is_overtaken_before_it_looks_goes_on(log: FreshLog) -> None:
    """It reads the log after it has taken its records, and finds it where the other left it.

    Its clock alone could be behind the other's checkpoint, as above.
    """
    async with (
        log.connected(log.urls.application) as slow,
        log.connected(log.urls.sequencer, WatchedConnection) as first,
    ):
        overtaking = Overtaking(log, slow, Step.READ_STATE)
        await overtaking.prepare()
        first.before = overtaking
        later = datetime.now(UTC) + timedelta(seconds=10)
        assert await log.sequence(first, now=later) is not None
    assert await log.logged() == overtaking.late + overtaking.early
    assert await log.assert_sound() == 2


async def test_a_log_that_moves_under_a_batch_is_fatal(log: FreshLog) -> None:
    """The last statement compares and swaps: nothing is signed on a state that is gone."""
    await log.write("INC-1", 0)

    async def move(step: Step) -> None:
        if step is Step.ADVANCE:
            async with log.connected(log.urls.migration) as superuser:
                await superuser.execute(
                    "UPDATE evidence.log_state SET size = 1, made_at = clock_timestamp()"
                )

    async with log.connected(log.urls.sequencer, WatchedConnection) as connection:
        connection.before = move
        with pytest.raises(LogContradiction, match="another sequencer works on it"):
            await log.sequence(connection)
    assert await log.logged() == []


async def test_two_sequencers_at_once_take_turns(log: FreshLog) -> None:
    """The second waits for the first to commit, and goes on from there."""
    await log.write("INC-1", *range(40))
    async with (
        log.connected(log.urls.sequencer, WatchedConnection) as first,
        log.connected(log.urls.sequencer) as second,
        asyncio.TaskGroup() as tasks,
    ):

        async def start_the_other(step: Step) -> None:
            if step is Step.COMMIT:
                await log.write("INC-2", *range(40))
                tasks.create_task(log.sequence(second))
                await until_blocked(log)

        first.before = start_the_other
        assert await log.sequence(first) is not None
    assert len(await log.logged()) == 80
    assert await log.assert_sound() == 80


async def until_blocked(log: FreshLog) -> None:
    """Wait until a connection of this database waits for a lock of another."""
    async with log.connected(log.urls.migration) as superuser, asyncio.timeout(5):
        while not await superuser.fetchval(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ):
            await asyncio.sleep(0.01)
