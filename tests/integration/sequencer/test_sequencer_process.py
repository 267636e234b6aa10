"""The process as it is started: rounds and departures together, and what it shows of itself."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import timedelta

import httpx
from pydantic import SecretStr

from holdfast.sequencer.checkpoint_file import read_checkpoint_file
from holdfast.sequencer.host_clock import read_host_clock
from holdfast.settings import Settings, environment_of
from holdfast.stack.processes import Launch, log_path
from holdfast.store.log.publication import await_published
from tests.growing_log import GrowingLog, record
from tests.real_parts import running
from tests.strangers import Reply, http_stranger

_SECRET = "t0k3n-of-the-channel"  # noqa: S105 - looked for where it must not be
_SOON = timedelta(seconds=20)


def _launch(settings: Settings) -> Launch:
    program = (sys.executable, "-P", "-m", "holdfast.cli.main", "sequencer")
    return Launch(program=program, environment=environment_of(settings))


async def _metrics(settings: Settings) -> str | None:
    url = f"http://{settings.host}:{settings.sequencer_metrics_port}/metrics"
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(url)).text
        except httpx.TransportError:
            return None


async def test_the_sequencer_sends_checkpoints_and_says_no_secret_at_any_level(
    log: GrowingLog, installation: Settings
) -> None:
    """One channel refuses, one takes: the log shows both, at its most talkative."""
    await log.grow()
    with http_stranger(lambda _: Reply(500)) as broken, http_stranger() as well:
        addresses = " ".join(
            f"json://user:{_SECRET}@127.0.0.1:{each.port}/{_SECRET}" for each in (broken, well)
        )
        settings = installation.model_copy(
            update={"checkpoint_channels": SecretStr(addresses), "log_level": "DEBUG"}
        )

        async def is_ready() -> bool:
            return await _metrics(settings) is not None

        launch, folder = _launch(settings), settings.state_folder
        async with running("sequencer", launch, folder, is_ready) as process:
            entry = await record(log.application)
            published = await await_published(log.application, entry, _SOON)
            async with asyncio.timeout(_SOON.total_seconds()):
                while not (well.received and broken.received):
                    await asyncio.sleep(0.02)
                while 'departures_total{to="channel-2"} 1.0' not in (
                    await _metrics(settings) or ""
                ):
                    await asyncio.sleep(0.02)
            shown = await _metrics(settings) or ""
        assert process.child.returncode == 0

    said = log_path(folder, "sequencer").read_text()
    assert "checkpoint.departed" in said
    assert "checkpoint.not_departed" in said
    assert _SECRET not in said + shown
    kept = {line["size"] for line in read_checkpoint_file(settings.checkpoint_file)}
    assert published.checkpoint.size in kept
    assert ("holdfast_host_clock_synchronised" in shown) == (read_host_clock() is not None)


async def test_a_wrong_setting_stops_the_start_with_a_sentence(
    log: GrowingLog, installation: Settings
) -> None:
    """Before anything is sequenced, and without the secret."""
    del log
    wrong = SecretStr(f"jsn://{_SECRET}")
    launch = _launch(installation.model_copy(update={"checkpoint_channels": wrong}))
    process = await asyncio.create_subprocess_exec(
        *launch.program, env={**os.environ, **launch.environment}, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.startswith(b"holdfast: URL 1 of HOLDFAST_CHECKPOINT_CHANNELS")
    assert _SECRET.encode() not in said
