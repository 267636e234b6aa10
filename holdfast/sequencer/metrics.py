"""What the sequencer counts: the log's growth, what waits, who leads, how clocks stand."""

from __future__ import annotations

import time

import asyncpg
import structlog
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import start_http_server as serve_metrics

from holdfast.errors import StackError
from holdfast.store.log.sequencing import SequencedBatch

__all__ = ["SequencerMetrics"]

_LOOK_EVERY = 10.0
_LARGEST_OFFSET = 1.0
"""Seconds between this host's clock and the database's above which times are no longer believed."""

_LOOK = """
    SELECT extract(epoch FROM clock_timestamp())::float8 AS clock, (
        SELECT extract(epoch FROM clock_timestamp() - recorded_at)::float8
        FROM evidence.pending JOIN evidence.record USING (entry_id)
        ORDER BY pending.position LIMIT 1
    ) AS oldest
"""

_log = structlog.get_logger(__name__)


class SequencerMetrics:
    """The metrics of one sequencer process, and the port that shows them."""

    def __init__(self, host: str, port: int, registry: CollectorRegistry = REGISTRY) -> None:
        """Count; nothing is served before the database has answered once."""
        self._address = (host, port)
        self._registry = registry
        self._serving = False
        self._looked_at = 0.0
        self._size = Gauge("holdfast_log_size", "Leaves in the evidence log", registry=registry)
        self._batches = Histogram(
            "holdfast_sequencer_batch_seconds", "Time a batch took", registry=registry
        )
        self._sequenced = Counter(
            "holdfast_sequenced", "Records put into the log by this process", registry=registry
        )
        self._failures = Counter(
            "holdfast_sequencer_failures",
            "Rounds that ended by an error",
            ["error"],
            registry=registry,
        )
        self._leads = Gauge(
            "holdfast_sequencer_leads", "1 while this process leads", registry=registry
        )
        self._oldest = Gauge(
            "holdfast_log_oldest_waiting_seconds",
            "Age of the oldest record that is not in the log; alarm above 60",
            registry=registry,
        )
        self._offset = Gauge(
            "holdfast_clock_offset_seconds",
            "This host's clock less the database's; alarm beyond 1 either way",
            registry=registry,
        )

    def alive(self) -> None:
        """Serve from now on: the database has answered.

        Raises:
            StackError: the port is taken.
        """
        if not self._serving:
            host, port = self._address
            try:
                serve_metrics(port, addr=host, registry=self._registry)
            except OSError as error:
                message = (
                    f"cannot show metrics on {host}:{port} ({error.strerror}): "
                    f"set HOLDFAST_SEQUENCER_METRICS_PORT to another port"
                )
                raise StackError(message, port=port) from error
            self._serving = True

    def leads(self, *, leads: bool) -> None:
        """Say whether this process leads."""
        self._leads.set(leads)
        if leads:
            self.alive()

    def failed(self, error: Exception) -> None:
        """Count a round that failed, by the kind of its error."""
        self._failures.labels(type(error).__name__).inc()

    def sequenced(self, batch: SequencedBatch, seconds: float) -> None:
        """Count a batch that was put into the log."""
        self._batches.observe(seconds)
        self._sequenced.inc(batch.leaves)
        self._size.set(batch.checkpoint.size)

    async def look(self, connection: asyncpg.Connection) -> None:
        """Look now and then how old the oldest waiting record is, and how the clocks stand."""
        if time.monotonic() - self._looked_at < _LOOK_EVERY:
            return
        self._looked_at = time.monotonic()
        asked = time.time()
        row = await connection.fetchrow(_LOOK)
        # Half of the way there and back is not the difference of the clocks.
        offset = (asked + time.time()) / 2 - row["clock"]
        self._oldest.set(row["oldest"] or 0.0)
        self._offset.set(offset)
        if abs(offset) > _LARGEST_OFFSET:
            _log.error("sequencer.clocks_differ", seconds=round(offset, 3))
