"""Reports to authorities at the doors: what tests ask of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from httpx import Response

from tests.api_doors import Doors, eventually
from tests.work_at_doors import decide, open_incident, question

__all__ = [
    "approve",
    "ask",
    "major_incident",
    "read_report",
    "record_contacts",
    "reporting",
    "supply",
    "supply_missing",
    "until",
]

_SUPPLIED = {
    "2.5": ["critical_services_affected", "data_losses"],
    "2.9": False,
}
_WAIT = {"Prefer": "wait=20"}


async def record_contacts(doors: Doors) -> None:
    """Let the directory know whom the authority may ask."""
    for contact in ("compliance-officer", "operations-desk"):
        path = f"/v1/directory/contacts/{contact}"
        points = {"name": f"The {contact}", "mail": f"{contact}@bank.example", "phone": "+4969100"}
        answer = await doors.call("PUT", path, "compliance", points)
        assert answer.is_success, answer.text


async def major_incident(doors: Doors) -> str:
    """An incident that was decided to be major, once its limits are computed."""
    incident_id = await open_incident(
        doors, services=["card-payments"], aware_at=datetime.now(UTC).isoformat()
    )
    asked = await question(doors, incident_id, "incident.confirmation")
    assert (await decide(doors, incident_id, "responder", asked, option="confirmed")).is_success
    asked = await question(doors, incident_id, "classification.confirmation")
    decided = await decide(
        doors,
        incident_id,
        "compliance",
        asked,
        option="override",
        data={"major": True},
        rationale="Payments of a whole country.",
    )
    assert decided.is_success, decided.text
    await until(doors, incident_id, lambda told: told["deadlines"][0]["clock"] == "running")
    return incident_id


async def reporting(doors: Doors, incident_id: str) -> dict[str, Any] | None:
    """The incident's first reporting; None while there is none."""
    answer = await doors.call("GET", f"/v1/incidents/{incident_id}/reports", "auditor")
    assert answer.status_code == 200, answer.text
    reportings: list[dict[str, Any]] = answer.json()["reportings"]
    return reportings[0] if reportings else None


async def until(
    doors: Doors, incident_id: str, holds: Callable[[dict[str, Any]], object]
) -> dict[str, Any]:
    """Wait until something holds of its first reporting, and return it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        told = await reporting(doors, incident_id)
        if told is None or not holds(told):
            return False
        found.update(told)
        return True

    await eventually(look, within=20.0)
    return found


async def read_report(doors: Doors, incident_id: str, stage: str) -> dict[str, Any]:
    """Read one report."""
    path = f"/v1/incidents/{incident_id}/reports/{stage}"
    answer = await doors.call("GET", path, "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def ask(
    doors: Doors, incident_id: str, step: str, person: str, method: str = "POST", **body: object
) -> Response:
    """Hand something in at a report, and wait for the receipt."""
    path = f"/v1/incidents/{incident_id}/reports/{step}"
    return await doors.call(method, path, person, body, **_WAIT)


async def supply(
    doors: Doors, incident_id: str, field: str, person: str = "responder", **body: object
) -> Response:
    """Supply a field of the initial notification."""
    given = {"submission_id": f"f-{uuid.uuid4()}"} | body
    return await ask(doors, incident_id, f"initial/fields/{field}", person, "PUT", **given)


async def supply_missing(doors: Doors, incident_id: str) -> None:
    """Supply everything that the initial notification still lacks."""
    missing = (await read_report(doors, incident_id, "initial"))["missing"]
    for field in {each["field"] for each in missing}:
        answer = await supply(doors, incident_id, field, value=_SUPPLIED[field])
        assert answer.status_code == 200, answer.text


async def approve(
    doors: Doors, incident_id: str, kind: str, person: str, **body: object
) -> Response:
    """Say yes to the question of that kind once it is asked, about what it is about."""
    asked: dict[str, Any] = {}

    async def look() -> bool:
        questions = (await read_report(doors, incident_id, "initial"))["questions"]
        asked.update(next((each for each in questions if each["kind"] == kind), {}))
        return bool(asked)

    await eventually(look, within=20.0)
    given = {"submission_id": f"a-{uuid.uuid4()}", "subject_digest": asked["subject_digest"]}
    return await ask(doors, incident_id, "initial/approve", person, **(given | body))
