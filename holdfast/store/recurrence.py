"""Reading for, and of, the assessments of recurring incidents; all from projections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.state import Outcome
from holdfast.domain.recurrence.assessment import EarlierDecision
from holdfast.domain.recurrence.gathering import StandingIncident
from holdfast.domain.recurrence.periods import CHAIN_PREFIX
from holdfast.store.projections.disposed import DISPOSED

__all__ = [
    "fetch_assessment",
    "fetch_earlier_decisions",
    "fetch_standing_incidents",
    "list_assessments",
]

_NONE = (str(Outcome.FALSE_POSITIVE), str(Outcome.DUPLICATE), DISPOSED)
"""Outcomes of what was no incident, was another one, or of which nothing is known any more."""

# An incident whose occurrence is stated may have come to be known long after it.
_STANDING = text("""
    SELECT incident_id, services, facts, aware_at, classification, review ->> 'root_cause' AS cause,
        (
            SELECT max(settled_at) FROM projection.decision
            WHERE decision.incident_id = incident.incident_id
                AND kind = 'recovery.validation' AND outcome = 'validated'
        ) AS recovered_at
    FROM projection.incident
    WHERE drill IS NULL AND (outcome IS NULL OR NOT outcome = ANY(CAST(:none AS text[])))
        AND (aware_at >= :since AND aware_at < :until OR facts ? 'occurred_at')
    ORDER BY incident_id
""")

_DECIDED = text("""
    SELECT incident_id, period, outcomes FROM projection.recurrence
    WHERE outcomes <> CAST('{}' AS jsonb) ORDER BY assessed_at, incident_id
""")

_ASSESSMENTS = text("""
    SELECT incident_id, workflow_id, period, assessed_at, outcomes,
        assessment ->> 'incidents' AS incidents, assessment ->> 'series' AS series,
        assessment ->> 'to_decide' AS to_decide, assessment ->> 'number' AS number
    FROM projection.recurrence
    ORDER BY period DESC, CAST(assessment ->> 'number' AS integer) DESC LIMIT :limit
""")

_ASSESSMENT = text("SELECT * FROM projection.recurrence WHERE incident_id = :chain")


async def fetch_standing_incidents(
    connection: AsyncConnection, since: datetime, until: datetime
) -> Sequence[StandingIncident]:
    """Read the incidents that may lie in the window, of whatever phase, with what counts of them.

    What turned out to be no incident, or to be another one, is not among them, and no drill is.
    """
    parameters = {"none": list(_NONE), "since": since, "until": until}
    return [_standing(row) for row in (await connection.execute(_STANDING, parameters)).mappings()]


async def fetch_earlier_decisions(connection: AsyncConnection) -> Sequence[EarlierDecision]:
    """Read what people have decided about series, the latest last."""
    return [
        EarlierDecision(
            assessment=row.incident_id.removeprefix(CHAIN_PREFIX),
            entry=outcome["entry"],
            proposed=outcome["proposed"],
            major=outcome["major"],
            members=outcome["members"],
        )
        for row in await connection.execute(_DECIDED)
        for outcome in row.outcomes.values()
    ]


async def list_assessments(connection: AsyncConnection, limit: int) -> Sequence[RowMapping]:
    """Read the assessments in short, the latest month first."""
    return (await connection.execute(_ASSESSMENTS, {"limit": limit})).mappings().all()


async def fetch_assessment(connection: AsyncConnection, chain: str) -> RowMapping | None:
    """Read one assessment, by the chain of its entries."""
    return (await connection.execute(_ASSESSMENT, {"chain": chain})).mappings().one_or_none()


def _standing(row: RowMapping) -> StandingIncident:
    return StandingIncident(
        incident_id=row["incident_id"],
        facts=FactSheet.model_validate({"services": row["services"], "facts": row["facts"]}),
        aware_at=row["aware_at"],
        recovered_at=row["recovered_at"],
        major=_major(row["classification"]),
        review_root_cause=row["cause"],
    )


def _major(classification: dict[str, Any] | None) -> bool | None:
    return None if classification is None else bool(classification["major"])
