"""The stakeholder directory as callers of the API meet it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from tests.api_doors import Doors

__all__ = ["CONTACTS", "directory", "entries", "points", "post", "put"]

CONTACTS = "/v1/directory/contacts"


def points() -> dict[str, str]:
    """Points of a person whom no other test names."""
    mark = uuid.uuid4().hex[:20]
    return {
        "name": f"Jörg {mark}",
        "mail": f"{mark}@bank.example",
        "phone": f"+49{uuid.uuid4().int % 10**12:012d}",
    }


async def put(doors: Doors, contact: str, body: object, person: str = "compliance") -> Any:  # noqa: ANN401 - httpx's response
    """Record points."""
    return await doors.call("PUT", f"{CONTACTS}/{contact}", person, body)


async def post(
    doors: Doors, contact: str, what: str, body: object, person: str = "compliance"
) -> Any:  # noqa: ANN401 - httpx's response
    """Confirm or read points."""
    return await doors.call("POST", f"{CONTACTS}/{contact}/{what}", person, body)


async def directory(doors: Doors) -> dict[str, Any]:
    """The directory, with its contacts by id."""
    answer = await doors.call("GET", "/v1/directory", "auditor")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found | {"contacts": {each["contact_id"]: each for each in found["contacts"]}}


async def entries(doors: Doors, contact: str) -> list[Any]:
    """What the chain of the directory says of a contact, oldest first."""
    rows = await doors.rows(
        "SELECT convert_from(body, 'UTF8') AS body FROM evidence.record"
        " WHERE incident_id = 'directory' ORDER BY position"
    )
    every = [json.loads(row.body) for row in rows]
    return [entry for entry in every if entry["subject"]["id"] == contact]
