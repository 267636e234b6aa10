"""Deliveries whose process is killed at any moment: nobody is lost, nobody is addressed twice."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.stack.database_urls import DatabaseUrls
from tests.delivering_process import DeliveringTask
from tests.recorded_channel import RecordedChannel
from tests.released_deliveries import addresses, new_keyring, release, states

_RECIPIENTS = 2_000
_KILLS = 5
_PATIENCE_SECONDS = 120.0


async def _start(task: DeliveringTask, stack: AsyncExitStack) -> asyncio.subprocess.Process:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.delivering_process", task.model_dump_json()),
        stdout=asyncio.subprocess.PIPE,
    )
    stack.push_async_callback(_kill, process)
    return process


async def _kill(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()


async def _killed_again_and_again(task: DeliveringTask, channel: RecordedChannel) -> DeliveryReport:
    """Kill whichever delivers at random moments; the next waits already, and takes over at once.

    Which of the two delivers is chance: to kill the one that waits is a moment like any other.
    """
    chance = random.Random(5)  # noqa: S311 - moments, not secrets
    async with AsyncExitStack() as stack, asyncio.timeout(_PATIENCE_SECONDS):
        process = await _start(task, stack)
        for _ in range(_KILLS):
            following = await _start(task, stack)
            goal = channel.begun() + chance.randrange(1, 3 * _RECIPIENTS // _KILLS)
            while channel.begun() < goal:
                await asyncio.sleep(0.001)
            await asyncio.sleep(chance.random() / 1_000)
            await _kill(process)
            process = following
        assert process.stdout is not None
        said = await process.stdout.read()
        return DeliveryReport.model_validate_json(said.splitlines()[-1])


@pytest.mark.parametrize("tells", [False, True], ids=["cannot tell", "can tell"])
async def test_whoever_delivers_may_be_killed_at_any_moment(
    engine: AsyncEngine, postgres: DatabaseUrls, tmp_path: Path, *, tells: bool
) -> None:
    """Nobody twice; at most one unknown a kill, and none where the channel can tell."""
    keyring = new_keyring(tmp_path)
    released = await release(engine, keyring, addresses(_RECIPIENTS))
    channel = RecordedChannel(tmp_path / "taken", tells=tells)
    task = DeliveringTask(
        database=postgres.application,
        keys=tmp_path / "personal-data.kek",
        record=channel.record,
        tells=tells,
        order=released.order,
    )
    report = await _killed_again_and_again(task, channel)

    taken = channel.taken()
    assert len(taken) == len(set(taken))
    found = await states(engine, released.key)
    assert sorted(found) == list(range(_RECIPIENTS))
    unknown = {number for number, state in found.items() if state == "unknown"}
    assert set(found.values()) <= {"sent", "unknown"}
    assert set(range(_RECIPIENTS)) - set(taken) <= unknown
    assert (report.sent, report.unknown) == (_RECIPIENTS - len(unknown), len(unknown))
    assert len(unknown) <= (0 if tells else _KILLS)
