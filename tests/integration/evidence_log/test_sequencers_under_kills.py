"""32 writers and two sequencers, while connections and processes are killed at random."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.entry import Entry
from holdfast.sequencer.checkpoint_file import read_checkpoint_file
from holdfast.store.availability import DATABASE_ERRORS
from holdfast.store.database import create_engine
from holdfast.store.evidence import append
from tests.fresh_log import FreshLog, keys_in
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import entries
from tests.sequencer_process import SequencerProcess, running_sequencer, sequencer_settings
from tests.walk import Walk

_WRITERS = 32
_KILLS = {"holdfast_app": 5, "holdfast_sequencer": 2, "process": 2}
"""How often at least each is killed before the writers rest."""

_CAUGHT_UP_WITHIN = 60.0
_chance = random.Random()  # noqa: S311 - no secret

_KILL_ONE = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = $1 ORDER BY random() LIMIT 1
"""


@pytest_asyncio.fixture
async def engine(log: FreshLog) -> AsyncIterator[AsyncEngine]:
    """A connection for each writer, with the rights of the application."""
    engine = create_engine(log.urls.application, pool_size=_WRITERS)
    yield engine
    await engine.dispose()


async def write_incidents(engine: AsyncEngine, killed: Counter[str]) -> int:
    """Append incidents until enough was killed; return how many entries they have."""
    written = 0
    while not written or any(killed[kind] < times for kind, times in _KILLS.items()):
        walk = Walk(new_incident_id())
        walk.to_contain()
        await write(engine, entries(walk))
        written += len(walk.events)
    return written


async def write(engine: AsyncEngine, whole: list[Entry]) -> None:
    """Append an incident, a few entries at a time, each until it is known to stand."""
    while whole:
        few = whole[: _chance.randint(1, 6)]
        try:
            await append(engine, few)
        except DATABASE_ERRORS:
            continue
        whole = whole[len(few) :]


async def kill_connections(log: FreshLog, killed: Counter[str]) -> None:
    """Kill one after the other; those of sequencers as often as of writers, who are many."""
    async with log.connected(log.urls.migration) as superuser:
        while True:
            role = _chance.choice(("holdfast_app", "holdfast_sequencer"))
            killed[role] += bool(await superuser.fetchval(_KILL_ONE, role))
            await asyncio.sleep(_chance.uniform(0, 0.2))


async def kill_processes(
    log: FreshLog, processes: list[SequencerProcess], killed: Counter[str]
) -> None:
    """Kill one whenever the log has grown a little, and start again whatever has ended."""
    while True:
        size = len(await log.logged())
        while len(await log.logged()) == size:
            await start_ended(processes)
            await asyncio.sleep(0.05)
        await asyncio.sleep(_chance.uniform(0, 0.2))
        await _chance.choice(processes).kill()
        killed["process"] += 1


async def start_ended(processes: list[SequencerProcess]) -> None:
    """Start again whatever has ended, as its supervisor does."""
    for process in processes:
        if not process.runs:
            await process.start()


async def work_under_kills(
    log: FreshLog, engine: AsyncEngine, processes: list[SequencerProcess]
) -> int:
    """Let all writers write while all kinds of kills happen; return how much they wrote."""
    killed = Counter[str]()
    killing = [
        asyncio.create_task(kill_connections(log, killed)),
        asyncio.create_task(kill_processes(log, processes, killed)),
    ]
    async with asyncio.TaskGroup() as group:
        writing = [group.create_task(write_incidents(engine, killed)) for _ in range(_WRITERS)]
    for task in killing:
        task.cancel()
    ended = await asyncio.gather(*killing, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in ended), ended
    return sum(task.result() for task in writing)


async def until_published(
    log: FreshLog, processes: list[SequencerProcess], file: Path, total: int
) -> None:
    """Wait until every record is in the log, and its last checkpoint outside of the database."""
    async with asyncio.timeout(_CAUGHT_UP_WITHIN):
        while len(await log.logged()) < total or not covers(file, total):
            await start_ended(processes)
            await asyncio.sleep(0.05)


def covers(file: Path, total: int) -> bool:
    """Whether the file has a checkpoint of that size."""
    return any(line["size"] == total for line in read_checkpoint_file(file))


async def test_no_record_is_lost_or_doubled_whoever_is_killed(
    log: FreshLog, engine: AsyncEngine, tmp_path: Path
) -> None:
    """The log is whole, in order, chained and signed; so is the file outside of the database."""
    settings = [sequencer_settings(log, tmp_path) for _ in range(2)]
    keys_in(settings[0].log_keys_folder)
    file = settings[0].checkpoint_file
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(running_sequencer(own)) for own in settings]
        total = await work_under_kills(log, engine, processes)
        await until_published(log, processes, file, total)
    assert await log.assert_sound() == total
    async with log.connected(log.urls.migration) as superuser:
        rows = await superuser.fetch("SELECT note FROM evidence.checkpoint ORDER BY size")
    assert [line["note"] for line in read_checkpoint_file(file)] == [row["note"] for row in rows]
