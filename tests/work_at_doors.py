"""Work at the doors that several tests do: report, look for a question, decide."""

from __future__ import annotations

import uuid
from typing import Any

from tests.api_doors import Doors, eventually

__all__ = ["decide", "new_report", "open_incident", "question", "refusals", "until_quiet"]


def new_report(**changes: object) -> dict[str, Any]:
    """A report of a service that no other report names."""
    return {
        "title": "Card payments are declined",
        "origin": "third_party",
        "aware_at": "2026-03-04T09:30:00Z",
        "services": [f"cards-{uuid.uuid4().hex[:8]}"],
    } | changes


async def open_incident(doors: Doors, **changes: object) -> str:
    """Report an incident, and wait until it is open."""
    answer = await doors.call(
        "POST", "/v1/incidents", "compliance", new_report(**changes), Prefer="wait=20"
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["incident_id"])


async def question(doors: Doors, incident_id: str, kind: str) -> dict[str, Any]:
    """Wait for the open question of a kind, and return it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        incident = (await doors.call("GET", f"/v1/incidents/{incident_id}", "auditor")).json()
        asked = [d for d in incident["decisions"] if d["kind"] == kind]
        found.update(asked[0] if asked else {})
        return bool(asked)

    await eventually(look)
    return found


async def decide(
    doors: Doors, incident_id: str, person: str, asked: dict[str, Any], **answer: object
) -> Any:  # noqa: ANN401 - httpx's response
    """Answer a question, and wait for the receipt."""
    body = {
        "decision_id": f"d-{uuid.uuid4()}",
        "subject_digest": asked["subject"]["digest"],
    } | answer
    path = f"/v1/incidents/{incident_id}/decisions/{asked['request_id']}"
    return await doors.call("POST", path, person, body, Prefer="wait=20")


async def until_quiet(doors: Doors, incident_id: str) -> None:
    """Wait until every communication that the incident has opened is closed."""

    async def look() -> bool:
        answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
        kinds = [item["entry"]["kind"] for item in answer.json()["entries"]]
        return kinds.count("communication.opened") == kinds.count("communication.closed")

    await eventually(look)


async def refusals(doors: Doors, incident_id: str) -> list[str]:
    """The reasons of all refusals that the evidence holds, in order."""
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/evidence", "auditor")
    entries = [item["entry"] for item in answer.json()["entries"]]
    return [e["payload"]["reason"] for e in entries if e["kind"] == "submission.refused"]
