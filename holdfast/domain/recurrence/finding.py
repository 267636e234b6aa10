"""Which incidents recur together: judged from the recorded inputs alone, so at any time again.

A series lies within six months, and a month has many such windows: one ends with each incident of
the month, and one with the month itself, for incidents whose root cause came to be known late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from holdfast.domain.recurrence.assessment import (
    Considered,
    EarlierDecision,
    EntityFinding,
    EntityPart,
    RecurrenceInputs,
    Series,
)
from holdfast.domain.recurrence.periods import Period
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.recurrence import RecurringIncident, exemption, recurring_series
from holdfast.dora.recurrence import Series as Cumulated

__all__ = ["find_series", "judge"]

_DIGITS = 12
"""Of the digest of a fingerprint: enough to tell the causes of one entity apart."""


def judge(
    inputs: RecurrenceInputs, policy: ClassificationPolicy
) -> tuple[RecurrenceInputs, tuple[EntityFinding, ...]]:
    """Judge the inputs; of the earlier decisions, only those that count are left in them."""
    findings = find_series(inputs, policy)
    used = {series.decided_before for finding in findings for series in finding.series}
    decided = tuple(earlier for earlier in inputs.decided if earlier.entry in used)
    return inputs.model_copy(update={"decided": decided}), findings


def find_series(
    inputs: RecurrenceInputs, policy: ClassificationPolicy
) -> tuple[EntityFinding, ...]:
    """Judge each entity's incidents; exempt entities are named, and nothing of theirs is judged."""
    return tuple(_find(part, inputs, policy) for part in inputs.parts)


def _find(
    part: EntityPart, inputs: RecurrenceInputs, policy: ClassificationPolicy
) -> EntityFinding:
    exempt = exemption(**part.profile.model_dump()) if part.profile is not None else None
    if exempt is not None:
        return EntityFinding(entity=part.entity, exempt=exempt, series=())
    by_cause = dict[str, list[Considered]]()
    for considered in part.considered:
        by_cause.setdefault(considered.fingerprint, []).append(considered)
    found = [
        _series(part, cumulated, inputs.decided)
        for _, sharing in sorted(by_cause.items())
        for cumulated in _largest(_in_every_window(sharing, inputs, policy))
    ]
    return EntityFinding(entity=part.entity, exempt=None, series=tuple(found))


def _in_every_window(
    sharing: Sequence[Considered], inputs: RecurrenceInputs, policy: ClassificationPolicy
) -> list[Cumulated]:
    begins = Period(month=inputs.month).begins
    ends = {one.occurred_at for one in sharing if one.occurred_at >= begins} | {inputs.until}
    incidents = [
        RecurringIncident(
            id=one.incident,
            occurred_at=one.occurred_at,
            fingerprint=one.fingerprint,
            major=one.major,
            facts=one.facts,
        )
        for one in sharing
    ]
    return [series for end in sorted(ends) for series in recurring_series(incidents, end, policy)]


def _largest(found: Iterable[Cumulated]) -> list[Cumulated]:
    """Those that are no part of another: more incidents never make a series less major."""
    largest = list[Cumulated]()
    for series in sorted(found, key=lambda one: -len(one.incidents)):
        if not any(set(series.incidents) <= set(larger.incidents) for larger in largest):
            largest.append(series)
    return sorted(largest, key=lambda one: (one.last_at, one.incidents))


def _series(part: EntityPart, cumulated: Cumulated, decided: Iterable[EarlierDecision]) -> Series:
    cause = hashlib.sha256(cumulated.fingerprint.encode()).hexdigest()[:_DIGITS]
    known = {considered.incident: considered for considered in part.considered}
    series = Series(
        # By its last incident, since one cause may have several series that overlap.
        id=f"{part.entity or 'entity'}/{cause}/{cumulated.incidents[-1]}",
        entity=part.entity,
        fingerprint=cumulated.fingerprint,
        incidents=cumulated.incidents,
        first_at=cumulated.first_at,
        last_at=cumulated.last_at,
        members={name: known[name].digest for name in cumulated.incidents},
        also_major=cumulated.also_major,
        major=cumulated.major,
        facts=cumulated.facts.model_dump(mode="json"),
        classification=cumulated.classification.model_dump(mode="json"),
    )
    latest = [earlier.entry for earlier in decided if series.is_answered_by(earlier)][-1:]
    return series.model_copy(update={"decided_before": latest[0]}) if latest else series
