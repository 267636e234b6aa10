"""One incident as annual figures see it: amounts over time, classification, reports and limits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.filling.sources import ToldEntry, place_of
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import reporting_id
from holdfast.domain.values import JsonObject
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "NEEDED",
    "IncidentHistory",
    "Limit",
    "ReportingHistory",
    "Statement",
    "history_of",
]

NEEDED = frozenset(
    {
        *(EventKind.INCIDENT_OPENED, EventKind.FACTS_CHANGED, EventKind.CLASSIFICATION_DECIDED),
        *(EventKind.REPORTING_OPENED, EventKind.DEADLINES_COMPUTED, EventKind.REPORT_SUBMITTED),
        *(EventKind.REPORT_RECEIPTED, EventKind.REPORT_FIELD_SUPPLIED),
        EventKind.REPORTING_CLOSED,
    }
)
"""The kinds of entry that count."""

_FACTS = ("costs_eur", "recoveries_eur", "third_party_origin", "member_states")


@dataclass(frozen=True, slots=True)
class Statement:
    """What was said at a moment, and by which entry; a value None takes an earlier one back."""

    at: datetime
    value: bool | int | str | tuple[str, ...] | None
    entry: str
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Limit:
    """Until when a report could be submitted, as computed last before it was."""

    due_at: datetime
    clause: str
    entry: str


@dataclass(slots=True)
class ReportingHistory:
    """The reporting of one entity: its limits, and what was submitted first of each report."""

    id: str
    entity: str
    classified_at: datetime
    opened: str
    limits: dict[ReportStage, Limit] = field(default_factory=dict)
    submitted: dict[ReportStage, tuple[datetime, str]] = field(default_factory=dict)
    notices: dict[ReportStage, tuple[datetime, str]] = field(default_factory=dict)
    references: list[str] = field(default_factory=list)
    supplied: dict[str, Statement] = field(default_factory=dict)
    reclassified_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(slots=True)
class IncidentHistory:
    """One incident; `facts` are all statements of a fact in their order."""

    incident: str
    title: str = ""
    drill: bool = False
    first_major: Statement | None = None
    major: bool = False
    facts: dict[str, list[Statement]] = field(default_factory=dict)
    reportings: dict[int, ReportingHistory] = field(default_factory=dict)

    def last(self, fact: str, before: datetime) -> Statement | None:
        """What was stated of a fact last before a moment; None if nothing, or taken back."""
        told = [each for each in self.facts.get(fact, ()) if each.at < before]
        return told[-1] if told and told[-1].value is not None else None


def history_of(incident: str, entries: Iterable[ToldEntry]) -> IncidentHistory:
    """Read one incident from its entries; others than those of `NEEDED` change nothing."""
    history = IncidentHistory(incident)
    for entry in sorted(entries, key=place_of):
        payload = entry.event.payload
        match entry.event.kind:
            case EventKind.INCIDENT_OPENED:
                history.title = payload["title"]
                history.drill = payload.get("drill") is not None
                _state(history, entry, payload["facts"])
            case EventKind.FACTS_CHANGED:
                _state(history, entry, payload["changes"])
            case EventKind.CLASSIFICATION_DECIDED:
                _classify(history, entry)
            case EventKind.REPORTING_OPENED:
                number = payload["number"]
                history.reportings[number] = ReportingHistory(
                    id=reporting_id(incident, number),
                    entity=payload["entity"],
                    classified_at=datetime.fromisoformat(payload["classified_at"]),
                    opened=entry.id,
                )
            case kind if kind in NEEDED and payload["number"] in history.reportings:
                _report(history.reportings[payload["number"]], entry)
    return history


def _state(history: IncidentHistory, entry: ToldEntry, changes: Iterable[JsonObject]) -> None:
    for change in changes:
        if change["fact"] in _FACTS:
            estimate = change["quality"] == "estimate"
            said = Statement(entry.occurred_at, change["value"], entry.id, estimate)
            history.facts.setdefault(change["fact"], []).append(said)


def _classify(history: IncidentHistory, entry: ToldEntry) -> None:
    payload = entry.event.payload
    history.major = payload["major"]
    if history.major and history.first_major is None:
        told = payload.get("first_major_at")
        at = datetime.fromisoformat(told) if told else entry.occurred_at
        history.first_major = Statement(at, value=True, entry=entry.id)


def _report(reporting: ReportingHistory, entry: ToldEntry) -> None:
    payload = entry.event.payload
    match entry.event.kind:
        case EventKind.DEADLINES_COMPUTED:
            _compute(reporting, entry)
        case EventKind.REPORT_SUBMITTED:
            _submit(reporting, entry)
        case EventKind.REPORT_FIELD_SUPPLIED:
            value = payload["value"]
            told = tuple(value) if isinstance(value, list) else value
            said = Statement(entry.occurred_at, told, entry.id)
            reporting.supplied[payload["field"]] = said
        case EventKind.REPORTING_CLOSED:
            reporting.ended_at = reporting.ended_at or entry.occurred_at
    reference = payload.get("reference")
    if reference and reference not in reporting.references:
        reporting.references.append(reference)


def _compute(reporting: ReportingHistory, entry: ToldEntry) -> None:
    for stage in ReportStage:
        deadline = entry.event.payload["deadlines"][stage]
        # The limit of what has left already is history.
        if deadline is not None and stage not in reporting.submitted:
            due_at = datetime.fromisoformat(deadline["due_at"])
            reporting.limits[stage] = Limit(due_at, deadline["clause"], entry.id)


def _submit(reporting: ReportingHistory, entry: ToldEntry) -> None:
    payload = entry.event.payload
    kind, at = ReportKind(payload["kind"]), datetime.fromisoformat(payload["submitted_at"])
    stages = [ReportStage(stage) for stage in payload["covers"]]
    if kind is ReportKind.RECLASSIFICATION:
        reporting.reclassified_at = reporting.reclassified_at or at
        reporting.ended_at = reporting.ended_at or at
        return
    first = reporting.notices if kind is ReportKind.DELAY_NOTICE else reporting.submitted
    for stage in stages:
        first.setdefault(stage, (at, entry.id))
