"""Incidents as people ask for them: filtered, newest first, page by page; all from projections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, any_, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.tables import clock, incident

__all__ = ["IncidentFilter", "fetch_clocks", "fetch_incident", "fetch_phase", "list_incidents"]

_ESCAPE = "\\"


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What must hold; what is None is not asked."""

    phase: str | None = None
    severity: str | None = None
    service: str | None = None
    words: str | None = None
    open: bool | None = None
    drill: bool | None = None


async def list_incidents(
    connection: AsyncConnection,
    wanted: IncidentFilter,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[RowMapping]:
    """Read a page of incidents, the newest first, beginning after that one."""
    query = _matching(select(incident), wanted)
    if after is not None:
        query = query.where(
            tuple_(incident.c.opened_at, incident.c.incident_id)
            < tuple_(literal(after[0]), literal(after[1]))
        )
    newest_first = (incident.c.opened_at.desc(), incident.c.incident_id.desc())
    query = query.order_by(*newest_first).limit(limit)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def fetch_incident(connection: AsyncConnection, incident_id: str) -> RowMapping | None:
    """Read one incident."""
    query = select(incident).where(incident.c.incident_id == incident_id)
    return (await connection.execute(query)).mappings().one_or_none()


async def fetch_phase(connection: AsyncConnection, incident_id: str) -> str | None:
    """Read the phase of an incident; None where there is no such incident."""
    query = select(incident.c.phase).where(incident.c.incident_id == incident_id)
    phase: str | None = (await connection.execute(query)).scalar_one_or_none()
    return phase


async def fetch_clocks(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """Read the clocks of an incident, the next deadline first."""
    query = (
        select(clock)
        .where(clock.c.incident_id == incident_id)
        .order_by(clock.c.due_at, clock.c.clock_id)
    )
    return (await connection.execute(query)).mappings().all()


def _matching(query: Select[Any], wanted: IncidentFilter) -> Select[Any]:
    if wanted.phase is not None:
        query = query.where(incident.c.phase == wanted.phase)
    if wanted.severity is not None:
        query = query.where(incident.c.severity == wanted.severity)
    if wanted.service is not None:
        query = query.where(incident.c.services.contains([wanted.service]))
    if wanted.words is not None:
        like = f"%{_literally(wanted.words)}%"
        named = literal(wanted.words) == any_(incident.c.services)
        columns = (incident.c.incident_id, incident.c.title, incident.c.description)
        found = (column.ilike(like, escape=_ESCAPE) for column in columns)
        query = query.where(or_(*found, named))
    if wanted.open is not None:
        query = query.where(incident.c.closed_at.is_(None) == wanted.open)
    if wanted.drill is not None:
        query = query.where(incident.c.drill.is_not(None) == wanted.drill)
    return query


def _literally(words: str) -> str:
    for special in (_ESCAPE, "%", "_"):
        words = words.replace(special, _ESCAPE + special)
    return words
