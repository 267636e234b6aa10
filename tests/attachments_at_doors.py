"""Files at the doors of attachments: sent, and their custody read."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api_doors import Doors

__all__ = ["PDF", "WHAT", "custody", "path_of", "send", "stored"]

PDF = b"%PDF-1.7 the processor's analysis"
WHAT = "?description=Analysis+of+the+processor"


async def send(
    doors: Doors,
    incident_id: str,
    content: bytes = PDF,
    query: str = WHAT,
    person: str = "responder",
    **headers: str,
) -> httpx.Response:
    """Send a file."""
    every = {"Content_Type": "application/pdf"} | headers
    path = f"/v1/incidents/{incident_id}/attachments{query}"
    return await doors.call("POST", path, person, content, **every)


async def custody(doors: Doors, attached: dict[str, Any]) -> list[dict[str, Any]]:
    """The chain of custody."""
    answer = await doors.call("GET", f"{path_of(attached)}/custody", "auditor")
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


def path_of(attached: dict[str, Any]) -> str:
    """Where an attachment is."""
    return f"/v1/incidents/{attached['incident_id']}/attachments/{attached['attachment_id']}"


async def stored(doors: Doors) -> list[Any]:
    """How many records and artifacts there are."""
    query = (
        "SELECT (SELECT count(*) FROM evidence.record), (SELECT count(*) FROM evidence.artifact)"
    )
    return [tuple(row) for row in await doors.rows(query)]
