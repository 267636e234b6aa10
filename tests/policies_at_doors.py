"""Policies at the doors, as several tests work on them: drafted, tried and published."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

from holdfast.domain.events import PolicyPin
from holdfast.domain.policies import pinned
from tests.api_doors import Doors

__all__ = ["candidate", "code_of", "draft", "in_force", "publish", "published", "try_draft"]

_REASON = "The yearly review of our rules."


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem."""
    return answer.status_code, answer.json()["type"].rsplit(":", 1)[-1]


async def in_force(doors: Doors, name: str) -> dict[str, Any]:
    """What of a policy is in force now."""
    policies = (await doors.call("GET", "/v1/policies", "auditor")).json()["policies"]
    (standing,) = [each for each in policies if each["name"] == name]
    found: dict[str, Any] = standing["in_force"]
    return found


async def candidate(doors: Doors, name: str, **changes: object) -> dict[str, Any]:
    """What is in force, under a version that no other test has, with other values at its top."""
    version = (await in_force(doors, name))["version"]
    answer = await doors.call("GET", f"/v1/policies/{name}/{version}", "auditor")
    document: dict[str, Any] = answer.json()["document"]
    return document | {"version": f"t-{uuid.uuid4().hex[:12]}"} | changes


async def draft(
    doors: Doors, document: dict[str, Any], person: str = "compliance", **changes: object
) -> httpx.Response:
    """Draft a document."""
    body = {"reason": _REASON, "document": document} | changes
    return await doors.call("POST", f"/v1/policies/{document['name']}", person, body)


async def try_draft(
    doors: Doors, document: dict[str, Any], person: str = "compliance"
) -> httpx.Response:
    """Try a draft on the past."""
    path = f"/v1/policies/{document['name']}/{document['version']}/trial"
    return await doors.call("POST", path, person, {})


async def publish(
    doors: Doors, document: dict[str, Any], person: str = "management_body", **changes: str
) -> httpx.Response:
    """Publish a draft."""
    path = f"/v1/policies/{document['name']}/{document['version']}/publication"
    return await doors.call("POST", path, person, {"rationale": "Agreed."} | changes)


async def published(doors: Doors, name: str, **changes: str) -> PolicyPin:
    """Put a new version of a policy into force by two people; return its pin."""
    document = await candidate(doors, name)
    for step in (draft(doors, document), try_draft(doors, document)):
        answer = await step
        assert answer.status_code == 201, answer.text
    answer = await publish(doors, document, **changes)
    assert answer.status_code == 201, answer.text
    return pinned(document).pin
