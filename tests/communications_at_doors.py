"""Communications at the doors: opened, handed in, cleared, approved, and what they leave."""

from __future__ import annotations

import uuid
from typing import Any

from tests.api_doors import Doors, eventually
from tests.work_at_doors import decide

__all__ = [
    "code_of",
    "communication",
    "draft",
    "drafted",
    "in_stage",
    "open_communication",
    "own_words",
    "question_of",
    "signed_off",
    "step",
]

_TEXT = {"subject": "Instant payments are delayed", "body": "We are working on it."}


def code_of(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - httpx's response
    """The status of an answer that is a problem, and the problem's code."""
    return answer.status_code, answer.json()["type"].removeprefix("urn:holdfast:problem:")


def own_words(**changes: object) -> dict[str, Any]:
    """A draft that needs no template: to two addresses, by mail."""
    return {
        "purpose": "other",
        "audience": "clients",
        "languages": ["en"],
        "texts": {"en": _TEXT},
        "deliveries": [
            {
                "channel": "mail",
                "group": "clients",
                "language": "en",
                "addresses": ["jo@example.org", "al@example.org"],
            }
        ],
    } | changes


def draft(base: str, **changes: object) -> dict[str, Any]:
    """Another version in the place of that one."""
    words = own_words(base=base, **changes)
    return {name: value for name, value in words.items() if name not in {"purpose", "audience"}}


async def open_communication(
    doors: Doors, incident_id: str, person: str = "responder", **changes: object
) -> int:
    """Open a communication, wait until its first version stands, and return its number."""
    path = f"/v1/incidents/{incident_id}/communications"
    answer = await doors.call("POST", path, person, own_words(**changes), Prefer="wait=20")
    assert answer.status_code == 200, answer.text
    assert answer.json()["kind"] == "communication.opened", answer.text
    number = int(answer.json()["result"]["number"])
    await drafted(doors, incident_id, number)
    return number


async def drafted(doors: Doors, incident_id: str, number: int) -> dict[str, Any]:
    """Wait until a communication has its first version, and read it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        found.update(await communication(doors, incident_id, number))
        return bool(found["version"])

    await eventually(look, within=20.0)
    return found


async def communication(doors: Doors, incident_id: str, number: int) -> dict[str, Any]:
    """Read one in full."""
    path = f"/v1/incidents/{incident_id}/communications/{number}"
    answer = await doors.call("GET", path, "auditor")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def in_stage(doors: Doors, incident_id: str, number: int, stage: str) -> dict[str, Any]:
    """Wait until a communication is in that stage, and read it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        found.update(await communication(doors, incident_id, number))
        return bool(found["stage"] == stage)

    await eventually(look, within=20.0)
    return found


async def step(
    doors: Doors, incident_id: str, number: int, name: str, person: str, **body: object
) -> Any:  # noqa: ANN401 - httpx's response
    """Take a step at one of the doors of a communication, and wait for the receipt."""
    path = f"/v1/incidents/{incident_id}/communications/{number}/{name}"
    method = "PUT" if name == "draft" else "POST"
    body.setdefault("submission_id", f"s-{uuid.uuid4()}")
    return await doors.call(method, path, person, body, Prefer="wait=20")


async def question_of(
    doors: Doors, incident_id: str, number: int, kind: str, role: str | None = None
) -> dict[str, Any]:
    """Wait for the open question of a kind that a communication puts, and return it."""
    found: dict[str, Any] = {}

    async def look() -> bool:
        asked = [
            each
            for each in (await communication(doors, incident_id, number))["decisions"]
            if (each["kind"], each["state"]) == (kind, "open")
            and (role is None or role in each["roles"])
        ]
        found.update(asked[0] if asked else {})
        return bool(asked)

    await eventually(look, within=20.0)
    return found


async def signed_off(doors: Doors, incident_id: str, number: int) -> str:
    """Hand the latest version in and have it cleared and approved; return its digest."""
    message = str((await communication(doors, incident_id, number))["message"])
    handed_in = await step(doors, incident_id, number, "submission", "responder", message=message)
    assert handed_in.json().get("accepted"), handed_in.text
    for role in handed_in.json()["result"]["reviewers"]:
        asked = await question_of(doors, incident_id, number, "communication.review", role)
        cleared = await decide(doors, incident_id, role, asked, option="cleared")
        assert cleared.json().get("accepted"), cleared.text
    asked = await question_of(doors, incident_id, number, "communication.approval")
    approved = await decide(doors, incident_id, "management_body", asked, option="approved")
    assert approved.json().get("accepted"), approved.text
    return message
