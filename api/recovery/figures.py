"""The figures of a recovery as of now, from what the projections hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.facts import Fact, FactSheet
from holdfast.domain.recovery.report_findings import (
    KnownRecovery,
    computed_at,
    recovery_findings,
)
from holdfast.dora.downtime import AvailabilityStatement, Downtime
from holdfast.dora.recovery_fields import RecoveryFindings
from holdfast.store.recovery.reading import (
    fetch_computed,
    fetch_recovering,
    fetch_recovery,
    list_activations,
    list_availability,
)

__all__ = ["computed_now", "findings_of", "read_recovering"]


async def read_recovering(connection: AsyncConnection, incident_id: str) -> KnownRecovery | None:
    """Read it; None where there is no such incident."""
    row = await fetch_recovering(connection, incident_id)
    if row is None:
        return None
    recovery = await fetch_recovery(connection, incident_id)
    computed = await fetch_computed(connection, incident_id)
    activations = await list_activations(connection, incident_id)
    facts = {key: Fact.model_validate(value) for key, value in row["facts"].items()}
    return KnownRecovery(
        aware_at=row["aware_at"],
        recovered_at=recovery["validated_at"] if recovery else None,
        ended_at=row["closed_at"],
        sheet=FactSheet(services=tuple(row["services"]), facts=facts),
        statements=tuple(map(_statement, await list_availability(connection, incident_id))),
        activations=tuple(each["activation_entry"] for each in activations),
        computed=computed["entry_id"] if computed else None,
    )


def computed_now(known: KnownRecovery, now: datetime) -> Downtime:
    """The figures as of now, or as of the end of an incident that is closed."""
    return computed_at(known, now)


def findings_of(known: KnownRecovery, now: datetime) -> RecoveryFindings:
    """What the recovery says to the reports, of all services of the incident."""
    return recovery_findings(known, now)


def _statement(row: RowMapping) -> AvailabilityStatement:
    names = ("number", "service", "state", "at", "replaces")
    return AvailabilityStatement.model_validate(
        {**{name: row[name] for name in names}, "entry": row["entry_id"]}
    )
