"""Refusals of links at the door: recorded, and counted where so many came that nobody reads them.

The log takes a bounded number an hour. The rest is told by a metric, and by the next refusal that
is recorded: how many there were since the one before.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from api.metrics import ApiMetrics
from holdfast.store.third_parties.refused_links import (
    MOST_REFUSALS,
    REFUSALS_WITHIN,
    RefusedLink,
    record_refused_link,
)

__all__ = ["LinkRefusals"]

_LOOK_AGAIN_AFTER = 60.0
"""Seconds for which a database that has enough is not asked again whether it takes one more."""


@dataclass
class _Tally:
    """What this process knows of the refusals of one escalation, or of all unsigned links."""

    recorded: deque[float] = field(default_factory=lambda: deque(maxlen=MOST_REFUSALS))
    unrecorded: int = 0
    full_until: float = 0.0

    def takes_one(self, now: float) -> bool:
        """Whether it is worth to ask the database."""
        whole = len(self.recorded) == MOST_REFUSALS
        within = REFUSALS_WITHIN.total_seconds()
        return now >= self.full_until and not (whole and self.recorded[0] > now - within)


class LinkRefusals:
    """Records refusals; one a process, so that a flood costs it no transaction each."""

    def __init__(self, engine: AsyncEngine, metrics: ApiMetrics) -> None:
        """Record over that engine."""
        self._engine = engine
        self._metrics = metrics
        self._tallies: dict[str | None, _Tally] = {}

    async def record(self, chain: str, refused: RefusedLink) -> None:
        """Record that a link was refused, or count it."""
        tally = self._tallies.setdefault(refused.escalation, _Tally())
        recorded = False
        carried, tally.unrecorded = tally.unrecorded, 0
        try:
            recorded = await self._record(chain, refused, tally, carried)
        finally:
            if not recorded:
                tally.unrecorded += carried + 1
            outcome = "recorded" if recorded else "counted"
            self._metrics.refused_links.labels(refused.reason, outcome).inc()

    async def _record(
        self, chain: str, refused: RefusedLink, tally: _Tally, unrecorded: int
    ) -> bool:
        now = time.monotonic()
        if not tally.takes_one(now):
            return False
        async with self._engine.begin() as connection:
            recorded = await record_refused_link(connection, chain, refused, unrecorded)
        if recorded:
            tally.recorded.append(now)
        else:
            tally.full_until = now + _LOOK_AGAIN_AFTER
        return recorded
