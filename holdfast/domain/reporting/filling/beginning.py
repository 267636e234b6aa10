"""Fields 2.2 to 2.7 and 2.5's criteria: how it began, and by what it was found to be major."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.building import instant, known
from holdfast.domain.reporting.filling.sources import FillSources, SourceEntry, Wanted
from holdfast.domain.reporting.filling.stated import EntityFacts
from holdfast.domain.submissions import Origin
from holdfast.domain.values import JsonObject
from holdfast.dora.report.content import FieldSource, FilledField
from holdfast.dora.report_stages import ReportStage
from holdfast.dora.three_valued import Answer, Finding

__all__ = ["beginning_fields", "evaluation_of"]

_ENTRY = FieldSource.ENTRY

_CRITERIA = {
    "clients_counterparts_transactions": (
        "clients_financial_counterparts_and_transactions_affected"
    ),
    "geography": "geographical_spread",
    "data_losses": "data_losses",
    # Art. 9(5)(b) is a threshold of the same criterion.
    "malicious_access": "data_losses",
    "economic": "economic_impact",
    "reputation": "reputational_impact",
    "duration_downtime": "duration_and_service_downtime",
}

_ORDER = (*dict.fromkeys(_CRITERIA.values()), "critical_services_affected")

_DISCOVERED = {
    Origin.ALERT: "monitoring_systems",
    Origin.HUMAN: "staff",
    Origin.THIRD_PARTY: "third-party_provider",
}


def beginning_fields(
    sources: FillSources, wanted: Wanted, facts: EntityFacts
) -> Iterator[FilledField]:
    """Fill them from how the incident was opened, classified and rated."""
    opened = sources.first(EventKind.INCIDENT_OPENED)
    if opened is not None:
        aware_at = datetime.fromisoformat(opened.event.payload["aware_at"])
        because = "when the entity became aware, as the report that opened the incident says"
        yield from known("2.2", instant(aware_at), _ENTRY, because, [opened.id])
        yield from _description(sources, wanted, facts, opened)
        yield from _discovered(opened)
    yield from _classified(sources, wanted)
    yield from _criteria(sources, wanted)
    yield from _member_states(sources, wanted, facts)


def evaluation_of(sources: FillSources, entity: str) -> tuple[SourceEntry, JsonObject] | None:
    """The last evaluation of that entity, and the entry that has it; None where there is none."""
    for entry in reversed(sources.of(EventKind.CLASSIFICATION_EVALUATED)):
        for part in entry.event.payload["entities"]:
            if part["entity"] == entity:
                return entry, part
    return None


def _classified(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    for opened in sources.of_reporting(EventKind.REPORTING_OPENED, wanted.number):
        payload = opened.event.payload
        at = datetime.fromisoformat(payload["classified_at"])
        because = "when people decided that the incident is major"
        yield from known("2.3", instant(at), _ENTRY, because, [payload["decided"], opened.id])
        return


def _discovered(opened: SourceEntry) -> Iterator[FilledField]:
    origin = Origin(opened.event.payload["origin"])
    because = f"the report that opened the incident is of the origin {origin}"
    yield from known("2.7", _DISCOVERED[origin], _ENTRY, because, [opened.id])


def _description(
    sources: FillSources, wanted: Wanted, facts: EntityFacts, opened: SourceEntry
) -> Iterator[FilledField]:
    """2.4: as it was reported, what is affected, and later how serious we take it to be."""
    payload, behind = opened.event.payload, [opened.id]
    parts = [payload["title"], payload["description"]]
    if facts.services:
        parts.append(f"Affected services: {', '.join(_named(sources, facts.services))}.")
    cause = facts.stated.fact("root_cause")
    if cause is not None:
        parts.append(f"Cause as far as known: {cause.value}")
        behind += facts.stated.behind(["root_cause"])
    assigned = sources.last(EventKind.SEVERITY_ASSIGNED)
    if assigned is not None and set(wanted.covers) - {ReportStage.INITIAL}:
        parts.append(f"Internal severity: {assigned.event.payload['severity']}.")
        behind.append(assigned.id)
    because = "what was reported first, with what is known of services, cause and severity"
    whole = "\n\n".join(part for part in parts if part)
    yield from known("2.4", whole, _ENTRY, because, behind)


def _named(sources: FillSources, services: tuple[str, ...]) -> Iterator[str]:
    for name in services:
        service = sources.register.service(name)
        yield service.name if service else name


def _criteria(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """2.5: every criterion that was met when it was decided to be major, or at any time since.

    An impact that fades unmakes nothing: what has triggered the report has triggered it.
    """
    found, behind, estimate = dict[str, None](), [], False
    for entry, part in _evaluations_since_decided(sources, wanted):
        met = _met(part["classification"])
        if set(met) - set(found):
            behind.append(entry.id)
            estimate |= bool(part["facts"].get("estimated"))
        found |= dict.fromkeys(met)
    because = "the criteria found met when it was decided to be major, or since"
    values = tuple(sorted(found, key=_ORDER.index))
    yield from known("2.5", values, _ENTRY, because, behind, estimate=estimate or None)


def _evaluations_since_decided(
    sources: FillSources, wanted: Wanted
) -> Iterator[tuple[SourceEntry, JsonObject]]:
    opened = sources.of_reporting(EventKind.REPORTING_OPENED, wanted.number)
    decided = opened[0].event.payload["evaluation"] if opened else None
    since = False
    for entry in sources.of(EventKind.CLASSIFICATION_EVALUATED):
        since |= entry.id == decided
        for part in entry.event.payload["entities"]:
            if since and part["entity"] == wanted.entity:
                yield entry, part


def _met(classification: JsonObject) -> list[str]:
    found = ["critical_services_affected"] * (
        classification["critical_services_affected"] == Answer.YES
    )
    thresholds = classification["thresholds"]
    return found + [word for name, word in _CRITERIA.items() if thresholds.get(name) == Finding.MET]


def _member_states(
    sources: FillSources, wanted: Wanted, facts: EntityFacts
) -> Iterator[FilledField]:
    """2.6: where the threshold of geographical spread was met, as 2.5 says it."""
    behind = [
        entry.id
        for entry, part in _evaluations_since_decided(sources, wanted)
        if part["classification"]["thresholds"].get("geography") == Finding.MET
    ]
    fact = facts.stated.fact("member_states")
    states = facts.facts.member_states
    if not behind or fact is None or not states:
        return
    yield from known(
        "2.6",
        states,
        FieldSource.FACT,
        "the Member States with impact, as stated",
        [*facts.stated.behind(["member_states"]), behind[-1]],
        estimate=fact.estimate,
    )
