"""Incidents over several years, told by hand; and a second program that counts them."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.reporting.filling.sources import SourceEntry
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import JsonObject, rfc3339

__all__ = ["STAGES", "ToldIncident", "counted_again", "some_incidents"]

STAGES = ("initial", "intermediate", "final")
_ENTITIES = ("beispielbank", "paiement-exemple")
_DAY = timedelta(days=1)


class ToldIncident:
    """One incident, told entry by entry."""

    def __init__(self, incident: str, opened_at: datetime, *, drill: bool = False) -> None:
        """Begin with the report that opens it."""
        self.incident = incident
        self.entries = list[SourceEntry]()
        opened: JsonObject = {"title": f"About {incident}", "facts": [], "services": []}
        if drill:
            opened["drill"] = {"id": "DRL-2026-000001"}
        self.tell(opened_at, EventKind.INCIDENT_OPENED, opened)

    def tell(self, at: datetime, kind: EventKind, payload: JsonObject) -> str:
        """Add an entry, and return its id."""
        entry = SourceEntry(
            id=f"incident/{self.incident}#{len(self.entries)}",
            occurred_at=at,
            event=Event(
                kind=kind,
                subject=Subject(type="incident", id=self.incident),
                actor=SYSTEM,
                payload=payload,
            ),
        )
        self.entries.append(entry)
        return entry.id

    def state(self, at: datetime, **values: object) -> str:
        """State facts, as estimates."""
        changes: list[Any] = [
            {"fact": name, "service": None, "value": value, "quality": "estimate", "source": "desk"}
            for name, value in values.items()
        ]
        return self.tell(at, EventKind.FACTS_CHANGED, {"changes": changes})

    def classify(self, at: datetime, *, major: bool = True) -> str:
        """Decide that it is major, or that it never was."""
        first = rfc3339(at) if major else None
        payload: JsonObject = {"major": major, "reversed": not major, "first_major_at": first}
        return self.tell(at, EventKind.CLASSIFICATION_DECIDED, payload)

    def open_reporting(self, at: datetime, number: int, entity: str) -> str:
        """Open the reporting of an entity."""
        payload: JsonObject = {"number": number, "entity": entity, "classified_at": rfc3339(at)}
        return self.tell(at, EventKind.REPORTING_OPENED, payload)

    def limit(self, at: datetime, number: int, **due: datetime) -> str:
        """Compute limits of stages."""
        deadlines: JsonObject = {
            stage: {"due_at": rfc3339(due[stage]), "clause": "2025/301 Art. 5(1)"}
            if stage in due
            else None
            for stage in STAGES
        }
        payload: JsonObject = {"number": number, "deadlines": deadlines}
        return self.tell(at, EventKind.DEADLINES_COMPUTED, payload)

    def submit(self, at: datetime, number: int, kind: str, *covers: str) -> str:
        """Submit a version; what it is says what it covers, unless that is given."""
        payload: JsonObject = {
            "number": number,
            "kind": kind,
            "covers": list(covers) or ([kind] if kind in STAGES else []),
            "submitted_at": rfc3339(at),
            "reference": f"REF-{self.incident[-1]}",
        }
        return self.tell(at, EventKind.REPORT_SUBMITTED, payload)


def some_incidents(seed: int, count: int) -> list[ToldIncident]:
    """Incidents of 2024 to 2027 at random: late, early, adjusted, taken back, drills."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    return [_told(chance, f"INC-2026-{number:06d}") for number in range(1, count + 1)]


def _told(chance: random.Random, incident: str) -> ToldIncident:
    at = datetime(2024, 1, 1, tzinfo=UTC) + chance.randrange(1200) * _DAY
    told = ToldIncident(incident, at, drill=chance.random() < 0.1)
    told.classify(at + _DAY)
    numbers = range(1, chance.choice((1, 1, 2)) + 1)
    for number in numbers:
        told.open_reporting(at + _DAY, number, _ENTITIES[number - 1])
        told.limit(at + _DAY, number, initial=at + 2 * _DAY)
    if chance.random() < 0.8:
        told.state(at + 3 * _DAY, costs_eur=chance.randrange(1_000_000))
    if chance.random() < 0.6:
        states = chance.choice(("DE", "DE FR", "none"))
        told.state(at + 3 * _DAY, third_party_origin=chance.random() < 0.5, member_states=states)
    if chance.random() < 0.15:
        told.classify(at + 4 * _DAY, major=False)
        for number in numbers:
            told.submit(at + 5 * _DAY, number, "reclassification")
        return told
    _go_on(told, chance, numbers, at + 4 * _DAY)
    return told


def _go_on(told: ToldIncident, chance: random.Random, numbers: range, moment: datetime) -> None:
    """Report it, some of it late or not at all, and adjust what it has cost."""
    for stage, following in zip(STAGES, ("intermediate", "final", None), strict=True):
        for number in numbers:
            if chance.random() < 0.2:
                told.submit(moment, number, "delay_notice", stage)
        moment += chance.randrange(1, 25) * _DAY
        if chance.random() < 0.15:
            return
        for number in numbers:
            told.submit(moment, number, stage)
            if following is not None:
                told.limit(moment, number, **{following: moment + 12 * _DAY})
    for _ in range(chance.randrange(4)):
        moment += chance.randrange(20, 300) * _DAY
        value = None if chance.random() < 0.1 else chance.randrange(1_000_000)
        told.state(moment, **{chance.choice(("costs_eur", "recoveries_eur")): value})


def counted_again(
    incidents: list[ToldIncident], begin: datetime, end: datetime, now: datetime, entity: str | None
) -> dict[str, int]:
    """Count a year from the raw entries, one entry after the other, with nothing kept between."""
    found = dict.fromkeys(("gross", "recoveries", "major", "due", "on_time", "noticed"), 0)
    until = min(end, now)
    for told in incidents:
        raw = [
            (each.occurred_at, str(each.event.kind), each.event.payload) for each in told.entries
        ]
        if raw[0][2].get("drill"):
            continue
        mine = [p["number"] for _, k, p in raw if k == "reporting.opened"
                and entity in (None, p["entity"])]  # fmt: skip
        if entity and not mine:
            continue
        decided = [(at, p["major"]) for at, k, p in raw if k == "classification.decided"]
        if begin <= decided[0][0] < until and decided[-1][1]:
            found["major"] += 1
        sent = [p for _, k, p in raw if k == "report.submitted" and p["number"] in mine]
        finals = sorted(p["submitted_at"] for p in sent if p["kind"] == "final")
        if finals and datetime.fromisoformat(finals[0]) < until:
            for name, fact in (("gross", "costs_eur"), ("recoveries", "recoveries_eur")):
                found[name] += _stated(raw, fact, until)
                if datetime.fromisoformat(finals[0]) < begin:
                    found[name] -= _stated(raw, fact, begin)
        back = any(p["kind"] == "reclassification" for p in sent)
        for number in mine:
            for stage in STAGES:
                _count_due(found, raw, number, stage, (begin, end, now), back=back)
    return found


def _stated(raw: list[Any], fact: str, before: datetime) -> int:
    """The last amount that was stated before a moment."""
    amount = 0
    for at, kind, payload in raw:
        if kind == "facts.changed" and at < before:
            for change in payload["changes"]:
                if change["fact"] == fact:
                    amount = change["value"] or 0
    return amount


def _count_due(
    found: dict[str, int],
    raw: list[Any],
    number: int,
    stage: str,
    when: tuple[datetime, datetime, datetime],
    *,
    back: bool,
) -> None:
    begin, end, now = when
    due, sent, noticed, back_at = None, None, False, None
    for at, kind, payload in raw:
        if payload.get("number") != number:
            continue
        if kind == "deadlines.computed" and payload["deadlines"][stage] and sent is None:
            due = datetime.fromisoformat(payload["deadlines"][stage]["due_at"])
        if kind == "report.submitted" and payload["kind"] == stage and sent is None:
            sent = at
        if kind == "report.submitted" and payload["kind"] == "delay_notice":
            noticed = noticed or stage in payload["covers"]
        if kind == "report.submitted" and payload["kind"] == "reclassification":
            back_at = at
    if due is None or not begin <= due < end:
        return
    sent = sent if sent is not None and sent <= now else None
    passed = due < now and (not back or back_at is None or due < back_at)
    if sent is None and not passed:
        return
    found["due"] += 1
    on_time = sent is not None and sent <= due
    found["on_time"] += on_time
    found["noticed"] += noticed and not on_time
