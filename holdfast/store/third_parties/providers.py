"""Providers across all incidents: what is open with each, what is due next, what was missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = [
    "ProviderStanding",
    "list_breaches",
    "list_escalations_of",
    "list_open_escalations",
    "list_origins_of",
    "list_theirs",
    "provider_standings",
]

_STANDINGS = text("""
    SELECT provider, max(provider_name) AS provider_name, count(*) AS escalations,
        count(*) FILTER (WHERE NOT closed) AS open
    FROM projection.third_party GROUP BY provider
""")

_NEXT_CLOCKS = text("""
    SELECT DISTINCT ON (t.provider) t.provider, t.incident_id, t.number, c.clock_id, c.title,
        c.due_at
    FROM projection.third_party t JOIN projection.clock c
        ON c.workflow_id = t.workflow_id
        AND starts_with(c.clock_id, 'third-party-' || t.number || ':')
    WHERE NOT t.closed AND c.state = 'running'
    ORDER BY t.provider, c.due_at, t.incident_id, c.clock_id
""")

_OVERDUE = text("""
    SELECT t.provider, count(*) AS overdue
    FROM projection.third_party t JOIN projection.vendor_clock c USING (incident_id, number)
    WHERE NOT t.closed AND c.current AND c.state = 'missed' GROUP BY t.provider
""")

# What was said in time, and entered here only after the deadline, is no breach of the provider's.
_COUNT_BREACHES = text("""
    SELECT t.provider, count(*) AS breaches
    FROM projection.vendor_clock c JOIN projection.third_party t USING (incident_id, number)
    WHERE c.breached_at >= :since AND c.outcome <> 'met'
        AND NOT EXISTS (
            SELECT FROM projection.incident i
            WHERE i.incident_id = c.incident_id AND i.drill IS NOT NULL
        )
    GROUP BY t.provider
""")

_BREACHES = text("""
    SELECT c.incident_id, c.number, t.contract, c.clock_id, c.clock, c.round, c.due_at, c.met_at,
        c.breached_at, c.severity, c.outcome, c.entries
    FROM projection.third_party t JOIN projection.vendor_clock c USING (incident_id, number)
    WHERE t.provider = :provider AND c.breached_at IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM projection.incident i
            WHERE i.incident_id = c.incident_id AND i.drill IS NOT NULL
        )
    ORDER BY c.breached_at DESC, c.armed_entry LIMIT :limit
""")

_ESCALATIONS = text("""
    SELECT t.*, i.title, i.phase
    FROM projection.third_party t LEFT JOIN projection.incident i USING (incident_id)
    WHERE t.provider = :provider
    ORDER BY t.closed, t.opened_at DESC, t.incident_id, t.number LIMIT :limit
""")

_OPEN = text("""
    SELECT t.incident_id, t.number, t.contract, t.provider, t.stage, t.severity, i.title
    FROM projection.third_party t LEFT JOIN projection.incident i USING (incident_id)
    WHERE NOT t.closed
        AND (t.provider = :provider OR t.contract = ANY(CAST(:contracts AS text[])))
    ORDER BY t.opened_at, t.incident_id, t.number
""")

_ORIGINS = text("""
    SELECT * FROM projection.vendor_origin
    WHERE provider = :provider OR origin_provider = :provider
    ORDER BY stated_at DESC, entry_id LIMIT :limit
""")

_THEIRS = """
    SELECT t.provider, max(t.provider_name) AS provider_name, told.reference,
        min(t.opened_at) AS since, max(t.opened_at) AS latest,
        jsonb_agg(jsonb_build_object(
            'incident_id', t.incident_id, 'number', t.number, 'contract', t.contract,
            'stage', t.stage, 'title', i.title, 'phase', i.phase, 'severity', i.severity
        ) ORDER BY t.incident_id, t.number) AS incidents
    FROM projection.third_party t
        CROSS JOIN LATERAL jsonb_object_keys(t.their_references) AS told (reference)
        LEFT JOIN projection.incident i USING (incident_id)
    WHERE {condition}
    GROUP BY t.provider, told.reference
    ORDER BY latest DESC, t.provider, told.reference LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class ProviderStanding:
    """What stands with one provider now; `next_clock` is the next of its deadlines, if one runs.

    `overdue` counts times that have passed and wait still, `breaches` those since the moment asked
    for.
    """

    provider: str
    name: str | None
    escalations: int
    open: int
    overdue: int
    breaches: int
    next_clock: RowMapping | None


async def provider_standings(
    connection: AsyncConnection, since: datetime
) -> dict[str, ProviderStanding]:
    """Read what stands with every provider that was ever escalated to, by id."""
    rows = (await connection.execute(_STANDINGS)).mappings().all()
    overdue = {row.provider: row.overdue for row in await connection.execute(_OVERDUE)}
    counted = await connection.execute(_COUNT_BREACHES, {"since": since})
    breaches = {row.provider: row.breaches for row in counted}
    following = (await connection.execute(_NEXT_CLOCKS)).mappings().all()
    clocks = {row["provider"]: row for row in following}
    return {
        row["provider"]: ProviderStanding(
            provider=row["provider"],
            name=row["provider_name"],
            escalations=row["escalations"],
            open=row["open"],
            overdue=overdue.get(row["provider"], 0),
            breaches=breaches.get(row["provider"], 0),
            next_clock=clocks.get(row["provider"]),
        )
        for row in rows
    }


async def list_escalations_of(
    connection: AsyncConnection, provider: str, limit: int
) -> Sequence[RowMapping]:
    """Read the escalations of a provider, those open first, then the newest first."""
    parameters = {"provider": provider, "limit": limit}
    return (await connection.execute(_ESCALATIONS, parameters)).mappings().all()


async def list_open_escalations(
    connection: AsyncConnection, provider: str, contracts: Sequence[str]
) -> Sequence[RowMapping]:
    """Read what is open with a provider, or under one of these contracts, the oldest first."""
    parameters = {"provider": provider, "contracts": list(contracts)}
    return (await connection.execute(_OPEN, parameters)).mappings().all()


async def list_breaches(
    connection: AsyncConnection, provider: str, limit: int
) -> Sequence[RowMapping]:
    """Read the times that a provider has let pass, the latest first, and what became of each."""
    parameters = {"provider": provider, "limit": limit}
    return (await connection.execute(_BREACHES, parameters)).mappings().all()


async def list_origins_of(
    connection: AsyncConnection, provider: str, limit: int
) -> Sequence[RowMapping]:
    """Read the origins stated in a provider's chain, and those where it was the origin itself."""
    parameters = {"provider": provider, "limit": limit}
    return (await connection.execute(_ORIGINS, parameters)).mappings().all()


async def list_theirs(
    connection: AsyncConnection, provider: str | None, reference: str | None, limit: int
) -> Sequence[RowMapping]:
    """Read the incidents of providers, by their reference, each with those of ours it is behind."""
    conditions = ["t.their_references <> CAST('{}' AS jsonb)"]
    parameters: dict[str, str | int] = {"limit": limit}
    if provider is not None:
        conditions.append("t.provider = :provider")
        parameters["provider"] = provider
    if reference is not None:
        conditions.append("t.their_references ? :reference AND told.reference = :reference")
        parameters["reference"] = reference
    query = text(_THEIRS.format(condition=" AND ".join(conditions)))
    return (await connection.execute(query, parameters)).mappings().all()
