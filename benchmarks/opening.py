"""(a) alert to first durable evidence entry, (d) incidents opened per second, against the floor.

Both ends of a latency are clocks of this machine: when the request is sent, and when the database
stamped the row.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.floor import TABLE
from benchmarks.platform import Platform

__all__ = ["Opened", "alert", "measure_opening"]

Sent = dict[str, float]


@dataclass(frozen=True)
class Opened:
    """One round: latencies in seconds, and how many were opened per second over all."""

    latencies: tuple[float, ...]
    per_second: float


def alert(service: str) -> dict[str, Any]:
    """An Alertmanager notification (v4) with one firing alert."""
    now = datetime.now(UTC).isoformat()
    labels = {"alertname": "Down", "service": service}
    return {
        "version": "4",
        "groupKey": f"{{}}:{{service={service}}}",
        "truncatedAlerts": 0,
        "status": "firing",
        "receiver": "holdfast",
        "groupLabels": labels,
        "commonLabels": labels,
        "commonAnnotations": {"summary": f"{service} does not answer"},
        "externalURL": "http://alertmanager.invalid",
        "alerts": [
            {
                "status": "firing",
                "labels": labels,
                "annotations": {"summary": f"{service} does not answer"},
                "startsAt": now,
                "endsAt": "0001-01-01T00:00:00Z",
                "generatorURL": "http://prometheus.invalid",
                "fingerprint": secrets.token_hex(8),
            }
        ],
    }


async def measure_opening(platform: Platform, callers: int, number: int) -> tuple[Opened, Opened]:
    """Open that many incidents and as many bare workflows; return ours and the floor's."""
    headers = platform.headers("alert_source")

    async def ours(name: str) -> None:
        answer = await platform.http.post(
            "/v1/alerts/alertmanager", json=alert(name), headers=headers
        )
        answer.raise_for_status()

    async def floor(name: str) -> None:
        (await platform.floor.post(f"/start/{name}")).raise_for_status()

    return (
        await _round(platform, ours, _OURS, callers, number),
        await _round(platform, floor, _FLOOR, callers, number),
    )


async def _round(
    platform: Platform,
    post: Callable[[str], Awaitable[None]],
    query: str,
    callers: int,
    number: int,
) -> Opened:
    names = [f"bench-{secrets.token_hex(6)}" for _ in range(number)]
    waiting, sent = list(names), Sent()

    async def caller() -> None:
        while waiting:
            name = waiting.pop()
            sent[name] = time.time()
            await post(name)
            if callers == 1:
                await _stored(platform, query, [name])

    await asyncio.gather(*(caller() for _ in range(callers)))
    stored = await _stored(platform, query, names)
    return Opened(
        latencies=tuple(stored[name] - sent[name] for name in names),
        per_second=number / (max(stored.values()) - min(sent.values())),
    )


async def _stored(platform: Platform, query: str, names: Sequence[str]) -> dict[str, float]:
    async with asyncio.timeout(120):
        while True:
            rows = await platform.database.fetch(query, names)
            if len(rows) == len(names):
                return {row["name"]: row["recorded_at"].timestamp() for row in rows}
            await asyncio.sleep(0.005)


_OURS = """
    SELECT a.service AS name, r.recorded_at FROM intake.alert a
    JOIN evidence.record r ON r.incident_id = a.incident_id AND r.sequence = 0
    WHERE a.service = ANY($1::text[])
"""

_FLOOR = f"SELECT name, recorded_at FROM {TABLE} WHERE name = ANY($1::text[])"  # noqa: S608 - our own table
