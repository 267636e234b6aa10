"""The sequencer process: composition root of the log's growth and of what leaves with it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine, Sequence

import structlog
import uvloop
from prometheus_client import REGISTRY

from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.checkpoint_file import CheckpointFile
from holdfast.sequencer.departures import Departure, Departures
from holdfast.sequencer.host_clock import HostClockCollector
from holdfast.sequencer.metrics import SequencerMetrics
from holdfast.sequencer.rounds import Rounds
from holdfast.sequencer.timestamps import timestamp_authorities
from holdfast.sequencer.witness import witnesses
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.telemetry import configure_logging

__all__ = ["main"]

_log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Sequence, and let checkpoints leave, until told to stop.

    Raises:
        InvalidInput: a setting of where checkpoints go is wrong.
        Fatal: the log or its keys are not as they must be; the process ends, and starts over.
    """
    departures = _departures(settings)
    url = database_urls(settings).sequencer
    rounds = Rounds(
        url=url,
        keys=LogKeys(settings.log_keys_folder, settings.log_origin),
        interval=settings.sequencer_interval_ms / 1_000,
        outside=CheckpointFile(settings.checkpoint_file),
        metrics=SequencerMetrics(settings.host, settings.sequencer_metrics_port),
    )
    REGISTRY.register(HostClockCollector())
    engine = create_engine(url, pool_size=3, part="departures")
    work = [rounds.run()]
    if departures:
        work.append(Departures(engine, departures, rounds.leading).run())
    try:
        await _until_stopped(work)
    finally:
        await engine.dispose()
    _log.info("sequencer.stopped")


def _departures(settings: Settings) -> Sequence[Departure]:
    departures: list[Departure] = [*timestamp_authorities(settings), *witnesses(settings)]
    if settings.checkpoint_channels is not None:
        # Imported here: it takes half a second to find all that it can reach.
        from holdfast.sequencer.channels import checkpoint_channels  # noqa: PLC0415

        departures += checkpoint_channels(settings)
    return departures


async def _until_stopped(work: Sequence[Coroutine[None, None, None]]) -> None:
    """Work until a signal comes; what ends before does so by an error, which is raised."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    working = [asyncio.create_task(each) for each in work]
    stopping = asyncio.create_task(stop.wait())
    ended, _ = await asyncio.wait({*working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (*working, stopping):
        task.cancel()
    await asyncio.gather(*working, stopping, return_exceptions=True)
    for task in ended - {stopping}:
        task.result()


def main(settings: Settings) -> None:
    """Run the sequencer of these settings."""
    configure_logging(settings, "sequencer")
    uvloop.run(serve(settings))
