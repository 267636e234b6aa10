"""The figures of a recovery as of now, from what the projections hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.classification_inputs import Moments, classification_facts
from holdfast.domain.facts import Fact, FactSheet
from holdfast.domain.incident.continuity import ACTIVATED
from holdfast.domain.incident.unavailability import known_of
from holdfast.dora.downtime import AvailabilityStatement, Downtime, compute_downtime
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.recovery_fields import Measured, RecoveryFindings
from holdfast.store.recovery.reading import (
    fetch_computed,
    fetch_recovering,
    fetch_recovery,
    list_activations,
    list_availability,
)

__all__ = ["Recovering", "computed_now", "findings_of", "read_recovering"]


@dataclass(frozen=True, slots=True)
class Recovering:
    """What is known of the recovery of an incident; `computed` is the entry of the last figures."""

    phase: str
    aware_at: datetime
    recovered_at: datetime | None
    ended_at: datetime | None
    sheet: FactSheet
    statements: tuple[AvailabilityStatement, ...]
    activations: Sequence[RowMapping]
    computed: str | None


async def read_recovering(connection: AsyncConnection, incident_id: str) -> Recovering | None:
    """Read it; None where there is no such incident."""
    row = await fetch_recovering(connection, incident_id)
    if row is None:
        return None
    recovery = await fetch_recovery(connection, incident_id)
    computed = await fetch_computed(connection, incident_id)
    facts = {key: Fact.model_validate(value) for key, value in row["facts"].items()}
    return Recovering(
        phase=row["phase"],
        aware_at=row["aware_at"],
        recovered_at=recovery["validated_at"] if recovery else None,
        ended_at=row["closed_at"],
        sheet=FactSheet(services=tuple(row["services"]), facts=facts),
        statements=tuple(map(_statement, await list_availability(connection, incident_id))),
        activations=await list_activations(connection, incident_id),
        computed=computed["entry_id"] if computed else None,
    )


def computed_now(known: Recovering, now: datetime) -> Downtime:
    """The figures as of now, or as of the end of an incident that is closed."""
    at = known.ended_at or now
    validated = known.recovered_at is not None
    return compute_downtime(
        known.statements, known_of(known.sheet, known.aware_at, recovered=validated), at
    )


def findings_of(known: Recovering, now: datetime) -> RecoveryFindings:
    """What the recovery says to the reports: by the facts on which classification rests."""
    at = known.ended_at or now
    moments = Moments(aware_at=known.aware_at, recovered_at=known.recovered_at, at=at)
    facts = classification_facts(known.sheet, moments, known.sheet.services, None, None)
    computed = computed_now(known, now)
    activated = known.sheet.get(ACTIVATED)
    entries = tuple(entry for each in computed.services for entry in each.entries)
    behind = (*entries, *([known.computed] if known.computed else []))
    duration = facts.duration_minutes
    estimated = "duration_minutes" in facts.estimated or (
        computed.estimate and "duration_minutes" not in known.sheet.facts and bool(entries)
    )
    return RecoveryFindings(
        continuity=bool(activated.value) if activated else None,
        activations=tuple(row["activation_entry"] for row in known.activations),
        restored_at=computed.restored_at,
        restored=entries,
        duration=None
        if duration is None
        else Measured(
            minutes=int(duration),
            estimate=estimated,
            because="from occurrence, or else from detection, to resolution",
            entries=behind,
        ),
        downtime=_longest(facts, computed, known.computed),
    )


def _longest(
    facts: ClassificationFacts, computed: Downtime, computed_entry: str | None
) -> Measured | None:
    """The longest downtime of a service: what is aggregated is so (2025/302 field 3.16)."""
    told = {each.service: each for each in computed.services}
    found = [
        (int(service.downtime_minutes), service.id)
        for service in facts.services or ()
        if service.downtime_minutes is not None
    ]
    if not found:
        return None
    minutes, name = max(found)
    course = told.get(name)
    path = f"services.{name}.downtime_minutes"
    return Measured(
        minutes=minutes,
        estimate=path in facts.estimated or (course is not None and course.estimate),
        because=f"the downtime of {name}, the longest of the affected services",
        entries=(*course.entries, *([computed_entry] if computed_entry else [])) if course else (),
    )


def _statement(row: RowMapping) -> AvailabilityStatement:
    names = ("number", "service", "state", "at", "replaces")
    return AvailabilityStatement.model_validate(
        {**{name: row[name] for name in names}, "entry": row["entry_id"]}
    )
