"""The process of an incident: phases, what follows from what, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.actions import (
    ActionCategory,
    ActionState,
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportPerformed,
    ReportReview,
    TakeAction,
)
from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Outcome, Phase
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Role
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Origin
from tests.statements import (
    ALERTMANAGER,
    BOARD,
    COMMANDER,
    COMPLIANCE,
    REVIEW,
    ROBIN,
    SASHA,
    alert_batch,
    disruptive,
    facts,
    report,
)
from tests.walk import Body, Walk

CONTAINED = ReportMilestone(milestone=Milestone.CONTAINED, statement="Traffic is drained.")
RECOVERED = ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")


def check(name: str, result: CheckResult = CheckResult.PASSED) -> ReportCheck:
    """The result of a recovery check."""
    return ReportCheck(check=name, result=result, statement="Seen.")


def test_an_incident_walks_through_all_phases_to_its_closure() -> None:
    """Detect → triage → contain → recover → learn → closed, each entered once."""
    walk = Walk()
    walk.to_closed()
    phases = [e.payload["phase"] for e in walk.events if e.kind is EventKind.PHASE_ENTERED]
    assert phases == ["triage", "contain", "recover", "learn", "closed"]
    assert walk.events[-1].payload["outcome"] == Outcome.RESOLVED


def test_nothing_stays_armed_or_pending_after_a_false_positive() -> None:
    """The end withdraws what is left: here an approval asked for before anyone had confirmed."""
    walk = Walk()
    walk.submit(ALERTMANAGER, report())
    walk.submit(ROBIN, disruptive())
    walk.answer(SASHA, "incident.confirmation-1", "false_positive")
    assert walk.state.outcome is Outcome.FALSE_POSITIVE
    assert walk.state.requests["containment.approval-1"].state == "voided"
    assert walk.open_requests() == []
    assert walk.process.next_moment() is None


def test_a_reporter_cannot_confirm_the_own_report() -> None:
    """Nobody decides on what they asked for."""
    walk = Walk()
    walk.submit(ROBIN, report(Origin.HUMAN, ROBIN))
    refused = walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    assert refused.payload["reason"] == RefusalReason.SELF_APPROVAL
    assert (
        walk.answer(SASHA, "incident.confirmation-1", "confirmed").kind
        is EventKind.DECISION_ANSWERED
    )


def test_a_duplicate_is_closed_with_the_incident_that_it_duplicates() -> None:
    """The outcome names the other incident."""
    walk = Walk()
    walk.submit(ALERTMANAGER, report())
    walk.answer(
        ROBIN, "incident.confirmation-1", "duplicate", data={"duplicate_of": "INC-2026-000009"}
    )
    closed = walk.last(EventKind.INCIDENT_CLOSED)
    assert closed.payload == {"outcome": "duplicate", "duplicate_of": "INC-2026-000009"}


def test_facts_that_change_the_proposal_void_the_pending_question_and_ask_anew() -> None:
    """An edit of the subject voids it."""
    walk = Walk()
    walk.to_triage()
    walk.submit(
        ROBIN,
        facts(service_unavailable=True, supports_critical_function=True, clients_affected=100_001),
    )
    assert walk.state.requests["severity.assignment-1"].state == "voided"
    assert walk.state.proposal is not None
    assert walk.state.proposal.severity is Severity.SEV1
    assert "severity.assignment-2" in walk.open_requests()


def test_facts_that_propose_the_assigned_severity_again_withdraw_the_question() -> None:
    """Nobody is asked about what stands."""
    walk = Walk()
    walk.to_contain()
    walk.submit(ROBIN, facts(supports_critical_function=False, service_unavailable=False))
    assert "severity.assignment-2" in walk.open_requests()
    walk.submit(ROBIN, facts(supports_critical_function=True))
    assert [r for r in walk.open_requests() if r.startswith("severity")] == []


def test_a_severity_can_be_overridden_with_a_rationale() -> None:
    """The proposal stays beside what people assigned."""
    walk = Walk()
    walk.to_triage()
    walk.answer(COMMANDER, "severity.assignment-1", "override", data={"severity": "SEV1"})
    assigned = walk.last(EventKind.SEVERITY_ASSIGNED).payload
    assert (assigned["severity"], assigned["proposed"], assigned["overridden"]) == (
        "SEV1",
        "SEV2",
        True,
    )


def test_each_trigger_fires_once_and_asks_its_own_roles_to_take_note() -> None:
    """An escalation brings roles in, with a deadline."""
    walk = Walk()
    walk.to_contain()
    walk.submit(ROBIN, facts(service_unavailable=True, supports_critical_function=True))
    walk.submit(ROBIN, facts(service_unavailable=True, clients_affected=5))
    fired = [e.payload["trigger"] for e in walk.events if e.kind is EventKind.ESCALATION_TRIGGERED]
    assert fired == ["payments-hit", "critical-service-down"]
    assert walk.state.requests["escalation.acknowledgement-2"].roles == (Role.COMPLIANCE,)


def test_time_alone_escalates_a_serious_incident() -> None:
    """The duration trigger needs no message."""
    walk = Walk()
    walk.to_contain()
    walk.wait(timedelta(hours=1, minutes=59))
    assert "open-two-hours" not in walk.state.fired
    walk.wait(timedelta(minutes=1))
    assert "open-two-hours" in walk.state.fired


def test_a_plain_action_is_recorded_and_a_disruptive_one_waits_for_approval() -> None:
    """Disruption needs a decision first."""
    walk = Walk()
    walk.to_contain()
    plain = TakeAction(
        category=ActionCategory.CONTAINMENT, action="Raise log level", disruptive=False
    )
    assert walk.submit(ROBIN, plain).kind is EventKind.ACTION_PERFORMED
    assert walk.submit(ROBIN, disruptive()).kind is EventKind.ACTION_PROPOSED
    early = walk.submit(ROBIN, ReportPerformed(action_id="action-2", result="Done."))
    assert early.payload["reason"] == RefusalReason.ACTION_NOT_APPROVED
    walk.answer(COMMANDER, "containment.approval-1", "approved")
    walk.submit(ROBIN, ReportPerformed(action_id="action-2", result="Done."))
    assert walk.state.actions["action-2"].state is ActionState.PERFORMED


def test_every_failover_needs_two_approvals() -> None:
    """The matrix asks for two, and a failover is disruptive whatever it is called."""
    walk = Walk()
    walk.to_contain()
    walk.submit(
        ROBIN, TakeAction(category=ActionCategory.FAILOVER, action="Fail over", disruptive=False)
    )
    states = []
    for person in (COMMANDER, BOARD):
        walk.answer(person, "failover.approval-1", "approved")
        states.append(walk.state.actions["action-1"].state)
    assert states == [ActionState.PROPOSED, ActionState.APPROVED]


def test_recovery_cannot_be_declared_over_unfinished_checks() -> None:
    """Every named check has passed or been waived first."""
    walk = Walk()
    walk.to_recover()
    walk.submit(ROBIN, check("functional"))
    walk.submit(ROBIN, check("data_reconciled", CheckResult.FAILED))
    refused = walk.submit(ROBIN, RECOVERED)
    assert refused.payload["reason"] == RefusalReason.CHECKS_UNFINISHED
    assert "controls_in_force, data_reconciled" in refused.payload["detail"]


def test_a_check_that_fails_later_voids_the_pending_validation() -> None:
    """What is validated is exactly the latest results."""
    walk = Walk()
    walk.to_recover()
    for name in ("functional", "data_reconciled"):
        walk.submit(ROBIN, check(name))
    walk.submit(ROBIN, check("controls_in_force", CheckResult.WAIVED))
    walk.submit(ROBIN, RECOVERED)
    walk.submit(SASHA, check("functional", CheckResult.FAILED))
    assert not [name for name in walk.open_requests() if name.startswith("recovery")]
    walk.submit(SASHA, check("functional"))
    walk.submit(ROBIN, RECOVERED)
    assert set(walk.state.requests["recovery.validation-2"].authors) == {ROBIN.id, SASHA.id}


def test_an_incident_is_not_closed_over_pending_decisions() -> None:
    """An escalation that nobody has acknowledged keeps it open."""
    walk = Walk()
    walk.to_learn()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    walk.answer(COMMANDER, "review.sign_off-1", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
    refused = walk.answer(COMMANDER, "incident.closure-1", "close")
    assert refused.payload["reason"] == RefusalReason.DECISIONS_PENDING
    walk.answer(COMMANDER, "incident.closure-1", "keep_open")
    assert "incident.closure-2" in walk.open_requests()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (CONTAINED, RefusalReason.WRONG_PHASE),
        (RECOVERED, RefusalReason.WRONG_PHASE),
        (ReportReview(review=REVIEW), RefusalReason.WRONG_PHASE),
        (check("no_such_check"), RefusalReason.UNKNOWN_CHECK),
        (ReportPerformed(action_id="action-9", result="Done."), RefusalReason.UNKNOWN_ACTION),
        (report(), RefusalReason.ALREADY_OPEN),
    ],
    ids=["contained", "recovered", "review", "check", "performed", "report"],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    body: Body, reason: RefusalReason
) -> None:
    """In triage these make no sense; the refusal is the only trace."""
    walk = Walk()
    walk.to_triage()
    before = walk.state.model_dump(exclude={"seen"})
    refused = walk.submit(ROBIN, body)
    assert (refused.kind, refused.payload["reason"]) == (EventKind.SUBMISSION_REFUSED, reason)
    assert walk.state.model_dump(exclude={"seen"}) == before


def test_the_same_submission_twice_is_one_and_its_id_with_other_content_is_refused() -> None:
    """A submission id means one thing for ever."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, facts(clients_affected=1), "f1")
    count = len(walk.events)
    walk.submit(ROBIN, facts(clients_affected=1), "f1")
    assert len(walk.events) == count
    refused = walk.submit(ROBIN, facts(clients_affected=2), "f1")
    assert refused.payload["reason"] == RefusalReason.SUBMISSION_ID_REUSED
    assert refused.answers is None


def test_alerts_join_an_open_incident_and_are_declined_by_a_closed_one() -> None:
    """Declined alerts are routed anew, so nothing is lost."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ALERTMANAGER, alert_batch("b1", alerts=10_000, services=("card-payments",)))
    assert walk.last(EventKind.ALERTS_JOINED).payload["total"] == 10_001
    assert walk.state.facts.services == ("instant-payments", "card-payments")
    closed = Walk()
    closed.to_closed()
    late = closed.submit(ALERTMANAGER, alert_batch("b2"))
    assert late.kind is EventKind.ALERTS_DECLINED
    refused = closed.submit(ROBIN, facts(clients_affected=1))
    assert refused.payload["reason"] == RefusalReason.INCIDENT_NOT_OPEN


def test_a_report_under_other_policies_than_the_workflow_holds_is_refused() -> None:
    """The pins that the API signed are the ones that the workflow was started with."""
    walk = Walk()
    forged = report().model_copy(update={"policies": report().policies[:1]})
    assert walk.submit(ALERTMANAGER, forged).payload["reason"] == RefusalReason.MALFORMED
    assert walk.state.phase is Phase.AWAITED


def test_the_whole_state_survives_its_journey_through_json() -> None:
    """Continue-as-new hands over everything."""
    walk = Walk()
    walk.to_learn()
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    copy = type(walk.state).model_validate_json(walk.state.model_dump_json())
    assert copy == walk.state
