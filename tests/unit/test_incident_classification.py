"""Classification in the process: evaluated, asked, decided, and what follows."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.actions import Milestone, ReportMilestone
from holdfast.domain.events import Event, EventKind
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.roles import Role
from holdfast.domain.submissions import FactChanges
from holdfast.domain.values import JsonObject
from tests.statements import BOARD, COMMANDER, COMPLIANCE, NOON, ROBIN, SERVICE
from tests.walk import Walk

HOURS = timedelta(hours=1)


def stated(of_service: JsonObject | None = None, **values: object) -> FactChanges:
    """Statements about the incident, and about its service."""
    about: list[tuple[str, str | None, object]] = [
        (name, None, value) for name, value in values.items()
    ]
    about += [(name, SERVICE, value) for name, value in (of_service or {}).items()]
    return FactChanges(
        changes=tuple(
            FactChange.model_validate(
                {
                    "fact": name,
                    "service": service,
                    "value": value,
                    "quality": Quality.ACTUAL,
                    "source": "monitoring",
                }
            )
            for name, service, value in about
        )
    )


HARMLESS = stated(
    {
        "clients_affected": 0,
        "counterparts_affected": 0,
        "transactions_affected": 0,
        "transactions_affected_value": 0,
        "downtime_minutes": 0,
    },
    relevant_client_or_counterpart_affected=False,
    media_coverage=False,
    repetitive_complaints=False,
    regulatory_requirements_unmet=False,
    loss_of_clients=False,
    member_states="none",
    data_loss=False,
    malicious_access=False,
    costs_eur=0,
    duration_minutes=10,
)


def by_hand() -> Walk:
    """A confirmed incident that is pinned to no rules of reporting: people report by themselves."""
    walk = Walk()
    del walk.state.policies[REPORTING]
    walk.open_under(walk.state.all_pins)
    return walk


def evaluations(walk: Walk) -> list[Event]:
    """Every evaluation so far."""
    return [event for event in walk.events if event.kind is EventKind.CLASSIFICATION_EVALUATED]


def questions(walk: Walk, kind: str = "classification") -> list[str]:
    """The open questions about the class."""
    return [request for request in walk.open_requests() if request.startswith(kind)]


def is_major(walk: Walk) -> bool:
    """What people have decided."""
    assert walk.state.classification is not None
    return walk.state.classification.major


def decide(walk: Walk, option: str, **data: object) -> Event:
    """Answer the open question as compliance."""
    return walk.answer(COMPLIANCE, questions(walk)[0], option, data=data)


def test_the_first_evaluation_is_unknown_and_cannot_be_confirmed() -> None:
    """Nobody can confirm that nobody knows: it is decided, or the facts are found out."""
    walk = Walk()
    walk.to_triage()
    (evaluation,) = evaluations(walk)
    assert evaluation.payload["major"] == "unknown"
    assert evaluation.policy is not None
    assert evaluation.policy.name == "dora-classification"
    assert set(walk.state.requests["classification.confirmation-1"].options) == {"override"}
    assert decide(walk, "confirm").payload["reason"] == "unknown_option"


def test_facts_turn_it_and_the_stale_question_is_void() -> None:
    """A new evaluation is another subject: what was asked about the old one is no longer asked."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, HARMLESS)
    assert [event.payload["major"] for event in evaluations(walk)] == ["unknown", "no"]
    assert questions(walk) == ["classification.confirmation-2"]
    assert set(walk.state.requests["classification.confirmation-2"].options) == {
        "confirm",
        "override",
    }
    decide(walk, "confirm")
    decided = walk.last(EventKind.CLASSIFICATION_DECIDED).payload
    assert (decided["major"], decided["overridden"]) == (False, False)
    assert walk.state.clocks["classification"].state == "met"


def test_two_thresholds_make_it_major_and_start_the_clock_of_the_law() -> None:
    """130 minutes of downtime and two Member States: Art. 9(3)(b) and 9(4)."""
    walk = by_hand()
    walk.submit(ROBIN, HARMLESS)
    walk.submit(ROBIN, stated({"downtime_minutes": 130}, member_states="DE FR"))
    assert evaluations(walk)[-1].payload["major"] == "yes"
    walk.wait(2 * HOURS)
    decide(walk, "confirm")
    clock = walk.state.clocks["initial-notification"]
    assert clock.due_at == NOON + 6 * HOURS
    assert walk.state.classification is not None
    assert walk.state.classification.first_major_at == NOON + 2 * HOURS
    told = [
        event.payload["trigger"] for event in walk.events if event.kind == "escalation.triggered"
    ]
    assert "classified-major" in told


def test_time_alone_turns_it() -> None:
    """A service that is down counts up to now: a moment beyond 120 minutes it is over the limit."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, HARMLESS)
    running = stated(
        {"downtime_minutes": None, "down_from": "2026-03-04T12:00:00Z"}, member_states="DE FR"
    )
    walk.submit(ROBIN, running)
    before = evaluations(walk)[-1].payload
    assert before["major"] == "no"
    assert any("more minute" in line for line in nearest(before))
    walk.wait(timedelta(hours=2))
    assert evaluations(walk)[-1].payload["major"] == "no"
    walk.wait(timedelta(seconds=1))
    turned = evaluations(walk)[-1].payload
    assert turned["major"] == "yes"
    estimated = turned["entities"][0]["facts"]["estimated"]
    assert "services.instant-payments.downtime_minutes" in estimated


def nearest(evaluation: JsonObject) -> list[str]:
    """What would turn the first entity's answer."""
    lines: list[str] = evaluation["entities"][0]["classification"]["nearest"]
    return lines


def test_major_stays_when_the_impact_fades() -> None:
    """Only that the criteria were met at no time unmakes it, and two people must say so."""
    walk = by_hand()
    walk.submit(ROBIN, HARMLESS)
    walk.submit(ROBIN, stated({"downtime_minutes": 130}, member_states="DE FR"))
    decide(walk, "confirm")
    walk.submit(ROBIN, stated({"downtime_minutes": 90}))
    assert evaluations(walk)[-1].payload["major"] == "no"
    assert questions(walk) == ["classification.reversal-1"]
    decide(walk, "stays_major")
    assert walk.state.classification is not None
    assert walk.state.classification.major
    assert walk.state.clocks["initial-notification"].open
    # The same once more is no news, and nobody is asked again.
    walk.submit(ROBIN, stated({"downtime_minutes": 91}))
    assert not questions(walk)


def test_criteria_that_were_never_met_reverse_it() -> None:
    """Implementing Regulation (EU) 2025/302 Art. 5; the clock of the notification stops."""
    walk = by_hand()
    walk.submit(ROBIN, HARMLESS)
    walk.submit(ROBIN, stated({"downtime_minutes": 130}, member_states="DE FR"))
    decide(walk, "confirm")
    walk.submit(ROBIN, stated({"downtime_minutes": 90}))
    decide(walk, "never_met")
    assert is_major(walk), "one of two does not settle it"
    walk.answer(BOARD, "classification.reversal-1", "never_met")
    assert not is_major(walk)
    decided = walk.last(EventKind.CLASSIFICATION_DECIDED).payload
    assert (decided["reversed"], decided["before"]) == (True, True)
    assert walk.state.clocks["initial-notification"].state == "cancelled"
    assert walk.state.classification is not None
    assert walk.state.classification.first_major_at == NOON


def test_the_notification_meets_its_clock_once() -> None:
    """Only what is due can be stated as sent."""
    walk = by_hand()
    sent = ReportMilestone(
        milestone=Milestone.INITIAL_NOTIFICATION_SENT, statement="Handed in, receipt 4711."
    )
    assert walk.submit(COMPLIANCE, sent).payload["reason"] == "notification_not_due"
    decide(walk, "override", major=True)
    assert walk.submit(COMPLIANCE, sent).kind is EventKind.MILESTONE_REACHED
    assert walk.state.clocks["initial-notification"].state == "met"
    assert walk.submit(COMPLIANCE, sent).payload["reason"] == "notification_not_due"


def test_an_open_reversal_is_void_when_the_facts_say_major_again() -> None:
    """The question rests on facts that no longer stand."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, HARMLESS)
    walk.submit(ROBIN, stated({"downtime_minutes": 130}, member_states="DE FR"))
    decide(walk, "confirm")
    walk.submit(ROBIN, stated({"downtime_minutes": 90}))
    walk.submit(ROBIN, stated({"downtime_minutes": 140}))
    assert not questions(walk)
    assert walk.state.requests["classification.reversal-1"].state == "voided"


def test_awareness_plus_24_hours_without_a_decision_is_missed_and_escalates() -> None:
    """Counted from awareness, which is NOON, however late the incident was confirmed."""
    walk = by_hand()
    walk.wait(24 * HOURS)
    assert walk.state.clocks["classification"].state == "missed"
    walk.wait(2 * HOURS)
    roles = {
        role
        for event in walk.events
        if event.kind is EventKind.CLOCK_ESCALATED and event.subject.id == "classification"
        for role in event.payload["roles"]
    }
    assert Role.MANAGEMENT_BODY in roles
    decide(walk, "override", major=True)
    # Art. 5(2): classified later than 24 h after awareness, four hours from then on.
    assert walk.state.clocks["initial-notification"].due_at == walk.now + 4 * HOURS


def test_the_same_facts_stated_again_are_no_news() -> None:
    """An entry for each evaluation that differs, and none for those that do not."""
    walk = Walk()
    walk.to_triage()
    walk.submit(ROBIN, HARMLESS)
    count = len(evaluations(walk))
    walk.wait(3 * HOURS)
    assert len(evaluations(walk)) == count


def test_a_second_look_puts_the_question_once_more() -> None:
    """Severity up and down, and the class, at any time; an answer without a proposal is refused."""
    walk = Walk()
    walk.submit(ROBIN, Reconsider(about=Matter.SEVERITY, reason="Too early."))
    assert walk.events[-1].payload["reason"] == "incident_not_open"
    walk.to_contain()
    walk.submit(ROBIN, Reconsider(about=Matter.SEVERITY, reason="The cut-off is at four."))
    walk.answer(COMMANDER, "severity.assignment-2", "override", data={"severity": "SEV1"})
    assert walk.state.severity == "SEV1"
    walk.submit(ROBIN, Reconsider(about=Matter.SEVERITY, reason="It was moved."))
    walk.answer(COMMANDER, "severity.assignment-3", "override", data={"severity": "SEV4"})
    assert (walk.state.severity, walk.state.priority) == ("SEV4", "P4")
    walk.classify()
    walk.submit(ROBIN, Reconsider(about=Matter.CLASSIFICATION, reason="The auditor asks."))
    assert questions(walk) == ["classification.confirmation-2"]


def test_an_update_is_due_by_priority_and_every_statement_is_one() -> None:
    """The cadence is the severity's; when nobody states anything its ladder runs."""
    walk = Walk()
    walk.to_contain()
    assert walk.state.priority is not None
    assert walk.state.severity is not None
    response = walk.state.tree.response_for(walk.state.severity, walk.state.priority)
    assert response is not None
    first = walk.state.clocks["situation-update"].due_at
    assert first == NOON + response.update_every
    walk.wait(timedelta(minutes=10))
    walk.submit(ROBIN, stated(media_coverage=False))
    assert walk.state.clocks["situation-update"].due_at == walk.now + response.update_every
    walk.wait(response.update_every)
    assert walk.state.clocks["situation-update"].state == "missed"


def test_contradicting_facts_are_refused_and_change_nothing() -> None:
    """More affected than there are, and an end before its start: the field is named."""
    walk = Walk()
    walk.to_triage()
    before = walk.state.facts
    more = stated({"clients_affected": 11, "clients_total": 10})
    assert walk.submit(ROBIN, more).payload["detail"].startswith("clients_affected@")
    early = stated(occurred_at="2026-03-04T12:00:00Z", resolved_at="2026-03-04T11:59:59Z")
    assert walk.submit(ROBIN, early).payload["detail"].startswith("resolved_at:")
    assert walk.state.facts == before
