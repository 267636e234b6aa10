"""The rows that key figures are computed from, folded from walked incidents."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.domain.clocks import Clocks
from holdfast.domain.events import EventKind
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import FactChanges
from holdfast.domain.values import JsonValue, rfc3339
from holdfast.evidence.entry import Entry, entry_bytes
from holdfast.store.key_figures.tables import measured_course, measured_incident
from tests.folded import folded
from tests.key_figures_by_hand import by_hand
from tests.measured_walks import measured_walks
from tests.statements import COMMANDER, NOON, ROBIN, SERVICE
from tests.timed_walk import TimedWalk


def incident_of(walk: TimedWalk) -> dict[str, Any]:
    """The row of the one incident."""
    (row,) = folded(walk.entries(), measured_incident)
    return row


def state(walk: TimedWalk, fact: str, value: JsonValue, service: str | None = None) -> None:
    """Let Robin state a fact."""
    change = FactChange(
        fact=fact, service=service, value=value, quality=Quality.ACTUAL, source="monitoring"
    )
    walk.submit(ROBIN, FactChanges(changes=(change,)))


def test_the_moments_of_an_incident_are_those_of_its_entries() -> None:
    """From awareness to the end, each with its entry."""
    walk = TimedWalk()
    walk.now = NOON + timedelta(minutes=3)
    walk.to_triage()
    walk.now += timedelta(minutes=10)
    walk.answer(COMMANDER, "severity.assignment-1", "confirm")
    walk.now += timedelta(hours=1)
    walk.to_closed_from_contain()
    row = incident_of(walk)
    confirmed, ended = NOON + timedelta(minutes=3), walk.now
    names = ("detected_at", "confirmed_at", "contained_at", "recovered_at", "closed_at")
    assert [row[name] for name in names] == [NOON, confirmed, ended, ended, ended]
    assert (row["drill"], row["outcome"], row["services"]) == (False, "resolved", [SERVICE])
    kinds = {entry.id: str(entry.event.kind) for entry in walk.entries()}
    assert {name: kinds[row["entries"][name]] for name in ("detected", "contained")} == {
        "detected": "incident.opened",
        "contained": "milestone.reached",
    }


def test_a_fact_stated_again_corrects_the_row_and_one_taken_back_empties_it() -> None:
    """The entry behind it is the last that says so."""
    walk = TimedWalk()
    walk.to_triage()
    for value in ("2026-03-04T11:00:00Z", "2026-03-04T10:30:00Z"):
        state(walk, "occurred_at", value)
    row = incident_of(walk)
    assert row["occurred_at"] == datetime(2026, 3, 4, 10, 30, tzinfo=UTC)
    stated = [entry.id for entry in walk.entries() if entry.event.kind == "facts.changed"]
    assert row["entries"]["occurred"] == stated[1]
    state(walk, "occurred_at", None)
    assert incident_of(walk)["occurred_at"] is None


def test_what_hit_a_service_is_kept_by_service() -> None:
    """A service first named there becomes affected."""
    walk = TimedWalk()
    walk.to_triage()
    state(walk, "downtime_minutes", 30, SERVICE)
    state(walk, "downtime_minutes", 45, "card-payments")
    state(walk, "clients_affected", 900, SERVICE)
    row = incident_of(walk)
    assert row["downtime_stated"] == {SERVICE: 30, "card-payments": 45}
    assert row["clients"] == {SERVICE: 900}
    assert row["services"] == [SERVICE, "card-payments"]


def test_the_first_decision_on_the_class_is_the_one_that_is_timed() -> None:
    """What is decided later corrects the class, not how long it took."""
    walk = TimedWalk()
    walk.to_contain()
    walk.classify(major=True)
    first = walk.now
    walk.now += timedelta(hours=2)
    again = walk.last(EventKind.CLASSIFICATION_DECIDED)
    content = {**again.payload, "before": True}
    walk.write("incident/INC-2026-000001", again.model_copy(update={"payload": content}))
    assert incident_of(walk)["classified_at"] == first


def test_causes_are_compared_without_case_and_punctuation() -> None:
    """As recurring incidents are."""
    walk = TimedWalk()
    walk.to_triage()
    state(walk, "root_cause", "Expired  Certificate!")
    assert incident_of(walk)["cause_fact"] == "expired-certificate"


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32))
def test_random_incidents_have_the_rows_that_a_second_program_finds(seed: int) -> None:
    """Decisions, tasks and notifications that count, with their ends, marks and entries."""
    incidents = [f"INC-2026-{number:06d}" for number in range(2)]
    walked = [entry for entries in measured_walks(incidents, seed) for entry in entries]
    known = by_hand(map(entry_bytes, walked), datetime(2027, 1, 1, tzinfo=UTC))
    counted = {one["incident_id"] for one in known.get("time_to_detect", [])}
    rows = [
        row
        for row in folded(walked, measured_course)
        if row["incident_id"] in counted and row["state"] != "withdrawn"
    ]
    for figure in ("approval_latency", "notification_margin", "remediation_ageing"):
        found = [told(row) for row in rows if row["figure"] == figure]
        wanted = [
            (one["incident_id"], one["at"], one["state"] == "measured", one["entries"])
            for one in known.get(figure, [])
        ]
        assert sorted(found) == sorted(wanted)


def test_each_entity_that_reports_has_a_notification_of_its_own() -> None:
    """In time, late, told later than it was, and taken back; other reports are not measured."""
    walk = TimedWalk()
    walk.to_triage()
    clocks = Clocks({}, lambda event: walk.write("reporting/INC-2026-000001/1", event))
    began, four = walk.now, Schedule(due_after=timedelta(hours=4))
    for number in range(1, 6):
        clocks.arm(f"reporting-{number}:initial", "Submit", walk.now, four)
    clocks.arm("reporting-1:intermediate", "Submit", walk.now, four)
    walk.now += timedelta(hours=3)
    for clock_id in ("reporting-1:initial", "reporting-1:intermediate"):
        clocks.meet(clock_id)
    clocks.cancel("reporting-5:initial")
    walk.now += timedelta(hours=2)
    clocks.ring(walk.now)
    clocks.meet("reporting-2:initial")
    clocks.meet("reporting-3:initial", as_of=began + timedelta(hours=1))
    rows = {
        row["subject"]: ((row["due_at"] - row["ended_at"]) if row["ended_at"] else row["state"])
        for row in folded(walk.entries(), measured_course)
        if row["figure"] == "notification_margin"
    }
    hour = timedelta(hours=1)
    wanted = {1: hour, 2: -hour, 3: 3 * hour, 4: "missed", 5: "withdrawn"}
    assert rows == {f"reporting-{number}:initial": left for number, left in wanted.items()}
    seen = by_hand(map(entry_bytes, walk.entries()), walk.now)["notification_margin"]
    told_of = [(one["value"], one["marked"]) for one in seen]
    assert sorted(told_of, key=str) == sorted(
        [(3600, False), (-3600, True), (10_800, False), (None, True)], key=str
    )


def told(row: dict[str, Any]) -> tuple[object, ...]:
    """Of which incident, from when, whether it ended, and what says so."""
    return (row["incident_id"], row["began_at"], row["ended_at"] is not None, row["entries"])


def test_a_drill_says_so_in_its_row() -> None:
    """Everything else of it is kept as of others: the figures leave it out."""
    walk = TimedWalk()
    walk.to_triage()
    opened, *rest = walk.entries()
    content = {**opened.event.payload, "drill": {"script": "outage"}}
    event = opened.event.model_copy(update={"payload": content})
    marked: list[Entry] = [opened.model_copy(update={"event": event}), *rest]
    (row,) = folded(marked, measured_incident)
    assert row["drill"] is True
    assert by_hand(map(entry_bytes, marked), NOON) == {}
    assert json.loads(entry_bytes(marked[0]))["payload"]["aware_at"] == rfc3339(NOON)
