"""A log that moves: out of a dump into another database, and out of a database from before it."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from holdfast.errors import LogContradiction
from holdfast.sequencer.checkpoint_file import CheckpointFile
from holdfast.settings import Settings
from holdfast.stack.postgres_home import packaged_programs
from holdfast.store import migrate
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import open_log
from tests.fresh_log import ORIGIN, SIGNER, FreshLog, fresh_database, urls_of, write_within

_MIGRATIONS = Path(migrate.__file__).resolve().parents[2] / "migrations"


@pytest_asyncio.fixture
async def elsewhere(log: FreshLog, settings: Settings) -> AsyncIterator[FreshLog]:
    """An empty database, into which the log of the test may move."""
    del log
    async with fresh_database(settings) as name:
        yield FreshLog(urls_of(settings, name))


def move(source: FreshLog, target: FreshLog) -> None:
    """Dump one database and restore it into the other, with PostgreSQL's own programs."""
    dumped = run("pg_dump", source.urls.migration)
    run("psql", "--quiet", "--set=ON_ERROR_STOP=1", target.urls.migration, given=dumped)


def run(program: str, *arguments: str, given: bytes = b"") -> bytes:
    """Run one of PostgreSQL's programs, and return what it prints."""
    finished = subprocess.run(
        [packaged_programs() / program, *arguments], input=given, capture_output=True, check=False
    )
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout


async def test_a_restored_log_goes_on(log: FreshLog, elsewhere: FreshLog) -> None:
    """What waited waits, what was signed is proved, and the guards are there."""
    await log.write("INC-1", *range(300))
    await log.sequence()
    waiting = await log.write("INC-1", 300)
    move(log, elsewhere)
    assert await elsewhere.assert_sound() == 300
    late = await elsewhere.write("INC-2", 0)
    assert await elsewhere.sequence() is not None
    assert (await elsewhere.logged())[300:] == waiting + late
    assert await elsewhere.assert_sound() == 302
    async with elsewhere.connected(elsewhere.urls.migration) as superuser:
        for table in ("record", "log_entry", "checkpoint"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await superuser.execute(f"TRUNCATE evidence.{table} CASCADE")


async def test_a_log_restored_from_an_older_dump_is_refused(
    log: FreshLog, elsewhere: FreshLog, tmp_path: Path
) -> None:
    """The file outside of the database remembers what was signed meanwhile."""
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    await log.write("INC-1", 0)
    await log.sequence()
    move(log, elsewhere)
    await log.write("INC-1", 1)
    batch = await log.sequence()
    assert batch is not None
    await file.take(batch.checkpoint)
    async with elsewhere.connected(elsewhere.urls.sequencer) as sequencer:
        with pytest.raises(LogContradiction, match="restored from an older state"):
            await file.catch_up(sequencer)


async def upgrade_to(url: str, revision: str) -> None:
    """Bring a database to an older revision than the newest."""

    def upgrade(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
    await engine.dispose()


async def test_records_from_before_the_log_enter_it(elsewhere: FreshLog) -> None:
    """In their order, and before whatever comes after them."""
    await upgrade_to(elsewhere.urls.migration, "0005")
    async with elsewhere.connected(elsewhere.urls.application) as application:
        old = await write_within(application, "INC-1", *range(40))
        old += await write_within(application, "INC-2", *range(300))
    await migrate.upgrade(elsewhere.urls.migration)
    new = await elsewhere.write("INC-1", 40)
    async with elsewhere.connected(elsewhere.urls.sequencer) as sequencer:
        await open_log(sequencer, ORIGIN, datetime.now(UTC))
        await register_keys(sequencer, [SIGNER.verifier.vkey])
        while await elsewhere.sequence(sequencer, limit=100):
            pass
    assert await elsewhere.logged() == old + new
    assert await elsewhere.assert_sound() == 341
