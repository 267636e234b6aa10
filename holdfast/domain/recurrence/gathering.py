"""From the incidents as they stand to what an assessment rests on: by entity, linked by cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from holdfast.domain.classification_inputs import Moments
from holdfast.domain.classifying import EntityEvaluation, evaluate
from holdfast.domain.facts import FactSheet
from holdfast.domain.recurrence.assessment import (
    Considered,
    EarlierDecision,
    EntityPart,
    Profile,
    RecurrenceInputs,
    RootCause,
)
from holdfast.domain.recurrence.periods import Period, months_before
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.recurrence import fingerprint, is_exempt
from holdfast.dora.register import Register
from holdfast.dora.three_valued import Answer

__all__ = ["StandingIncident", "gather", "window_of"]

_MOST_NAMED = 200
"""Incidents without a root cause that are named one by one."""


@dataclass(frozen=True, slots=True)
class StandingIncident:
    """An incident as it stands; instants are aware and in UTC, `major` is what people decided."""

    incident_id: str
    facts: FactSheet
    aware_at: datetime
    recovered_at: datetime | None
    major: bool | None
    review_root_cause: str | None

    @property
    def occurred_at(self) -> datetime:
        """When it occurred, or where nobody knows, when the organisation became aware."""
        return self.facts.moment("occurred_at") or self.aware_at

    @property
    def root_cause(self) -> tuple[str, RootCause] | None:
        """The words for its apparent root cause that count most, and where they stand."""
        for source in (RootCause.STATED, RootCause.FACT):
            if fact := self.facts.get(str(source)):
                return str(fact.value), source
        if self.review_root_cause is not None:
            return self.review_root_cause, RootCause.REVIEW
        return None


def window_of(period: Period, policy: ClassificationPolicy) -> tuple[datetime, datetime]:
    """From when and until when incidents are looked at.

    Each incident of the month is compared with those of so many months before it, and so the
    window begins that long before the month does.
    """
    return months_before(period.begins, policy.recurrence.within_months), period.ends


def gather(
    period: Period,
    incidents: Iterable[StandingIncident],
    policy: ClassificationPolicy,
    register: Register | None,
    decided: Iterable[EarlierDecision],
) -> RecurrenceInputs:
    """Put together what the assessment rests on; an entity without an incident is in it too."""
    since, until = window_of(period, policy)
    hit: dict[str | None, list[_Hit]] = {name: [] for name in register.entities} if register else {}
    for incident in incidents:
        if since <= incident.occurred_at < until:
            moments = Moments(
                aware_at=incident.aware_at, recovered_at=incident.recovered_at, at=until
            )
            for part in evaluate(incident.facts, moments, policy, register).entities:
                if part.in_scope is not Answer.NO:
                    hit.setdefault(part.entity, []).append(_Hit(incident, part))
    ordered = sorted(hit or [None], key=lambda entity: entity or "")
    return RecurrenceInputs(
        month=period.month,
        number=period.number,
        since=since,
        until=until,
        parts=tuple(_part(entity, hit.get(entity, []), policy, register) for entity in ordered),
        decided=tuple(decided),
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    """An incident as it has hit one entity."""

    incident: StandingIncident
    evaluation: EntityEvaluation


def _part(
    entity: str | None, hits: list[_Hit], policy: ClassificationPolicy, register: Register | None
) -> EntityPart:
    profile = _profile(entity, register)
    if profile is not None and is_exempt(**profile.model_dump()):
        return EntityPart(
            entity=entity,
            profile=profile,
            incidents=len(hits),
            without_root_cause=(),
            considered=(),
        )
    linked = [considered for hit in hits if (considered := _considered(hit))]
    causes_known = {considered.incident for considered in linked}
    named = {hit.incident.incident_id for hit in hits}
    shared = Counter(considered.fingerprint for considered in linked)
    return EntityPart(
        entity=entity,
        profile=profile,
        incidents=len(hits),
        without_root_cause=tuple(sorted(named - causes_known)[:_MOST_NAMED]),
        considered=tuple(
            considered
            for considered in sorted(linked, key=lambda one: (one.occurred_at, one.incident))
            if shared[considered.fingerprint] >= policy.recurrence.at_least
        ),
    )


def _considered(hit: _Hit) -> Considered | None:
    incident, root_cause = hit.incident, hit.incident.root_cause
    if root_cause is None:
        return None
    words, source = root_cause
    if (cause := fingerprint(words)) is None:
        return None
    undecided = incident.major is None
    return Considered(
        incident=incident.incident_id,
        occurred_at=incident.occurred_at,
        fingerprint=cause,
        taken_from=source,
        major=True if hit.evaluation.major is Answer.YES and undecided else incident.major,
        facts=hit.evaluation.facts,
    )


def _profile(entity: str | None, register: Register | None) -> Profile | None:
    if register is None or entity is None:
        return None
    profile = register.entities[entity]
    return Profile(
        microenterprise=profile.microenterprise, simplified_regime=profile.simplified_regime
    )
