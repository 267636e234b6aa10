"""Filling the form ahead: from the register, the policy, what was recorded, and what people supply.

What a person supplies comes before what follows from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from holdfast.domain.threats.content import FilledThreatField, ThreatContent
from holdfast.domain.threats.state import ThreatState
from holdfast.domain.values import rfc3339
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.dora.report.content import FieldSource, FieldValue
from holdfast.dora.threat_form import (
    THREAT_FIELDS,
    ThreatGap,
    check_threat_value,
    threat_gaps,
)

__all__ = ["CONTACT_POINTS", "authors_of", "content_of", "gaps_of"]

CONTACT_POINTS = {
    "6": ("primary_contact", "name"),
    "7": ("primary_contact", "mail"),
    "8": ("primary_contact", "phone"),
    "9": ("second_contact", "name"),
    "10": ("second_contact", "mail"),
    "11": ("second_contact", "phone"),
}
"""By field: which contact of the reporting policy, and which of its points in the directory."""

_CRITERIA = {
    "could_meet_clients_counterparts_transactions": (
        "clients_financial_counterparts_and_transactions_affected"
    ),
    "could_meet_geography": "geographical_spread",
    "could_meet_critical_services": "critical_services_affected",
}
_CRITERIA_FIELD = "15"


def content_of(state: ThreatState, version: int, now: datetime) -> ThreatContent:
    """The form as it stands now, as that version; `now` is aware."""
    fields = {each.number: each for each in _ahead(state)}
    fields |= {each.number: each for each in _supplied(state)}
    entity = state.report.entity if state.report else ""
    return ThreatContent(
        threat=state.threat,
        entity=entity,
        version=version,
        filled_at=now,
        fields=tuple(fields[number] for number in THREAT_FIELDS if number in fields),
    )


def gaps_of(content: ThreatContent) -> tuple[ThreatGap, ...]:
    """What a notification still lacks."""
    return threat_gaps(content.values, tuple(content.contacts))


def authors_of(content: ThreatContent, state: ThreatState) -> set[str]:
    """Whoever wrote something that stands in it, by pseudonym; facts give its criteria."""
    authors = {each.by.id for each in content.fields if each.by is not None}
    from_facts = any(each.source is FieldSource.FACT for each in content.fields)
    return authors | (set(state.fact_authors) if from_facts else set())


def _ahead(state: ThreatState) -> Iterator[FilledThreatField]:
    yield from _submitter(state)
    yield from _contacts(state)
    report = state.report
    if report is None:
        return
    entry, by = state.recorded, state.reporter
    said = {"12": rfc3339(report.detected_at), "13": report.description}
    for number, words in said.items():
        yield FilledThreatField(
            number=number,
            value=check_threat_value(number, words),
            source=FieldSource.ENTRY,
            entry=entry,
            by=by,
        )
    if criteria := _criteria(state.facts):
        value = check_threat_value(_CRITERIA_FIELD, criteria)
        yield FilledThreatField(
            number=_CRITERIA_FIELD, value=value, source=FieldSource.FACT, entry=state.assessed
        )
    because = "it is not closed"
    yield FilledThreatField(
        number="16", value="active", source=FieldSource.COMPUTED, because=because
    )


def _submitter(state: ThreatState) -> Iterator[FilledThreatField]:
    terms, report = state.terms, state.report
    if terms is None or report is None or terms.entity is None:
        return
    entity, rules = terms.entity, terms.rules(report.entity)
    other = rules.submitter if rules else None
    if other is None:
        yield _of_register("1", entity.name)
        yield _of_register("2", entity.lei)
        return
    yield _of_register("1", other.name)
    if code := other.lei or other.code:
        yield _of_register("2", code)
    yield _of_register("3", (str(entity.type),))
    yield _of_register("4", entity.name)
    yield _of_register("5", entity.lei)


def _contacts(state: ThreatState) -> Iterator[FilledThreatField]:
    rules = state.terms.rules(state.report.entity) if state.terms and state.report else None
    if rules is None:
        return
    for number, (contact, point) in CONTACT_POINTS.items():
        yield FilledThreatField(
            number=number,
            value=None,
            source=FieldSource.CONTACT,
            because=f"the {point} of the contact that the reporting policy names",
            contact=getattr(rules, contact),
        )


def _supplied(state: ThreatState) -> Iterator[FilledThreatField]:
    for number, supplied in state.supplied.items():
        yield FilledThreatField(
            number=number,
            value=supplied.value,
            source=FieldSource.SUPPLIED,
            entry=supplied.entry,
            by=supplied.by,
        )


def _criteria(facts: CyberThreatFacts) -> tuple[str, ...]:
    return tuple(name for fact, name in _CRITERIA.items() if getattr(facts, fact))


def _of_register(number: str, value: FieldValue) -> FilledThreatField:
    return FilledThreatField(number=number, value=value, source=FieldSource.REGISTER)
