"""Remediation tasks at the doors, and their ticket system: what tests ask of both."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from httpx import Response

from holdfast.channels.signed_webhooks import WebhookSecrets
from tests.api_doors import Doors, eventually
from tests.faulty_receiver import FaultyReceiver
from tests.work_at_doors import decide, open_incident, question

__all__ = [
    "OWNER",
    "confirmed",
    "heard",
    "in_days",
    "in_stage",
    "linked",
    "news_of",
    "propose",
    "read_task",
    "settle",
    "step",
    "tell",
    "there",
]

OWNER = {"role": "responder", "person": None}


async def confirmed(doors: Doors) -> str:
    """An incident that somebody has confirmed."""
    incident_id = await open_incident(doors, services=["card-payments"])
    asked = await question(doors, incident_id, "incident.confirmation")
    assert (await decide(doors, incident_id, "responder", asked, option="confirmed")).is_success
    return incident_id


async def propose(doors: Doors, incident_id: str, **changes: object) -> Response:
    """Propose a task, and wait for the receipt."""
    body = {
        "submission_id": f"t-{uuid.uuid4()}",
        "title": "=Alert on the queue's depth",
        "description": "Nobody saw the queue grow.",
        "priority": "high",
        "owner": OWNER,
        "observe": "PT0S",
    } | changes
    path = f"/v1/incidents/{incident_id}/remediation"
    return await doors.call("POST", path, "responder", body, Prefer="wait=20")


async def read_task(doors: Doors, incident_id: str, number: int = 1) -> dict[str, Any]:
    """Read one task."""
    answer = await doors.call("GET", f"/v1/remediation/{incident_id}/{number}", "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def step(
    doors: Doors, incident_id: str, name: str, person: str = "responder", **body: object
) -> Response:
    """Hand something in at the first task, and wait for the receipt."""
    path = f"/v1/remediation/{incident_id}/1/{name}"
    return await doors.call("POST", path, person, body, Prefer="wait=20")


async def settle(doors: Doors, incident_id: str, kind: str, person: str, option: str) -> None:
    """Wait for a question, and let that person answer it."""
    asked = await question(doors, incident_id, kind)
    answer = await decide(
        doors, incident_id, person, asked, option=option, rationale="As discussed."
    )
    assert answer.status_code == 200, answer.text


async def in_stage(doors: Doors, incident_id: str, stage: str) -> dict[str, Any]:
    """Wait until the first task is in that stage, and read it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        found.update(await read_task(doors, incident_id))
        return bool(found["stage"] == stage)

    await eventually(look, within=20.0)
    return found


def in_days(days: int) -> str:
    """The day so many days ahead."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def tell(
    doors: Doors, secrets: Path, identity: str, news: dict[str, Any], *, minutes: int = 0
) -> Response:
    """Send a webhook as the ticket system does, signed so many minutes from now."""
    content = json.dumps({"system": "jira", "reference": "OPS-77", **news}).encode()
    at = datetime.now(UTC) + timedelta(minutes=minutes)
    signed = WebhookSecrets(secrets / "incoming").sign(identity, at, content)
    return await doors.client.post(
        "/v1/webhooks/remediation",
        content=content,
        headers={"content-type": "application/json", **signed},
    )


def news_of(tickets: FaultyReceiver) -> list[dict[str, Any]]:
    """What the ticket system was told, verified."""
    return [dict(request.verified()) for request in tickets.requests]


def heard(tickets: FaultyReceiver, incident_id: str, kind: str) -> bool:
    """Whether it was told of such an entry of the first task."""
    about = f"{incident_id}/remediation-1"
    return any((e["type"], e["data"]["task_id"]) == (kind, about) for e in news_of(tickets))


async def linked(doors: Doors, incident_id: str) -> bool:
    """Whether the ticket system has said something of the first task."""
    return bool((await read_task(doors, incident_id))["links"])


async def there(doors: Doors, incident_id: str, number: int) -> bool:
    """Whether there is a task of that number."""
    path = f"/v1/remediation/{incident_id}/{number}"
    return (await doors.call("GET", path, "auditor")).status_code == 200
