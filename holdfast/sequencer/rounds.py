"""The sequencer's rounds: lead, put a batch into the log, let its checkpoint leave; again.

One process leads at a time, by a lock of the database that ends with its connection; the others
wait for it. Ordinary errors (the database away) are waited out; a contradiction ends the process,
and the next one starts over from what is stored.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Protocol

import asyncpg
import structlog

from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.metrics import SequencerMetrics
from holdfast.store.availability import reason_of
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import LARGEST_BATCH, open_log, sequence_batch

__all__ = ["Outside", "Rounds"]

_LOCK_ID = 0x73657175656E6365  # "sequence"
_AGAIN_AFTER = 1.0
# The last is the driver's, where a connection breaks while it sends.
_ORDINARY = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

_log = structlog.get_logger(__name__)


class Outside(Protocol):
    """Where checkpoints go that leave the database at once."""

    async def catch_up(self, connection: asyncpg.Connection) -> None:
        """Take every checkpoint that was made but has not left; a process died in between."""

    async def take(self, checkpoint: StoredCheckpoint) -> None:
        """Take a checkpoint that has just been made."""


class Rounds:
    """The loop of one sequencer process."""

    def __init__(
        self,
        url: str,
        keys: LogKeys,
        interval: float,
        outside: Outside,
        metrics: SequencerMetrics,
    ) -> None:
        """Sequence the log of these keys at that database every `interval` seconds."""
        self._url = url
        self._keys = keys
        self._interval = interval
        self._outside = outside
        self._metrics = metrics
        self._registered: tuple[str, ...] = ()
        self.leading = asyncio.Event()
        """Set while this process leads."""

    async def run(self) -> None:
        """Work for as long as the process lives.

        Raises:
            LogContradiction: the log is not as it must be; start over.
            Fatal: a key cannot be read, or the port of the metrics is taken.
        """
        while True:
            try:
                async with self._connected() as connection:
                    await self._lead(connection)
            except _ORDINARY as error:
                self._metrics.failed(error)
                _log.warning("sequencer.round_failed", reason=reason_of(error))
                await asyncio.sleep(_AGAIN_AFTER)

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(
            self._url,
            timeout=10,
            command_timeout=60,
            server_settings={
                "application_name": "holdfast-sequencer",
                "timezone": "UTC",
                # The lead passes on within a minute if this host vanishes without a word.
                "tcp_keepalives_idle": "30",
                "tcp_keepalives_interval": "10",
                "tcp_keepalives_count": "3",
            },
        )
        try:
            yield connection
        finally:
            self.leading.clear()
            self._metrics.leads(leads=False)
            # A connection that broke cannot be closed in peace.
            connection.terminate()

    async def _lead(self, connection: asyncpg.Connection) -> None:
        """Wait for the lead, then work through round after round."""
        while not await connection.fetchval(f"SELECT pg_try_advisory_lock({_LOCK_ID})"):
            self._metrics.alive()
            await self._metrics.look(connection)
            await asyncio.sleep(_AGAIN_AFTER)
        self._registered = ()
        await open_log(connection, self._keys.origin, datetime.now(UTC))
        await self._outside.catch_up(connection)
        self._metrics.leads(leads=True)
        self.leading.set()
        _log.info("sequencer.leads", origin=self._keys.origin)
        while True:
            started = self._time()
            if not await self._round(connection):
                await asyncio.sleep(max(0.0, self._interval - (self._time() - started)))

    async def _round(self, connection: asyncpg.Connection) -> bool:
        """Put one batch into the log; return whether another is likely to wait already."""
        signers = self._keys.signers()
        vkeys = tuple(signer.verifier.vkey for signer in signers)
        if vkeys != self._registered:
            await register_keys(connection, vkeys)
            self._registered = vkeys
        # Before the batch: afterwards nothing would wait, however long it had to.
        await self._metrics.look(connection)
        started = self._time()
        batch = await sequence_batch(connection, signers, datetime.now(UTC))
        if batch is None:
            return False
        self._metrics.sequenced(batch, self._time() - started)
        await self._outside.take(batch.checkpoint)
        return batch.leaves >= LARGEST_BATCH

    @staticmethod
    def _time() -> float:
        return asyncio.get_running_loop().time()
