"""A chain told by hand, entry by entry, and what a report is filled with from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.reporting.filling.content import report_content
from holdfast.domain.reporting.filling.sources import (
    FillSources,
    SourceEntry,
    ToldEntry,
    Wanted,
)
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import REPORTING, ReportingPolicy, reporting_policy
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.values import JsonObject, JsonValue, rfc3339
from holdfast.dora.register import Register
from holdfast.dora.report.content import FilledField, ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.store.policies import load_named_policy
from tests.rulebook import FOLDER, RULEBOOK
from tests.statements import ALERTMANAGER, COMPLIANCE, NOON, ROBIN

__all__ = ["BANK", "INCIDENT", "POLICY", "REGISTER", "ToldChain", "fields_of", "filled"]

INCIDENT = "INC-2026-000001"
BANK = "beispielbank"
POLICY: ReportingPolicy = reporting_policy(load_named_policy(FOLDER, REPORTING).content)
REGISTER: Register = RULEBOOK.register  # type: ignore[assignment] # the repository's has one

_MINUTE = timedelta(minutes=1)


class ToldChain:
    """The entries of one incident, told one after the other, a minute apart."""

    def __init__(self, *services: str, origin: str = "alert") -> None:
        """Begin with the report that opens it, at noon."""
        self.entries = list[SourceEntry]()
        self.now = NOON
        opening: JsonObject = {
            "title": "Payments do not go through",
            "description": "The gateway refuses connections.",
            "origin": origin,
            "aware_at": rfc3339(NOON),
            "services": list(services),
            "reporter": ALERTMANAGER.model_dump(mode="json"),
            "facts": [],
        }
        self.tell(EventKind.INCIDENT_OPENED, opening)

    def tell(
        self,
        kind: EventKind,
        payload: JsonObject,
        *,
        actor: Actor = SYSTEM,
        about: tuple[str, str] = ("incident", INCIDENT),
        causes: Iterable[str] = (),
    ) -> str:
        """Add an entry, and return its id."""
        entry = SourceEntry(
            id=f"incident/{INCIDENT}#{len(self.entries)}",
            occurred_at=self.now,
            event=Event(
                kind=kind,
                subject=Subject(type=about[0], id=about[1]),
                actor=actor,
                payload=payload,
                causes=tuple(causes),
            ),
        )
        self.entries.append(entry)
        self.now += _MINUTE
        return entry.id

    def state(
        self, service: str | None = None, quality: Quality = Quality.ACTUAL, **values: JsonValue
    ) -> str:
        """State facts, of the whole incident or of a service."""
        changes = [
            FactChange(
                fact=name, service=service, value=value, quality=quality, source="the desk"
            ).model_dump(mode="json")
            for name, value in values.items()
        ]
        return self.tell(EventKind.FACTS_CHANGED, {"changes": changes}, actor=ROBIN)

    def open_reporting(
        self, number: int = 1, entity: str = BANK, *, evaluation: str | None = None
    ) -> str:
        """Open the reporting of an entity, decided upon that evaluation."""
        payload: JsonObject = {
            "number": number,
            "entity": entity,
            "aware_at": rfc3339(NOON),
            "classified_at": rfc3339(self.now),
            "decided": f"incident/{INCIDENT}#0",
            "evaluation": evaluation or f"incident/{INCIDENT}#0",
        }
        return self.tell(EventKind.REPORTING_OPENED, payload)

    def supply(
        self,
        field: str,
        value: JsonValue,
        *,
        number: int = 1,
        estimate: bool | None = None,
        because: str | None = None,
        actor: Actor = COMPLIANCE,
    ) -> str:
        """Supply a field of a reporting."""
        payload: JsonObject = {
            "number": number,
            "entity": BANK,
            "field": field,
            "value": value,
            "estimate": estimate,
            "because": because,
            "replaces": None,
        }
        return self.tell(EventKind.REPORT_FIELD_SUPPLIED, payload, actor=actor)

    def fields(
        self, kind: ReportKind = ReportKind.FINAL, covers: Sequence[ReportStage] | None = None
    ) -> dict[str, FilledField]:
        """What a report of the bank is filled with now."""
        return fields_of(filled(self.entries, kind, covers))


def filled(
    entries: Iterable[ToldEntry],
    kind: ReportKind = ReportKind.FINAL,
    covers: Sequence[ReportStage] | None = None,
    *,
    entity: str = BANK,
    policy: ReportingPolicy = POLICY,
    at: datetime | None = None,
) -> ReportContent:
    """A report filled from these entries, as of the last of them."""
    told = tuple(
        SourceEntry(id=each.id, occurred_at=each.occurred_at, event=each.event) for each in entries
    )
    stages = ((kind.stage,) if kind.stage else ()) if covers is None else tuple(covers)
    wanted = Wanted(
        incident=INCIDENT,
        number=1,
        entity=entity,
        kind=kind,
        covers=stages,
        version=1,
        at=at or told[-1].occurred_at,
    )
    return report_content(FillSources(told, REGISTER, policy), wanted)


def fields_of(content: ReportContent) -> dict[str, FilledField]:
    """Its fields by number."""
    return {field.number: field for field in content.fields}
