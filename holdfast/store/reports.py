"""Reports by people: durable in the outbox before they are acknowledged, like alerts.

An idempotency key belongs to the person who chose it; the same key with the same request is the
same incident, whatever was lost on the way.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.submissions import SignedSubmission
from holdfast.errors import Conflict
from holdfast.store.outbox import OutboxRow, put_in_outbox
from holdfast.store.routing import new_incident_id

__all__ = ["AcceptedReport", "Identity", "ReportRequest", "accept_report", "new_pseudonym"]

_CLAIM = text("""
    INSERT INTO intake.report_key (actor_id, key, request, incident_id)
    VALUES (:actor_id, :key, :request, :incident_id)
    ON CONFLICT (actor_id, key) DO NOTHING RETURNING incident_id
""")
_CLAIMED = text(
    "SELECT request, incident_id FROM intake.report_key WHERE actor_id = :actor_id AND key = :key"
)
_IDENTITY = text(
    "INSERT INTO access.identity (actor_id, name, contact) VALUES (:actor_id, :name, :contact)"
)
# Alerts of a service that a person has reported join that incident, unless they have one already.
_ROUTE = text("""
    INSERT INTO intake.route (service, incident_id)
    SELECT service, :incident_id FROM unnest(CAST(:services AS text[])) service ORDER BY service
    ON CONFLICT (service) DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a pseudonym is; this never enters evidence."""

    actor_id: str
    name: str
    contact: str | None


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """A report as it was asked for; `request` is the digest of exactly that."""

    actor_id: str
    key: str | None
    request: str
    services: tuple[str, ...]
    identity: Identity | None


@dataclass(frozen=True, slots=True)
class AcceptedReport:
    """The incident, and the row to send; None where the same request had been accepted before."""

    incident_id: str
    row: OutboxRow | None


def new_pseudonym() -> str:
    """Return a pseudonym that says nothing about the person."""
    return f"person-{secrets.token_hex(4)}"


async def accept_report(
    engine: AsyncEngine, request: ReportRequest, sign: Callable[[str], SignedSubmission]
) -> AcceptedReport:
    """Keep a report; `sign` makes the submission once the incident's id is known.

    Raises:
        Conflict: the key was used for another request.
    """
    async with engine.begin() as connection:
        incident_id = await new_incident_id(connection)
        if (earlier := await _claim(connection, request, incident_id)) is not None:
            return AcceptedReport(earlier, None)
        if request.identity is not None:
            identity = request.identity
            await connection.execute(
                _IDENTITY,
                {
                    "actor_id": identity.actor_id,
                    "name": identity.name,
                    "contact": identity.contact,
                },
            )
        routes = {"incident_id": incident_id, "services": list(request.services)}
        await connection.execute(_ROUTE, routes)
        row = await put_in_outbox(connection, incident_id, sign(incident_id), opens=True)
    return AcceptedReport(incident_id, row)


async def _claim(
    connection: AsyncConnection, request: ReportRequest, incident_id: str
) -> str | None:
    """Claim the key; return the incident of an earlier request under it."""
    if request.key is None:
        return None
    key = {"actor_id": request.actor_id, "key": request.key}
    claim = {**key, "request": request.request, "incident_id": incident_id}
    if (await connection.execute(_CLAIM, claim)).scalar_one_or_none() is not None:
        return None
    earlier = (await connection.execute(_CLAIMED, key)).one()
    if earlier.request != request.request:
        message = f"the idempotency key '{request.key}' was used for another report"
        raise Conflict(message, incident_id=earlier.incident_id)
    return str(earlier.incident_id)
