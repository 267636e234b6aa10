"""What leaves with the log's growth: checkpoints to channels, to a timestamp authority, a witness.

Each departure has a task of its own beside the rounds, and looks into the database for what is due:
none can hold up the sequencing, nor one the other, and what has left is known after a restart. What
fails is said, counted and tried again, ever more slowly but for ever. An error that is not one of
ours or of the database is a bug, and ends the process.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import HoldfastError, LogContradiction, Unavailable
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.log.checkpoints import StoredCheckpoint

__all__ = ["Departure", "Departures", "Pace"]

_log = structlog.get_logger(__name__)


class Departure(Protocol):
    """One way out of the house."""

    @property
    def name(self) -> str:
        """What logs and metrics call it: never an address, which may hold a secret."""

    async def depart(self, engine: AsyncEngine) -> StoredCheckpoint | None:
        """Let a checkpoint leave if one is due, note it, and return it.

        Raises:
            HoldfastError: it did not; without any secret in the message.
        """


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks for what is due, and before what has failed is tried again."""

    look_every: float = 5.0
    first_retry: float = 10.0
    longest_retry: float = 3600.0

    def retry_after(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return min(self.longest_retry, self.first_retry * 2.0 ** min(failures - 1, 30))


class Departures:
    """Keeps the departures of a sequencer going while it leads."""

    def __init__(
        self,
        engine: AsyncEngine,
        departures: Sequence[Departure],
        leading: asyncio.Event,
        registry: CollectorRegistry = REGISTRY,
        pace: Pace | None = None,
    ) -> None:
        """Let them depart while `leading` is set: of several sequencers, one sends."""
        self._engine = engine
        self._departures = departures
        self._leading = leading
        self._pace = pace or Pace()
        self._departed = Counter(
            "holdfast_checkpoint_departures",
            "Checkpoints that left the house",
            ["to"],
            registry=registry,
        )
        self._failed = Counter(
            "holdfast_checkpoint_departure_failures",
            "Attempts that failed, by error; alarm when it grows for a day",
            ["to", "error"],
            registry=registry,
        )
        self._size = Gauge(
            "holdfast_checkpoint_departed_size",
            "Leaves under the last checkpoint that left",
            ["to"],
            registry=registry,
        )

    async def run(self) -> None:
        """Work for as long as the process lives."""
        async with asyncio.TaskGroup() as group:
            for departure in self._departures:
                group.create_task(self._repeat(departure))

    async def _repeat(self, departure: Departure) -> None:
        failures = 0
        while True:
            await self._leading.wait()
            try:
                checkpoint = await self._depart(departure)
            except HoldfastError as error:
                failures += 1
                await self._fail(departure, error, failures)
                continue
            failures = 0
            if checkpoint is None:
                await asyncio.sleep(self._pace.look_every)
            else:
                self._tell(departure, checkpoint)

    async def _depart(self, departure: Departure) -> StoredCheckpoint | None:
        try:
            return await departure.depart(self._engine)
        except DATABASE_ERRORS as error:
            if not is_unavailable(error):
                raise
            raise Unavailable(reason_of(error), part="database") from error

    async def _fail(self, departure: Departure, error: HoldfastError, failures: int) -> None:
        pause = self._pace.retry_after(failures)
        self._failed.labels(departure.name, error.code).inc()
        # A contradiction is no failure of a line: somebody outside holds another history of ours.
        say = _log.error if isinstance(error, LogContradiction) else _log.warning
        say(
            "checkpoint.not_departed",
            to=departure.name,
            error=error.code,
            detail=error.message,
            again_in_seconds=pause,
        )
        await asyncio.sleep(pause)

    def _tell(self, departure: Departure, checkpoint: StoredCheckpoint) -> None:
        """Say what left, with what it commits to: whoever keeps the logs keeps checkpoints."""
        self._departed.labels(departure.name).inc()
        self._size.labels(departure.name).set(checkpoint.size)
        _log.info(
            "checkpoint.departed",
            to=departure.name,
            size=checkpoint.size,
            root=base64.b64encode(checkpoint.root).decode(),
        )
