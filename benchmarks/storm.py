"""A storm: as many alerts for one service as the machine takes, which must become one incident."""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass

from benchmarks.opening import alert
from benchmarks.platform import Platform
from holdfast.domain.incident.naming import incident_workflow_id

__all__ = ["Storm", "measure_storm"]

_CALLERS = 50
_UNAVAILABLE = 503


@dataclass(frozen=True)
class Storm:
    """What became of the alerts."""

    per_second: float
    incidents: int
    events: int


async def measure_storm(platform: Platform, number: int) -> Storm:
    """Post that many alerts for one service, wait until all have joined, and count."""
    service = f"storm-{secrets.token_hex(4)}"
    headers = platform.headers("alert_source")
    waiting = [alert(service) for _ in range(number)]

    async def caller() -> None:
        while waiting:
            body = waiting.pop()
            answer = await platform.http.post("/v1/alerts/alertmanager", json=body, headers=headers)
            if answer.status_code == _UNAVAILABLE:
                waiting.append(body)
            else:
                answer.raise_for_status()

    started = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(_CALLERS)))
    taken = time.perf_counter() - started
    incidents = await _joined(platform, service, number)
    events = 0
    for incident_id in incidents:
        handle = platform.temporal.get_workflow_handle(incident_workflow_id(incident_id))
        events += (await handle.describe()).history_length
    return Storm(number / taken, len(incidents), events)


async def _joined(platform: Platform, service: str, number: int) -> list[str]:
    async with asyncio.timeout(180):
        while True:
            rows = await platform.database.fetch(_INCIDENTS, service)
            if sum(row["alerts"] for row in rows) == number:
                return [row["incident_id"] for row in rows]
            await asyncio.sleep(0.5)


_INCIDENTS = "SELECT incident_id, alerts FROM projection.incident WHERE $1 = ANY(services)"
