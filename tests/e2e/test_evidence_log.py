"""That the log grows by itself while the platform runs, whole whatever was done to the platform."""

from __future__ import annotations

import asyncio

import asyncpg

from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.checkpoint_file import read_checkpoint_file
from holdfast.stack.database_urls import database_urls
from tests.e2e.test_demo import play
from tests.naive_log import assert_naively_sound
from tests.running_platform import RunningPlatform

_LOGGED_WITHIN = 20.0


_WAITING = "SELECT count(*) FROM evidence.pending"
_SIZE = "SELECT size FROM evidence.log_state"


def sizes(platform: RunningPlatform) -> list[int]:
    """The sizes of the checkpoints that have left the database."""
    return [line["size"] for line in read_checkpoint_file(platform.settings.checkpoint_file)]


async def hold_log(platform: RunningPlatform) -> int:
    """Wait until all that is recorded is in the log and has left; hold it, return its size."""
    url = database_urls(platform.settings).migration
    connection = await asyncpg.connect(url)
    try:
        async with asyncio.timeout(_LOGGED_WITHIN):
            while await connection.fetchval(_WAITING) or (
                await connection.fetchval(_SIZE) not in sizes(platform)
            ):
                await asyncio.sleep(0.05)
    finally:
        await connection.close()
    keys = LogKeys(platform.settings.log_keys_folder, platform.settings.log_origin)
    return await assert_naively_sound(url, [signer.verifier for signer in keys.signers()])


def test_what_an_incident_records_is_in_the_log_and_left_the_database(
    platform: RunningPlatform,
) -> None:
    """Every entry once, under signed checkpoints, of which the file outside has each."""
    recorded = play(platform).timeline
    assert asyncio.run(hold_log(platform)) >= len(recorded)
    assert sizes(platform) == sorted(set(sizes(platform)))
