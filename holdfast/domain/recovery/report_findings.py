"""What the recovery of an incident says to its reports: pure, the same for the same entries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.classification_inputs import Moments, classification_facts
from holdfast.domain.facts import FactSheet
from holdfast.domain.incident.continuity import ACTIVATED
from holdfast.domain.incident.unavailability import known_of
from holdfast.dora.downtime import AvailabilityStatement, Downtime, compute_downtime
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.recovery_fields import Measured, RecoveryFindings

__all__ = ["KnownRecovery", "computed_at", "recovery_findings"]


@dataclass(frozen=True, slots=True)
class KnownRecovery:
    """What is known of the recovery of an incident; `computed` is the entry of the last figures.

    `activations` are the entries by which continuity plans were activated.
    """

    aware_at: datetime
    recovered_at: datetime | None
    ended_at: datetime | None
    sheet: FactSheet
    statements: tuple[AvailabilityStatement, ...]
    activations: tuple[str, ...]
    computed: str | None


def computed_at(known: KnownRecovery, now: datetime) -> Downtime:
    """The figures as of now, or as of the end of an incident that is closed.

    Raises:
        TimesContradict: what was told cannot all have been so.
    """
    validated = known.recovered_at is not None
    inputs = known_of(known.sheet, known.aware_at, recovered=validated)
    return compute_downtime(known.statements, inputs, known.ended_at or now)


def recovery_findings(
    known: KnownRecovery, now: datetime, services: Collection[str] | None = None
) -> RecoveryFindings:
    """What the recovery says to the reports, by the facts on which classification rests.

    Only these services count for downtime and recovery; all of them where none are named.

    Raises:
        TimesContradict: what was told cannot all have been so.
    """
    at = known.ended_at or now
    moments = Moments(aware_at=known.aware_at, recovered_at=known.recovered_at, at=at)
    wanted = known.sheet.services if services is None else tuple(services)
    facts = classification_facts(known.sheet, moments, wanted, None, None)
    computed = computed_at(known, now)
    activated = known.sheet.get(ACTIVATED)
    behind = (
        *(entry for each in computed.services for entry in each.entries),
        *([known.computed] if known.computed else []),
    )
    mine = tuple(each for each in computed.services if services is None or each.service in wanted)
    ends = [each.until for each in mine if each.until is not None]
    duration = facts.duration_minutes
    estimated = "duration_minutes" in facts.estimated or (
        computed.estimate
        and "duration_minutes" not in known.sheet.facts
        and bool(computed.services)
    )
    return RecoveryFindings(
        continuity=bool(activated.value) if activated else None,
        activations=known.activations,
        restored_at=max(ends) if ends and len(ends) == len(mine) else None,
        restored=tuple(entry for each in mine for entry in each.entries),
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
