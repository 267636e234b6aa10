"""The tables of escalations, folded in memory from what the rules have written."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.asking import (
    Measure,
    ReportRelapse,
    RequestPause,
    ReviewEscalation,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import MeasureKind, Said
from holdfast.store.third_parties.tables import (
    remediation_task,
    third_party,
    vendor_call,
    vendor_origin,
    vendor_statement,
)
from tests.escalated_incident import CLOUD, EscalatedIncident
from tests.folded import folded
from tests.statements import BOARD, COMMANDER, NOON, ROBIN
from tests.third_party_walk import REVIEW_OF_PROVIDER, VENDOR_MANAGER, ThirdPartyWalk


@pytest.fixture
def scene() -> EscalatedIncident:
    """An incident that has just escalated to the provider of its ledger."""
    return EscalatedIncident()


def row_of(walk: ThirdPartyWalk, number: int = 1) -> dict[str, Any]:
    """One escalation of a walk, as it stands."""
    return folded(walk.entries(), third_party)[number - 1]


def test_an_escalation_begins_with_its_terms(scene: EscalatedIncident) -> None:
    """Which contract, on what it is held, since when its times run."""
    row = row_of(scene.walk)
    named = ("contract", "provider", "provider_name", "invocation", "severity", "round")
    assert [row[name] for name in named] == [
        *("CA-2024-014", "core-ledger", "Core Ledger Ltd", "decision", "SEV2", 1),
    ]
    assert (row["asked_at"], row["closed"], row["breached"]) == (NOON, False, [])
    assert row["taken"]["terms"]["exit_plan"]["reference"] == "EXIT-2024-CORE-LEDGER"
    assert (
        row["last_entry"]
        == [each.id for each in scene.walk.entries() if each.workflow == row["workflow_id"]][-1]
    )


def test_every_reference_of_theirs_is_kept_and_the_latest_stands(scene: EscalatedIncident) -> None:
    """One vendor incident may get another number on the way."""
    scene.ledger.say(Said.UPDATE, their_reference="CL-77")
    scene.ledger.say(Said.UPDATE)
    scene.ledger.say(Said.UPDATE, their_reference="CL-78")
    row = row_of(scene.walk)
    assert row["their_reference"] == "CL-78"
    assert list(row["their_references"]) == ["CL-77", "CL-78"]


def test_a_breach_is_listed_with_what_the_contract_says_of_it(scene: EscalatedIncident) -> None:
    """And the entry that says so."""
    scene.wait(minutes=31)
    (breach,) = row_of(scene.walk)["breached"]
    assert (breach["clock"], breach["round"], breach["severity"]) == ("acknowledge", 1, "SEV2")
    assert breach["penalties"].startswith("Annex D")
    entry = next(each for each in scene.walk.entries() if each.id == breach["entry"])
    assert entry.event.kind is EventKind.THIRD_PARTY_BREACHED


def test_a_claim_that_is_not_confirmed_leaves_nothing(scene: EscalatedIncident) -> None:
    """One that is says since when: as it was said."""
    scene.ledger.say(Said.RESTORATION)
    assert row_of(scene.walk)["claimed_at"] == scene.walk.now
    scene.ledger.answer(COMMANDER, "third-party-1:third_party.restoration-1", "not_restored")
    assert (row_of(scene.walk)["claimed_at"], row_of(scene.walk)["ended"]) == (None, None)
    scene.wait(minutes=5)
    scene.ledger.restore()
    row = row_of(scene.walk)
    assert (row["ended"], row["restored_at"]) == ("restored", scene.walk.now)


def test_what_breaks_again_is_asked_anew(scene: EscalatedIncident) -> None:
    """Nothing of the round before is said of the next one."""
    scene.ledger.say(Said.ESTIMATE, estimated_at=NOON + timedelta(hours=2))
    scene.ledger.restore()
    scene.wait(hours=1)
    scene.ledger.submit(ROBIN, ReportRelapse(statement="It is down again."))
    row = row_of(scene.walk)
    unsaid = ("estimated_at", "claimed_at", "ended", "restored_at")
    assert [row[name] for name in unsaid] == [None] * 4
    assert (row["round"], row["asked_at"], row["in_review"]) == (2, scene.walk.now, False)


def test_a_pause_stands_from_when_it_was_granted_until_it_ends(scene: EscalatedIncident) -> None:
    """What is only asked for pauses nothing."""
    body = RequestPause(reason="waiting-for-client", statement="They wait for our extract.")
    scene.ledger.submit(ROBIN, body)
    assert row_of(scene.walk)["paused_since"] is None
    scene.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    row = row_of(scene.walk)
    assert (row["pause"]["reason"], row["paused_since"]) == ("waiting-for-client", NOON)
    assert row["pause"]["clocks"] == ["workaround", "restore"]
    scene.ledger.say(Said.UPDATE)
    scene.wait(hours=13)
    assert row_of(scene.walk)["paused_since"] is None


def test_a_review_that_is_given_back_waits_for_nobody(scene: EscalatedIncident) -> None:
    """Its draft stays; a better one waits again."""
    scene.ledger.restore()
    scene.ledger.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER))
    row = row_of(scene.walk)
    assert (row["in_review"], row["review"]["version"], row["closed"]) == (True, 1, False)
    digest = scene.ledger.last(EventKind.THIRD_PARTY_REVIEWED).subject.digest
    assert row["review"]["digest"] == digest
    scene.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.review-1", "returned")
    row = row_of(scene.walk)
    assert (row["in_review"], row["review"]["version"], row["ended"]) == (False, 1, "restored")


def test_the_end_is_dated_and_what_follows_is_listed(scene: EscalatedIncident) -> None:
    """By law first, then as people wrote it."""
    scene.wait(minutes=31)
    scene.ledger.restore()
    due = date(2026, 6, 30)
    measure = Measure(kind=MeasureKind.MONITORING, title="Watch their desk", due_on=due)
    review = REVIEW_OF_PROVIDER.model_copy(update={"measures": (measure,)})
    scene.ledger.submit(ROBIN, ReviewEscalation(review=review))
    scene.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.review-1", "signed_off")
    assert folded(scene.walk.entries(), remediation_task) == []
    scene.ledger.answer(BOARD, "third-party-1:third_party.review-2", "signed_off")
    row, tasks = row_of(scene.walk), folded(scene.walk.entries(), remediation_task)
    assert (row["closed"], row["closed_at"]) == (True, scene.walk.now)
    assert [(task["kind"], task["basis"], task["due_on"]) for task in tasks] == [
        ("termination_rights", "DORA Art. 28(7)(a)", None),
        ("termination_rights", "DORA Art. 28(7)(c)", None),
        ("exit_plan", "DORA Art. 28(8)", None),
        ("monitoring", None, due),
    ]
    assert [task["by_law"] for task in tasks] == [True, True, True, False]
    assert {task["state"] for task in tasks} == {"proposed"}


def test_one_that_the_incident_writes_off_is_closed(scene: EscalatedIncident) -> None:
    """There is no workflow that could say so itself."""
    scene.walk.escalations.clear()
    body = WithdrawEscalation(because="Its workflow was terminated.", escalation=1)
    scene.walk.submit(COMMANDER, body)
    row = row_of(scene.walk)
    assert (row["closed"], row["ended"]) == (True, "withdrawn")
    assert row["withdrawn_because"] == "Its workflow was terminated."
    assert row["last_entry"].startswith("incident/")


def test_calls_are_joined_with_the_messages_that_they_became(scene: EscalatedIncident) -> None:
    """By the cause that the communication names."""
    scene.late()
    entries = scene.walk.entries()
    calls = folded(entries, vendor_call)
    assert [(call["why"], call["clock"], call["rung"]) for call in calls] == [
        ("request", None, 0),
        ("breach", "acknowledge", 0),
    ]
    opened = {
        entry.event.payload["number"]: entry.event.causes
        for entry in entries
        if entry.event.kind is EventKind.COMMUNICATION_OPENED
    }
    assert [opened[call["communication"]] for call in calls] == [
        (call["entry_id"],) for call in calls
    ]


def test_statements_and_origins_are_rows_of_their_own(scene: EscalatedIncident) -> None:
    """With who entered them, and when it was said."""
    scene.late()
    scene.ledger.restore()
    scene.reviewed()
    said = folded(scene.walk.entries(), vendor_statement)
    assert [row["said"] for row in said] == [
        *("acknowledgement", "update", "estimate", "restoration"),
    ]
    assert said[0]["entered_by"] == {"id": "vendor/core-ledger", "role": "vendor"}
    assert said[2]["estimated_at"] == NOON + timedelta(hours=3, minutes=15)
    (origin,) = folded(scene.walk.entries(), vendor_origin)
    assert (origin["provider"], origin["origin_provider"], origin["rank"]) == (
        *("core-ledger", CLOUD, 2),
    )
    (weakness, *_) = row_of(scene.walk)["weaknesses"]
    assert (weakness["weakness"], weakness["found_by_rules"]) == ("No test of their storage", False)
