"""Providers that never answer, answer late, pause, restore and break again: walked by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.actions import ReportReview
from holdfast.domain.communication.asking import CancelCommunication
from holdfast.domain.events import Event, EventKind
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    RequestPause,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said, Source
from holdfast.dora.register.terms import VendorClock
from tests.remediation_walk import RemediationWalk
from tests.statements import BOARD, COMMANDER, COMPLIANCE, REVIEW, ROBIN
from tests.third_party_walk import (
    VENDOR,
    VENDOR_MANAGER,
    ThirdPartyWalk,
    WalkedEscalation,
    statement,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REASON = "waiting-for-client"


@pytest.fixture
def walk() -> ThirdPartyWalk:
    """An incident of severity 1."""
    incident = ThirdPartyWalk()
    incident.to_severity_1()
    return incident


def minutes(walk: ThirdPartyWalk, escalation: WalkedEscalation, kind: EventKind) -> list[int]:
    """When things of a kind happened, in minutes since the first call."""
    entries = [e for e in walk.entries() if e.workflow == escalation.state.opening.workflow_id]
    began = next(e for e in entries if e.event.kind is EventKind.THIRD_PARTY_ASKED).occurred_at
    return [round((e.occurred_at - began) / MINUTE) for e in entries if e.event.kind is kind]


def met_of(escalation: WalkedEscalation, clock: str) -> Event:
    """The entry that says that a clock of the first round was met."""
    name = f"third-party-1:{clock}-1"
    met = (e for e in escalation.events if e.kind is EventKind.CLOCK_MET)
    return next(e for e in met if e.subject.id == name)


def stage_of(escalation: WalkedEscalation) -> str:
    """Where it stands."""
    return str(escalation.state.stage)


def test_a_silent_provider_walks_the_whole_ladder(walk: ThirdPartyWalk) -> None:
    """Five times missed when they were due, each rung called once, each call a message."""
    escalation = walk.escalate()
    walk.wait(12 * HOUR)
    assert minutes(walk, escalation, EventKind.THIRD_PARTY_BREACHED) == [15, 30, 60, 120, 240]
    called = [e for e in escalation.events if e.kind is EventKind.THIRD_PARTY_CALLED]
    reached = [(e.payload["why"], e.payload["rung"]) for e in called]
    assert [rung for why, rung in reached if why == "rung"] == [1, 2]
    assert [why for why, _ in reached].count("breach") == 5
    assert [rung for _, rung in reached] == sorted(rung for _, rung in reached)
    assert len(walk.calls()) == 1 + len(called)
    assert stage_of(escalation) == "asked"


def test_our_own_ladder_is_climbed_beside_the_providers(walk: ThirdPartyWalk) -> None:
    """Each role that a rung of ours names is woken by a brief that says what is overdue."""
    escalation = walk.escalate()
    walk.wait(12 * HOUR)
    woken = {
        role
        for event in escalation.events
        if event.kind is EventKind.CLOCK_ESCALATED
        for role in event.payload["roles"]
    }
    ladders = walk.rules.ladders.values()
    assert woken == {str(role) for ladder in ladders for step in ladder for role in step.roles}
    briefs = [
        each.state.opening.wish
        for each in walk.communications.values()
        if each.state.opening.wish and each.state.opening.wish.roles
    ]
    assert any("Core Ledger" in str(wish.because) for wish in briefs)


def test_a_breach_asks_for_the_failover_once(walk: ThirdPartyWalk) -> None:
    """Whichever times are missed, one action is proposed, and two people decide about it."""
    walk.escalate()
    walk.wait(12 * HOUR)
    proposed = [e for e in walk.events if e.kind is EventKind.ACTION_PROPOSED]
    assert len(proposed) == 1
    assert proposed[0].payload["category"] == "failover"
    walk.answer(COMMANDER, "failover.approval-1", "approved")
    walk.answer(BOARD, "failover.approval-1", "approved")
    assert walk.last(EventKind.ACTION_APPROVED).payload["category"] == "failover"


def test_a_late_answer_meets_late_and_an_early_one_told_late_meets_in_time(
    walk: ThirdPartyWalk,
) -> None:
    """What counts is when it was said; what is entered on behalf names where it is taken from."""
    escalation = walk.escalate()
    walk.wait(20 * MINUTE)
    told = VendorStatement(
        said=Said.ACKNOWLEDGEMENT,
        said_at=walk.now - 10 * MINUTE,
        source=Source.TELEPHONE,
        reference="call with the duty desk",
        text="They are looking into it.",
    )
    escalation.submit(ROBIN, told)
    met = escalation.last(EventKind.CLOCK_MET)
    assert met.payload["after_deadline"] is False
    assert escalation.state.breaches == []
    walk.wait(30 * MINUTE)
    escalation.say(Said.UPDATE)
    assert met_of(escalation, "first_response").payload["after_deadline"] is True
    assert escalation.clock(VendorClock.FIRST_RESPONSE) == "met"
    assert escalation.clock(VendorClock.UPDATE) == "running"


def test_an_update_in_time_does_not_excuse_the_one_before(walk: ThirdPartyWalk) -> None:
    """Each update is a promise of its own, though their clocks bear one name."""
    escalation = walk.escalate()
    walk.wait(70 * MINUTE)
    escalation.say(Said.UPDATE)
    walk.wait(30 * MINUTE)
    escalation.say(Said.UPDATE)
    assert "third-party-1:update-1" in escalation.state.breaches


def test_a_pause_gives_back_what_was_left(walk: ThirdPartyWalk) -> None:
    """Two hours are left to restore when it is granted, and two hours when it ends."""
    escalation = walk.escalate()
    escalation.say(Said.UPDATE)
    walk.wait(HOUR)
    escalation.submit(ROBIN, RequestPause(reason=REASON, statement="They wait for our logs."))
    own = escalation.answer(ROBIN, "third-party-1:third_party.pause-1", "granted")
    assert own.payload["reason"] == "self_approval"
    escalation.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    assert escalation.clock(VendorClock.RESTORE) == "paused"
    walk.wait(HOUR)
    escalation.submit(ROBIN, EndPause(statement="They have the logs."))
    assert escalation.clock(VendorClock.RESTORE) == "running"
    restore = escalation.state.clocks["third-party-1:restore-1"]
    assert restore.due_at - walk.now == 3 * HOUR
    walk.wait(3 * HOUR)
    assert escalation.clock(VendorClock.RESTORE) == "missed"


def test_a_pause_ends_by_itself_when_its_longest_time_is_over(walk: ThirdPartyWalk) -> None:
    """Nobody has to remember that clocks stand still."""
    escalation = walk.escalate()
    escalation.submit(ROBIN, RequestPause(reason=REASON, statement="They wait for our logs."))
    escalation.answer(COMPLIANCE, "third-party-1:third_party.pause-1", "granted")
    assert escalation.state.taken is not None
    assert escalation.state.taken.terms is not None
    walk.wait(escalation.state.taken.terms.pauses[REASON].longest)
    ended = escalation.last(EventKind.PAUSE_ENDED)
    assert ended.payload["by_time"] is True
    assert escalation.clock(VendorClock.RESTORE) == "running"


def test_a_reason_that_the_contract_does_not_know_is_refused(walk: ThirdPartyWalk) -> None:
    """The refusal says which reasons there are."""
    escalation = walk.escalate()
    refused = escalation.submit(ROBIN, RequestPause(reason="holidays", statement="It is May."))
    assert refused.payload["reason"] == "pause_not_allowed"
    assert REASON in refused.payload["detail"]


def test_what_is_said_to_be_restored_stands_still_until_people_have_looked(
    walk: ThirdPartyWalk,
) -> None:
    """Confirmed an hour after the deadline, it was restored in time, as the provider had said."""
    escalation = walk.escalate()
    walk.wait(3 * HOUR + 30 * MINUTE)
    escalation.say(Said.RESTORATION)
    assert stage_of(escalation) == "claimed"
    walk.wait(90 * MINUTE)
    assert escalation.clock(VendorClock.RESTORE) == "paused"
    escalation.answer(COMMANDER, "third-party-1:third_party.restoration-1", "confirmed")
    assert met_of(escalation, "restore").payload["after_deadline"] is False
    assert stage_of(escalation) == "restored"


def test_what_is_not_restored_is_late_as_if_nothing_had_been_said(walk: ThirdPartyWalk) -> None:
    """The old deadline counts, and the provider hears that we cannot confirm."""
    escalation = walk.escalate()
    walk.wait(3 * HOUR)
    escalation.say(Said.RESTORATION)
    walk.wait(2 * HOUR)
    escalation.answer(COMMANDER, "third-party-1:third_party.restoration-1", "not_restored")
    called = [e for e in escalation.events if e.kind is EventKind.THIRD_PARTY_CALLED]
    assert [e.payload["why"] for e in called][-2:] == ["not_restored", "breach"]
    assert escalation.clock(VendorClock.RESTORE) == "missed"


def test_what_breaks_again_is_asked_for_again_with_all_times(walk: ThirdPartyWalk) -> None:
    """The second round has clocks, calls and breaches of its own; the review comes after it."""
    escalation = walk.escalate()
    escalation.restore()
    escalation.submit(ROBIN, ReportRelapse(statement="Bookings stand still again."))
    assert escalation.state.round == 2
    walk.wait(20 * MINUTE)
    assert escalation.clock(VendorClock.ACKNOWLEDGE, 1) == "met"
    assert escalation.clock(VendorClock.ACKNOWLEDGE, 2) == "missed"
    escalation.restore()
    escalation.review()
    assert stage_of(escalation) == "closed"
    tasks = [e for e in escalation.events if e.kind is EventKind.REMEDIATION_PROPOSED]
    assert {e.payload["basis"] for e in tasks} >= {"DORA Art. 28(7)(a)", "DORA Art. 28(8)"}


def test_withdrawn_before_anything_was_missed_it_needs_no_review(walk: ThirdPartyWalk) -> None:
    """Withdrawn after a breach, it does."""
    early = walk.escalate()
    early.submit(VENDOR_MANAGER, WithdrawEscalation(because="It was our own firewall."))
    assert stage_of(early) == "closed"
    late = walk.escalate()
    walk.wait(HOUR)
    late.submit(VENDOR_MANAGER, WithdrawEscalation(because="It was our own firewall."))
    assert stage_of(late) == "withdrawn"
    late.review()
    assert stage_of(late) == "closed"


@pytest.mark.parametrize(
    ("body", "actor", "reason"),
    [
        (lambda now: statement(Said.UPDATE, now), ROBIN, "role_not_entitled"),
        (lambda now: statement(Said.UPDATE, now + HOUR), VENDOR, "data_invalid"),
        (lambda now: statement(Said.UPDATE, now - HOUR), VENDOR, "data_invalid"),
        (lambda now: statement(Said.ESTIMATE, now), VENDOR, "data_invalid"),
        (lambda now: statement(Said.DOCUMENT, now), VENDOR, "data_invalid"),
    ],
)
def test_what_nobody_can_have_said_so_is_refused(
    walk: ThirdPartyWalk, body: object, actor: object, reason: str
) -> None:
    """In somebody else's name, ahead of time, before it was asked, or without what it says."""
    escalation = walk.escalate()
    refused = escalation.submit(actor, body(walk.now))  # type: ignore[operator, arg-type]
    assert refused.payload["reason"] == reason


def test_an_incident_is_not_closed_over_an_escalation() -> None:
    """Restored is not enough: its oversight is signed off, and what it asks for taken up."""
    walk = RemediationWalk()
    walk.to_severity_1()
    escalation = walk.escalate()
    escalation.restore()
    walk.to_learn_from_contain()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    walk.classify()
    walk.acknowledge()
    walk.stand_down()
    refused = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert refused.payload["reason"] in {"third_parties_pending", "communications_pending"}
    escalation.review()
    for communication in walk.communications.values():
        if not communication.state.stage.settled:
            communication.submit(ROBIN, CancelCommunication(because="Not needed."))
    still = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert still.payload["reason"] == "remediation_pending"
    for task in walk.tasks.values():
        task.leave((walk.now + timedelta(days=90)).date())
    closed = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert closed.kind is EventKind.DECISION_ANSWERED
    assert walk.state.phase == "closed"


def test_a_severity_that_rises_makes_the_times_shorter() -> None:
    """They run since the provider was asked: what is late by the new severity is late at once."""
    calmer = ThirdPartyWalk()
    calmer.to_contain()
    escalation = calmer.escalate()
    calmer.wait(20 * MINUTE)
    assert escalation.clock(VendorClock.ACKNOWLEDGE) == "running"
    calmer.submit(COMMANDER, Reconsider(about=Matter.SEVERITY, reason="It spreads."))
    request = next(name for name in calmer.open_requests() if name.startswith("severity."))
    calmer.answer(COMMANDER, request, "override", data={"severity": "SEV1"})
    calmer.wait(timedelta())
    assert escalation.clock(VendorClock.ACKNOWLEDGE) == "missed"
    called = [e for e in escalation.events if e.kind is EventKind.THIRD_PARTY_CALLED]
    assert [e.payload["why"] for e in called] == ["severity", "breach"]
    assert "SEV1" in called[0].payload["call"]["because"]
