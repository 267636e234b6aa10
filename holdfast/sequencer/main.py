"""The sequencer process: composition root of the log's growth and of what leaves with it."""

from __future__ import annotations

import asyncio
import signal

import structlog
import uvloop

from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.checkpoint_file import CheckpointFile
from holdfast.sequencer.metrics import SequencerMetrics
from holdfast.sequencer.rounds import Rounds
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.telemetry import configure_logging

__all__ = ["main"]

_log = structlog.get_logger(__name__)


async def serve(settings: Settings) -> None:
    """Sequence until told to stop.

    Raises:
        Fatal: the log or its keys are not as they must be; the process ends, and starts over.
    """
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    rounds = Rounds(
        url=database_urls(settings).sequencer,
        keys=keys,
        interval=settings.sequencer_interval_ms / 1_000,
        outside=CheckpointFile(settings.checkpoint_file),
        metrics=SequencerMetrics(settings.host, settings.sequencer_metrics_port),
    )
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    working = asyncio.create_task(rounds.run())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        await working
    working.cancel()
    await asyncio.gather(working, stopping, return_exceptions=True)
    _log.info("sequencer.stopped")


def main(settings: Settings) -> None:
    """Run the sequencer of these settings."""
    configure_logging(settings, "sequencer")
    uvloop.run(serve(settings))
