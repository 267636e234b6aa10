"""(b) decision POST with `Prefer: wait` to its receipt, against a bare signal and activity."""

from __future__ import annotations

import secrets
import time

from benchmarks.floor import FLOOR_QUEUE
from benchmarks.floor_workflows import SignalledActivity
from benchmarks.opening import measure_opening
from benchmarks.platform import Platform

__all__ = ["measure_deciding"]


async def measure_deciding(platform: Platform, number: int) -> tuple[list[float], list[float]]:
    """Confirm that many incidents, and in turn signal a bare workflow; return both latencies."""
    await measure_opening(platform, 8, number)
    rows = await platform.database.fetch(_OPEN, number)
    workflow_id = f"floor-signalled-{secrets.token_hex(4)}"
    handle = await platform.temporal.start_workflow(
        SignalledActivity.run, id=workflow_id, task_queue=FLOOR_QUEUE
    )
    ours, floor = [], []
    for row in rows:
        ours.append(await _confirm(platform, row["incident_id"], row["digest"]))
        floor.append(await _signal(platform, workflow_id))
    await handle.terminate()
    return ours, floor


async def _confirm(platform: Platform, incident_id: str, digest: str) -> float:
    started = time.perf_counter()
    answer = await platform.http.post(
        f"/v1/incidents/{incident_id}/decisions/incident.confirmation-1",
        json={
            "decision_id": f"bench-{secrets.token_hex(8)}",
            "option": "confirmed",
            "subject_digest": digest,
        },
        headers={**platform.headers("responder"), "Prefer": "wait=30"},
    )
    answer.raise_for_status()
    if answer.status_code != 200:  # noqa: PLR2004 - the receipt, not a promise of one
        message = f"no receipt within the wait: {answer.status_code}"
        raise RuntimeError(message)
    return time.perf_counter() - started


async def _signal(platform: Platform, workflow_id: str) -> float:
    started = time.perf_counter()
    name = secrets.token_hex(8)
    (await platform.floor.post(f"/signal/{workflow_id}/{name}")).raise_for_status()
    return time.perf_counter() - started


_OPEN = """
    SELECT incident_id, subject->>'digest' AS digest FROM projection.decision
    WHERE kind = 'incident.confirmation' AND state = 'open' LIMIT $1
"""
