"""Fields 2.9, 3.3, 3.15 to 3.17 and 4.8: from downtime, continuity plans and the resolution."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.events import EventKind
from holdfast.domain.incident.continuity import ACTIVATED
from holdfast.domain.incident.state import Phase
from holdfast.domain.recovery.report_findings import KnownRecovery, recovery_findings
from holdfast.domain.reporting.filling.building import instant, known, taken_over
from holdfast.domain.reporting.filling.sources import FillSources, Wanted
from holdfast.domain.reporting.filling.stated import EntityFacts
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import canonical_json
from holdfast.dora.downtime import AvailabilityStatement, TimesContradict
from holdfast.dora.recovery_fields import RecoveryFindings, recovery_fields
from holdfast.dora.report.content import FieldSource, FilledField

__all__ = ["recovering_fields"]

_STATEMENT = frozenset(AvailabilityStatement.model_fields)
_OCCURRED, _RESOLVED = "occurred_at", "resolved_at"
_DURATION = (_OCCURRED, _RESOLVED, "duration_minutes")
_DOWNTIME = ("downtime_minutes", "down_from", "restored_at", "earlier_downtime_seconds")


def recovering_fields(
    sources: FillSources, wanted: Wanted, facts: EntityFacts
) -> Iterator[FilledField]:
    """Fill them; what people have told that cannot all have been so fills nothing."""
    found = _findings(sources, wanted, facts)
    if found is not None:
        yield from _measured(facts, found)
    yield from _occurred(facts)
    yield from _resolved(sources, facts)


def _findings(sources: FillSources, wanted: Wanted, facts: EntityFacts) -> RecoveryFindings | None:
    stated = facts.stated
    if stated.aware_at is None:
        return None
    computed = sources.last(EventKind.DOWNTIME_COMPUTED)
    recovery = KnownRecovery(
        aware_at=stated.aware_at,
        recovered_at=stated.recovered_at,
        ended_at=stated.closed_at,
        sheet=stated.sheet,
        statements=tuple(_statements(sources)),
        activations=tuple(entry.id for entry in sources.of(EventKind.CONTINUITY_ACTIVATED)),
        computed=computed.id if computed else None,
    )
    try:
        return recovery_findings(recovery, wanted.at, facts.services)
    except TimesContradict:
        return None


def _statements(sources: FillSources) -> Iterator[AvailabilityStatement]:
    for entry in sources.of(EventKind.AVAILABILITY_REPORTED):
        payload = entry.event.payload
        said = {name: payload[name] for name in payload if name in _STATEMENT}
        yield AvailabilityStatement.model_validate_json(canonical_json({**said, "entry": entry.id}))


def _measured(facts: EntityFacts, found: RecoveryFindings) -> Iterator[FilledField]:
    estimates = {
        "3.15": found.duration.estimate if found.duration else None,
        "3.16": found.downtime.estimate if found.downtime else None,
    }
    per_service = [f"{name}@{service}" for name in _DOWNTIME for service in facts.services]
    rests_on = {
        "2.9": (ACTIVATED,),
        "3.3": tuple(key for key in per_service if key.startswith("restored_at@")),
        "3.15": _DURATION,
        "3.16": tuple(per_service),
        "3.17": (*_DURATION, *per_service),
    }
    for field in recovery_fields(found):
        if field.value == "no_information_available":
            # Nobody has said that there is none: it is left open.
            continue
        behind = (*field.entries, *facts.stated.behind(rests_on[field.field]))
        named = field.model_copy(update={"entries": behind})
        yield from taken_over(named, estimate=estimates.get(field.field))


def _occurred(facts: EntityFacts) -> Iterator[FilledField]:
    """3.2: as stated."""
    fact, at = facts.stated.fact(_OCCURRED), facts.stated.sheet.moment(_OCCURRED)
    if fact is not None and at is not None:
        yield from known(
            "3.2",
            instant(at),
            FieldSource.FACT,
            f"stated by {fact.source}",
            facts.stated.behind([_OCCURRED]),
            estimate=fact.estimate,
        )


def _resolved(sources: FillSources, facts: EntityFacts) -> Iterator[FilledField]:
    """4.8: as people have stated; what only follows from the recovery is suggested."""
    fact, at = facts.stated.fact(_RESOLVED), facts.stated.sheet.moment(_RESOLVED)
    if fact is not None and at is not None:
        by_rules = fact.stated_by == SYSTEM
        because = "when the last service was as before: say whether it is resolved for good"
        yield from known(
            "4.8",
            instant(at),
            FieldSource.FACT,
            because if by_rules else f"stated by {fact.source}",
            facts.stated.behind([_RESOLVED]),
            estimate=None if by_rules else fact.estimate,
            suggestion=by_rules,
        )
        return
    validated = [
        entry
        for entry in sources.of(EventKind.PHASE_ENTERED)
        if entry.event.payload["phase"] == Phase.LEARN
    ]
    if validated:
        because = "when the recovery was validated: say whether it is resolved for good"
        at = validated[-1].occurred_at
        entries = [validated[-1].id]
        yield from known("4.8", instant(at), FieldSource.ENTRY, because, entries, suggestion=True)
