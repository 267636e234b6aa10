"""Escalations to third parties at the doors: invoked, decided, answered for, and read."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from holdfast.domain.values import rfc3339
from tests.api_doors import Doors, eventually
from tests.work_at_doors import decide, open_incident, question

__all__ = [
    "CONTRACT",
    "PROVIDER",
    "affected_incident",
    "escalate",
    "hand_in",
    "in_stage",
    "put_question",
    "said",
    "settle",
    "third_party",
]

CONTRACT = "CA-2024-014"
PROVIDER = "core-ledger"


async def affected_incident(doors: Doors, **changes: object) -> str:
    """An incident of a service that the contract carries."""
    given = {"services": ["instant-payments"]} | changes
    return await open_incident(doors, **given)


async def escalate(doors: Doors, incident_id: str, **changes: object) -> int:
    """Ask for an escalation, let it be invoked, and wait until the provider is asked."""
    body = {"contract": CONTRACT, "because": "Payments are not booked."} | changes
    path = f"/v1/incidents/{incident_id}/third-parties"
    asked = await doors.call("POST", path, "responder", body, Prefer="wait=20")
    assert asked.status_code == 200, asked.text
    assert asked.json()["kind"] == "invocation.requested", asked.text
    request = await question(doors, incident_id, "third_party.invocation")
    invoked = await decide(doors, incident_id, "vendor_manager", request, option="invoked")
    assert invoked.json().get("accepted"), invoked.text
    numbers: list[int] = []

    async def opened() -> bool:
        answer = await doors.call("GET", path, "auditor")
        numbers[:] = [each["number"] for each in answer.json()["third_parties"]]
        return bool(numbers)

    await eventually(opened, within=20.0)
    await in_stage(doors, incident_id, numbers[-1], "asked")
    return numbers[-1]


async def third_party(doors: Doors, incident_id: str, number: int) -> dict[str, Any]:
    """Read one in full."""
    path = f"/v1/incidents/{incident_id}/third-parties/{number}"
    answer = await doors.call("GET", path, "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def in_stage(doors: Doors, incident_id: str, number: int, stage: str) -> dict[str, Any]:
    """Wait until an escalation whose terms are read is in that stage, and read it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        found.update(await third_party(doors, incident_id, number))
        return bool(found["stage"] == stage and found["taken"] and found["clocks"])

    await eventually(look, within=20.0)
    return found


async def hand_in(
    doors: Doors, incident_id: str, number: int, name: str, person: str, **body: object
) -> Any:  # noqa: ANN401 - httpx's response
    """Hand something in at one of the doors of an escalation, and wait for the receipt."""
    path = f"/v1/incidents/{incident_id}/third-parties/{number}/{name}"
    body.setdefault("submission_id", f"s-{uuid.uuid4()}")
    return await doors.call("POST", path, person, body, Prefer="wait=20")


def said(what: str, **changes: object) -> dict[str, Any]:
    """What somebody of the provider has said on the telephone, just now."""
    return {
        "submission_id": f"s-{uuid.uuid4()}",
        "said": what,
        "said_at": rfc3339(datetime.now(UTC)),
        "source": "telephone",
        "reference": "Call 4711 with the duty desk",
        "said_by": "Robin Roe of the duty desk",
        "text": "They are looking into it.",
    } | changes


async def put_question(doors: Doors, incident_id: str, number: int, kind: str) -> dict[str, Any]:
    """Wait for the open question of a kind that an escalation puts, and return it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        decisions = (await third_party(doors, incident_id, number))["decisions"]
        asked = [each for each in decisions if (each["kind"], each["state"]) == (kind, "open")]
        found.update(asked[0] if asked else {})
        return bool(asked)

    await eventually(look, within=20.0)
    return found


async def settle(
    doors: Doors, incident_id: str, number: int, kind: str, person: str, option: str
) -> dict[str, Any]:
    """Wait for a question, let that person answer it, and return the question."""
    asked = await put_question(doors, incident_id, number, kind)
    because = "As discussed."
    answer = await decide(doors, incident_id, person, asked, option=option, rationale=because)
    assert answer.json().get("accepted"), answer.text
    return asked
