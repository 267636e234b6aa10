"""The times that providers are held to, folded in memory from what the rules have written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.asking import (
    EndPause,
    RequestPause,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.domain.values import rfc3339
from holdfast.store.tables import clock
from holdfast.store.third_parties.tables import vendor_clock
from tests.escalated_incident import EscalatedIncident
from tests.folded import folded
from tests.statements import COMMANDER, NOON, ROBIN
from tests.third_party_walk import VENDOR_MANAGER


@pytest.fixture
def scene() -> EscalatedIncident:
    """An incident that has just escalated to the provider of its ledger, at SEV2."""
    return EscalatedIncident()


def rows_of(scene: EscalatedIncident, name: str) -> list[dict[str, Any]]:
    """The rows of one of the provider's times, in the order in which they began to run."""
    rows = folded(scene.walk.entries(), vendor_clock)
    return [row for row in rows if row["clock"] == name]


def row_of(scene: EscalatedIncident, name: str) -> dict[str, Any]:
    """The one row of one of the provider's times."""
    (row,) = rows_of(scene, name)
    return row


def kinds_behind(scene: EscalatedIncident, row: dict[str, Any]) -> list[str]:
    """The kinds of the entries that a row names."""
    kinds = {entry.id: str(entry.event.kind) for entry in scene.walk.entries()}
    return [kinds[entry] for entry in row["entries"]]


def test_every_time_runs_towards_its_own_deadline(scene: EscalatedIncident) -> None:
    """One row each, from the first call on."""
    rows = folded(scene.walk.entries(), vendor_clock)
    assert [(row["clock"], row["due_at"] - NOON) for row in rows] == [
        ("acknowledge", timedelta(minutes=30)),
        ("first_response", timedelta(hours=1)),
        ("update", timedelta(hours=2)),
        ("workaround", timedelta(hours=4)),
        ("restore", timedelta(hours=8)),
    ]
    assert {(row["state"], row["current"], row["number"], row["round"]) for row in rows} == {
        ("running", True, 1, 1)
    }


def test_a_time_that_passes_is_missed_and_breached_until_it_is_met_late(
    scene: EscalatedIncident,
) -> None:
    """The entries behind it say when and why."""
    scene.wait(minutes=31)
    row, due_at = row_of(scene, "acknowledge"), NOON + timedelta(minutes=30)
    assert (row["state"], row["current"], row["met_at"]) == ("missed", True, None)
    assert (row["missed_at"], row["breached_at"], row["severity"]) == (due_at, due_at, "SEV2")
    scene.ledger.say(Said.ACKNOWLEDGEMENT)
    row = row_of(scene, "acknowledge")
    assert (row["state"], row["current"], row["met_at"]) == ("met_late", False, scene.walk.now)
    assert kinds_behind(scene, row) == ["clock.armed", "clock.missed", "clock.met"]


def test_what_was_said_in_time_and_entered_late_was_kept(scene: EscalatedIncident) -> None:
    """It was breached as far as anybody knew; that stays on record."""
    scene.wait(minutes=40)
    body = VendorStatement(
        said=Said.ACKNOWLEDGEMENT,
        said_at=NOON + timedelta(minutes=20),
        source=Source.TELEPHONE,
        reference="Bridge call 12",
    )
    scene.ledger.submit(ROBIN, body)
    row = row_of(scene, "acknowledge")
    assert (row["state"], row["met_at"]) == ("met", NOON + timedelta(minutes=20))
    assert row["breached_at"] == NOON + timedelta(minutes=30)
    assert row["ended_at"] == scene.walk.now


def test_each_update_is_a_time_of_its_own(scene: EscalatedIncident) -> None:
    """One that was kept does not hide one that was missed, nor the other way round."""
    scene.ledger.say(Said.UPDATE)
    scene.wait(minutes=150)
    scene.ledger.say(Said.UPDATE)
    first, second, third = rows_of(scene, "update")
    assert [row["state"] for row in (first, second, third)] == ["met", "met_late", "running"]
    assert [row["breached_at"] is None for row in (first, second, third)] == [True, False, True]
    assert kinds_behind(scene, third) == ["clock.armed"]


def test_a_pause_moves_the_deadline_and_is_timed(scene: EscalatedIncident) -> None:
    """In the list of all clocks as well."""
    body = RequestPause(reason="waiting-for-client", statement="They wait for our extract.")
    scene.ledger.submit(ROBIN, body)
    scene.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    assert row_of(scene, "restore")["state"] == "paused"
    paused = [row for row in folded(scene.walk.entries(), clock) if row["state"] == "paused"]
    assert {(row["clock_id"], row["next_at"]) for row in paused} == {
        ("third-party-1:workaround-1", None),
        ("third-party-1:restore-1", None),
    }
    scene.ledger.say(Said.UPDATE)
    scene.wait(hours=1)
    scene.ledger.submit(ROBIN, EndPause(statement="They have it."))
    row = row_of(scene, "restore")
    assert (row["state"], row["due_at"]) == ("running", NOON + timedelta(hours=9))
    assert row["stood_still"] == [rfc3339(NOON), rfc3339(NOON + timedelta(hours=1))]
    known = {row["clock_id"]: row for row in folded(scene.walk.entries(), clock)}
    resumed = known["third-party-1:restore-1"]
    assert (resumed["state"], resumed["due_at"]) == ("running", NOON + timedelta(hours=9))
    assert resumed["next_at"] is not None


def test_what_nothing_waits_for_is_cancelled_and_what_was_missed_stays_missed(
    scene: EscalatedIncident,
) -> None:
    """A withdrawal makes nothing undone."""
    scene.wait(minutes=61)
    scene.ledger.submit(COMMANDER, WithdrawEscalation(because="The cause was ours."))
    rows = folded(scene.walk.entries(), vendor_clock)
    assert {row["clock"]: row["state"] for row in rows} == {
        "acknowledge": "missed",
        "first_response": "missed",
        "update": "cancelled",
        "workaround": "cancelled",
        "restore": "cancelled",
    }
    assert not any(row["current"] for row in rows)
    assert {row["ended_at"] for row in rows} == {scene.walk.now}


def test_a_new_deadline_takes_the_place_of_the_one_that_runs(scene: EscalatedIncident) -> None:
    """As where the severity changes: the old one was neither kept nor missed."""
    entries = scene.walk.entries()
    armed = next(e for e in entries if e.event.subject.id == "third-party-1:restore-1")
    content = {**armed.event.payload, "re_armed": True, "due_at": rfc3339(NOON)}
    event = armed.event.model_copy(update={"payload": content})
    workflow = armed.workflow
    again = armed.model_copy(update={"id": f"{workflow}#90", "sequence": 90, "event": event})
    old, new = (row for row in folded([*entries, again], vendor_clock) if row["clock"] == "restore")
    assert (old["state"], old["current"], old["ended_at"]) == ("running", False, NOON)
    assert old["entries"] == [armed.id, again.id]
    assert (new["armed_entry"], new["current"], new["due_at"]) == (again.id, True, NOON)


def test_clocks_of_ours_are_none_of_the_providers(scene: EscalatedIncident) -> None:
    """Neither the deadline of the review nor those of decisions are anything that it owes."""
    scene.ledger.restore()
    armed = [e for e in scene.walk.entries() if e.event.kind is EventKind.CLOCK_ARMED]
    ids = {entry.event.subject.id for entry in armed}
    rows = folded(scene.walk.entries(), vendor_clock)
    assert "third-party-1:review-1" in ids
    assert "decision/third-party-1:third_party.restoration-1" in ids
    assert {row["clock_id"].partition(":")[2] for row in rows} == {
        *("acknowledge-1", "first_response-1", "update-1", "workaround-1", "restore-1"),
    }
