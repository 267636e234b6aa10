"""The check as a whole: stage by stage, resumable between two steps, each run in one snapshot.

Nothing is written and nobody waits: the snapshot is REPEATABLE READ READ ONLY, and appends go on.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.errors import Fatal
from holdfast.evidence.check_report import CheckReport, Progress
from holdfast.evidence.log.note import VerifierKey
from holdfast.store.log.fsck.beginning import begin
from holdfast.store.log.fsck.outside import OutsideFile
from holdfast.store.log.fsck.stages import Stages

__all__ = ["check_log", "check_slice", "check_within"]

Told = Callable[[Progress], None]
"""What is told how far a check is, at every point from which it could go on."""


def _nobody(_progress: Progress) -> None:
    return


async def check_log(  # noqa: PLR0913 - a range, two outsides, and two ways to go on
    engine: AsyncEngine,
    known: Sequence[VerifierKey] = (),
    *,
    first: int = 0,
    end: int | None = None,
    checkpoint_file: Path | None = None,
    progress: Told = _nobody,
    resume: Progress | None = None,
) -> CheckReport:
    """Check the evidence log against itself, its signatures, and the checkpoints outside.

    `known` are keys that the caller trusts, beside those that the log has registered. With `end`
    only the leaves from `first` to before it are checked, widened to whole batches; without, the
    rest of the database too. `resume` is where an earlier run was; it says the range then.

    Raises:
        InvalidInput: there is no such range in this log.
    """
    outside = OutsideFile.as_of_now(checkpoint_file)
    async with _snapshot(engine) as connection:
        start = resume or await begin(await _driver_of(connection), first, end)
        return (await _advance(connection, known, start, outside, progress)).report


async def check_slice(
    engine: AsyncEngine,
    known: Sequence[VerifierKey],
    *,
    start: Progress | None,
    leaves: int,
    checkpoint_file: Path | None = None,
    progress: Told = _nobody,
) -> Progress:
    """Check the whole log from the start, or on from where a slice ended, for so many leaves."""
    outside = OutsideFile.as_of_now(checkpoint_file)
    async with _snapshot(engine) as connection:
        start = start or await begin(await _driver_of(connection), 0, None)
        return await _advance(connection, known, start, outside, progress, leaves)


async def check_within(
    connection: AsyncConnection,
    known: Sequence[VerifierKey] = (),
    *,
    first: int = 0,
    end: int | None = None,
    checkpoint_file: Path | None = None,
) -> CheckReport:
    """Check what `check_log` does, as the caller's transaction sees it.

    Raises:
        InvalidInput: there is no such range in this log.
    """
    outside = OutsideFile.as_of_now(checkpoint_file)
    start = await begin(await _driver_of(connection), first, end)
    return (await _advance(connection, known, start, outside, _nobody)).report


async def _advance(
    connection: AsyncConnection,
    known: Sequence[VerifierKey],
    start: Progress,
    outside: OutsideFile | None,
    told: Told,
    leaves: int | None = None,
) -> Progress:
    driver = await _driver_of(connection)
    stages = Stages(connection, driver, known, start, outside, leaves)
    reached = start
    async with contextlib.aclosing(stages.steps()) as steps:
        async for reached in steps:
            told(reached)
            if leaves is not None and reached.next - start.next >= leaves:
                break
    return reached


@contextlib.asynccontextmanager
async def _snapshot(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """Connect; everything that is read then is as of one moment, the first statement's."""
    async with engine.connect() as connection:
        yield await connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )


async def _driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    """Return the driver's connection: millions of rows come without a layer in between."""
    # The transaction begins with the first statement that goes through the layer.
    await connection.execute(text("SELECT 1"))
    driver = (await connection.get_raw_connection()).driver_connection
    if driver is None:
        message = "the connection to the database has no driver's connection"
        raise Fatal(message)
    return driver
