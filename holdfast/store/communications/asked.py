"""Requests under an id that the caller has chosen, whose submission differs each time it is made.

A draft that is composed again, or a text that is sealed again, has other bytes. So what was asked
is remembered here with what was made of it, and the same request again is the same submission.
What a request says of people is in none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["Asked", "claim_submission", "claimed_at", "find_claim"]

# A space can be in no idempotency key of a report, with which the table is shared.
_PREFIX = "submission "

_CLAIM = text("""
    INSERT INTO intake.report_key (actor_id, key, request, incident_id)
    VALUES (:actor_id, :key, :request, :incident_id)
    ON CONFLICT (actor_id, key) DO NOTHING RETURNING incident_id
""")
_CLAIMED = text(
    "SELECT request, incident_id FROM intake.report_key WHERE actor_id = :actor_id AND key = :key"
)
_CLAIMED_AT = text(
    "SELECT created_at FROM intake.report_key WHERE actor_id = :actor_id AND key = :key"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked of an incident under an id, and what was made of it.

    `request` is the digest of what was asked; `made` are words without spaces.
    """

    actor_id: str
    submission_id: str
    incident_id: str
    request: str
    made: tuple[str, ...]

    def is_of(self, request: str, incident_id: str) -> bool:
        """Whether exactly this was asked of that incident."""
        return (self.request, self.incident_id) == (request, incident_id)


async def find_claim(
    connection: AsyncConnection, actor_id: str, submission_id: str
) -> Asked | None:
    """What that person has asked under that id; None if nothing."""
    key = {"actor_id": actor_id, "key": f"{_PREFIX}{submission_id}"}
    row = (await connection.execute(_CLAIMED, key)).one_or_none()
    if row is None:
        return None
    request, *made = row.request.split(" ")
    return Asked(actor_id, submission_id, row.incident_id, request, tuple(made))


async def claim_submission(connection: AsyncConnection, asked: Asked) -> Asked:
    """Remember a request in the caller's transaction; the earlier one if its id is taken."""
    values = {
        "actor_id": asked.actor_id,
        "key": f"{_PREFIX}{asked.submission_id}",
        "request": " ".join((asked.request, *asked.made)),
        "incident_id": asked.incident_id,
    }
    if (await connection.execute(_CLAIM, values)).scalar_one_or_none() is not None:
        return asked
    return await find_claim(connection, asked.actor_id, asked.submission_id) or asked


async def claimed_at(connection: AsyncConnection, actor_id: str, submission_id: str) -> datetime:
    """When that person has first asked something under an id that stands."""
    key = {"actor_id": actor_id, "key": f"{_PREFIX}{submission_id}"}
    at: datetime = (await connection.execute(_CLAIMED_AT, key)).scalar_one()
    return at
