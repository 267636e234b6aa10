"""The recovery of an incident as people ask for it; all from projections."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = [
    "fetch_computed",
    "fetch_recovering",
    "fetch_recovery",
    "list_activations",
    "list_availability",
]

_AVAILABILITY = text("""
    SELECT a.*, EXISTS (
        SELECT FROM projection.availability later
        WHERE later.incident_id = a.incident_id AND later.replaces = a.number
    ) AS replaced
    FROM projection.availability a WHERE a.incident_id = :incident_id ORDER BY a.number
""")

_COMPUTED = text("SELECT * FROM projection.downtime WHERE incident_id = :incident_id")

_ACTIVATIONS = text("""
    SELECT * FROM projection.continuity
    WHERE incident_id = :incident_id ORDER BY activated_at, plan, activation
""")

_RECOVERY = text("SELECT * FROM projection.recovery WHERE incident_id = :incident_id")

_INCIDENT = text("""
    SELECT phase, aware_at, opened_at, closed_at, facts, services
    FROM projection.incident WHERE incident_id = :incident_id
""")


async def list_availability(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """Read what was told of services, as it was told; `replaced` where it was corrected since."""
    return await _rows(connection, _AVAILABILITY, incident_id)


async def fetch_computed(connection: AsyncConnection, incident_id: str) -> RowMapping | None:
    """Read the figures as they were computed last; None where nothing was told."""
    return await _row(connection, _COMPUTED, incident_id)


async def list_activations(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """Read the activations of continuity plans, the first one first."""
    return await _rows(connection, _ACTIVATIONS, incident_id)


async def fetch_recovery(connection: AsyncConnection, incident_id: str) -> RowMapping | None:
    """Read when the recovery was validated, and whether those who respond have stood down."""
    return await _row(connection, _RECOVERY, incident_id)


async def fetch_recovering(connection: AsyncConnection, incident_id: str) -> RowMapping | None:
    """Read what the figures rest on besides; None where there is no such incident."""
    return await _row(connection, _INCIDENT, incident_id)


async def _rows(
    connection: AsyncConnection, query: TextClause, incident_id: str
) -> Sequence[RowMapping]:
    return (await connection.execute(query, {"incident_id": incident_id})).mappings().all()


async def _row(
    connection: AsyncConnection, query: TextClause, incident_id: str
) -> RowMapping | None:
    return (await connection.execute(query, {"incident_id": incident_id})).mappings().first()
