"""Key figures of the last ninety days as Prometheus gauges, computed where they are scraped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from api.metrics import ApiMetrics
from holdfast.domain.key_figures.definitions import KEY_FIGURES
from holdfast.domain.key_figures.periods import Window
from holdfast.store.availability import DATABASE_ERRORS, is_unavailable, reason_of
from holdfast.store.key_figures.reading import Asked, Computed, compute

__all__ = ["KeyFigureGauges"]

_LOOKED_BACK = timedelta(days=90)
_AT_MOST_EVERY = 60.0
"""Seconds."""

_log = structlog.get_logger(__name__)


class KeyFigureGauges:
    """Sets the gauges after a scrape has asked for them, at most once a minute.

    A scrape shows what was computed last and waits for nothing.
    """

    def __init__(self, engine: AsyncEngine, metrics: ApiMetrics) -> None:
        """Read from that database; there is no gauge before the first scrape."""
        self._snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
        self._gauge = metrics.key_figures
        self._wanted = asyncio.Event()

    def want(self) -> None:
        """Have them computed again."""
        self._wanted.set()

    async def compute(self, now: datetime) -> None:
        """Compute all figures of the ninety days before an instant."""
        asked = Asked(Window(now - _LOOKED_BACK, now), now)
        async with self._snapshot.connect() as connection:
            found = [await compute(connection, each, asked) for each in KEY_FIGURES.values()]
        self._gauge.clear()
        for computed in found:
            for statistic, value in _statistics(computed, now):
                self._gauge.labels(str(computed.figure.name), statistic).set(value)

    async def run(self) -> None:
        """Compute what is wanted until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self.compute(datetime.now(UTC))
            except DATABASE_ERRORS as error:
                if not is_unavailable(error):
                    raise
                _log.warning("key_figures.not_computed", reason=reason_of(error))
            await asyncio.sleep(_AT_MOST_EVERY)


def _statistics(computed: Computed, now: datetime) -> Iterator[tuple[str, int]]:
    """Each statistic that has a value, by the name of its label."""
    summary, counts = computed.summary, computed.summary.counts
    yield "measured", counts.measured
    yield "open", counts.open
    yield "unmeasured", counts.unmeasured
    named = {
        "median": summary.median,
        "mean": summary.mean,
        "p90": summary.p90,
        "worst": summary.worst,
        "share_basis_points": summary.share,
        "reduction_basis_points": computed.reduction.total if computed.reduction else None,
    }
    yield from ((name, value) for name, value in named.items() if value is not None)
    if counts.oldest_open_at is not None:
        age = now - counts.oldest_open_at
        yield "oldest_open_seconds", max(age // timedelta(seconds=1), 0)
