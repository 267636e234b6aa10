"""`holdfast sequencer` as a process of its own, on a log of a test's own."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from holdfast.settings import Settings, environment_of
from tests.fresh_log import ORIGIN, FreshLog
from tests.real_parts import free_port

__all__ = ["SequencerProcess", "running_sequencer", "sequencer_settings"]

_READY_WITHIN = 30.0
_STOPS_WITHIN = 15.0
_POLL = 0.02


def sequencer_settings(log: FreshLog, state_folder: Path) -> Settings:
    """Return the settings of a sequencer of that log, its keys and its file in that folder."""
    return Settings(
        state_folder=state_folder,
        database_url=log.urls.application,
        sequencer_database_url=log.urls.sequencer,
        sequencer_metrics_port=free_port(),
        sequencer_interval_ms=20,
        log_origin=ORIGIN,
    )


class SequencerProcess:
    """One such process, which a test may kill and start again."""

    def __init__(self, settings: Settings) -> None:
        """Run with these settings; nothing runs yet."""
        self.settings = settings
        self.output = settings.state_folder / f"{settings.sequencer_metrics_port}.out"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it; it may take a second until it leads, or waits for the lead."""
        with self.output.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "holdfast.cli.main", "sequencer"),
                env={**os.environ, **environment_of(self.settings)},
                stdout=output,
                stderr=output,
            )

    async def kill(self) -> None:
        """End it with signal 9, in the middle of whatever it does."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()

    async def ended(self) -> int:
        """Wait until it ends by itself, and return its exit code."""
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), _READY_WITHIN)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), _STOPS_WITHIN)

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.returncode is None

    async def metric(self, name: str) -> float | None:
        """Read one of its metrics; None while it shows none."""
        address = (self.settings.host, self.settings.sequencer_metrics_port)
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                answer = await client.get("http://{}:{}/metrics".format(*address))
            except httpx.TransportError:
                return None
        values = [
            line.split(" ")[1] for line in answer.text.splitlines() if line.startswith(f"{name} ")
        ]
        return float(values[0]) if values else None

    async def until(self, name: str, value: float) -> None:
        """Wait until one of its metrics has at least that value."""
        async with asyncio.timeout(_READY_WITHIN):
            while (found := await self.metric(name)) is None or found < value:
                assert self.runs, self.output.read_text()
                await asyncio.sleep(_POLL)


@contextlib.asynccontextmanager
async def running_sequencer(settings: Settings) -> AsyncIterator[SequencerProcess]:
    """Run a sequencer; kill it in the end if it has not ended."""
    process = SequencerProcess(settings)
    await process.start()
    try:
        yield process
    finally:
        if process.runs:
            await process.kill()
