"""(e) approval to hand-over, against a bare signal and two activities.

Both ends are clocks of this machine: when the request with the approval is sent, and when the
database stamps what the channel has answered. That comes after the hand-over itself, which is a
file; between them lies one commit. Of the floor: when it stamps the row of the second activity.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from benchmarks.floor import FLOOR_QUEUE, TABLE
from benchmarks.floor_workflows import SignalledTwoActivities
from benchmarks.opening import measure_opening
from benchmarks.platform import Platform
from holdfast.domain.communication.naming import communication_workflow_id

__all__ = ["measure_publishing"]

_AN_INCIDENT = 10
"""Messages of one incident; each has a workflow of its own."""

_OK = 200


@dataclass(frozen=True)
class _Asked:
    """An approval that is awaited: exactly which bytes, by which request."""

    incident_id: str
    number: int
    request_id: str
    digest: str

    @property
    def workflow_id(self) -> str:
        """The workflow of the message."""
        return communication_workflow_id(self.incident_id, self.number)

    @property
    def key(self) -> str:
        """The idempotency key of its one delivery."""
        return f"{self.workflow_id}/v1/delivery-0/notices"


async def measure_publishing(platform: Platform, number: int) -> tuple[list[float], list[float]]:
    """Approve that many messages to staff, each to one file; return both latencies, in seconds."""
    await measure_opening(platform, 8, -(-number // _AN_INCIDENT))
    rows = await platform.database.fetch(_INCIDENTS, -(-number // _AN_INCIDENT))
    waiting = [
        await _hand_in(platform, row["incident_id"]) for row in rows for _ in range(_AN_INCIDENT)
    ]
    workflow_id = f"floor-two-{secrets.token_hex(4)}"
    handle = await platform.temporal.start_workflow(
        SignalledTwoActivities.run, id=workflow_id, task_queue=FLOOR_QUEUE
    )
    ours, floor = [], []
    for asked in waiting[:number]:
        ours.append(await _approve(platform, asked))
        floor.append(await _signal(platform, workflow_id))
    await handle.terminate()
    return ours, floor


async def _hand_in(platform: Platform, incident_id: str) -> _Asked:
    """Draft a message to staff, which one person approves and nobody reviews, and hand it in."""
    communications = f"/v1/incidents/{incident_id}/communications"
    body = {
        "purpose": "other",
        "audience": "staff",
        "languages": ["en"],
        "texts": {"en": {"subject": "Where to meet", "body": "In the large room, at noon."}},
        "deliveries": [{"channel": "notices", "group": "all"}],
    }
    number = (await _post(platform, communications, body))["result"]["number"]
    path = f"{communications}/{number}"
    read = await _until_drafted(platform, path)
    await _post(platform, f"{path}/submission", {"message": read["message"]})
    request_id = f"communication-{number}:communication.approval-1"
    return _Asked(incident_id, number, request_id, read["message"])


async def _post(platform: Platform, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {**platform.headers("responder"), "Prefer": "wait=30"}
    answer = await platform.http.post(path, json=body, headers=headers)
    answer.raise_for_status()
    if answer.status_code != _OK:
        message = f"no receipt within the wait: {answer.status_code}"
        raise RuntimeError(message)
    receipt: dict[str, Any] = answer.json()
    return receipt


async def _until_drafted(platform: Platform, path: str) -> dict[str, Any]:
    """The communication as it is read once its workflow has taken up the draft."""
    async with asyncio.timeout(30):
        while True:
            answer = await platform.http.get(path, headers=platform.headers("responder"))
            if answer.is_success and answer.json()["version"]:
                read: dict[str, Any] = answer.json()
                return read
            await asyncio.sleep(0.02)


async def _approve(platform: Platform, asked: _Asked) -> float:
    """Seconds from the approval's departure to the stamp of what the channel has answered."""
    sent = time.time()
    answer = await platform.http.post(
        f"/v1/incidents/{asked.incident_id}/decisions/{asked.request_id}",
        json={
            "decision_id": f"bench-{secrets.token_hex(8)}",
            "option": "approved",
            "subject_digest": asked.digest,
        },
        headers=platform.headers("incident_commander"),
    )
    answer.raise_for_status()
    answered = await _stamped(platform, _ANSWERED, asked.key)
    # What follows, up to the incident's notice, is not to slow the floor down.
    await _stamped(platform, _CLOSED, asked.workflow_id)
    await asyncio.sleep(0.05)
    return answered.timestamp() - sent


async def _signal(platform: Platform, workflow_id: str) -> float:
    sent, name = time.time(), secrets.token_hex(8)
    (await platform.floor.post(f"/signal/{workflow_id}/{name}")).raise_for_status()
    return (await _stamped(platform, _ROW, name)).timestamp() - sent


async def _stamped(platform: Platform, query: str, name: str) -> datetime:
    """When the database stamped that row, once it stands."""
    async with asyncio.timeout(60):
        while True:
            stamp: datetime | None = await platform.database.fetchval(query, name)
            if stamp is not None:
                return stamp
            await asyncio.sleep(0.005)


_INCIDENTS = """
    SELECT incident_id FROM projection.incident WHERE outcome IS NULL
    ORDER BY incident_id DESC LIMIT $1
"""
_ANSWERED = """
    SELECT answered_at FROM outgoing.recipient_attempt WHERE key = $1 AND state = 'sent'
"""
_CLOSED = """
    SELECT recorded_at FROM evidence.record
    WHERE workflow_id = $1 AND kind = 'communication.closed'
"""
_ROW = f"SELECT recorded_at FROM {TABLE} WHERE name = $1"  # noqa: S608 - our own table
