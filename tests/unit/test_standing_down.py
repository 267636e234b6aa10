"""Continuity plans and standing down: decided over exactly what is open, before any closure."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.asking import StartPlaybook
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.values import digest_of
from tests.recovery_scenes import PLAN, RESTORED, activated, deactivated, first_playbook, said
from tests.recovery_walk import HOUR, MINUTE, fact, in_learn, reason, told
from tests.statements import COMMANDER, NOON, ROBIN, SERVICE
from tests.walk import Walk


def test_standing_down_waits_for_the_continuity_plans() -> None:
    """They are named; the question changes with them, and closure waits for its answer."""
    walk = in_learn()
    asked = walk.state.requests["recovery.stand_down-1"]
    refused = walk.answer(COMMANDER, asked.id, "stood_down")
    assert reason(refused) == "continuity_active"
    assert PLAN in refused.payload["detail"]
    walk.submit(ROBIN, deactivated(walk.now))
    assert walk.state.requests[asked.id].state == "voided"
    walk.answer(COMMANDER, "recovery.stand_down-2", "stood_down")
    stood_down = walk.last(EventKind.RESPONSE_STOOD_DOWN)
    assert stood_down.payload["because"] == "For the reasons discussed."
    assert walk.state.stood_down


def test_the_question_is_put_anew_when_a_plan_or_a_service_changes() -> None:
    """Also where an incident has come to this format with a service that was not restored."""
    walk = in_learn()
    walk.submit(ROBIN, activated(walk.now, "bcp-branches"))
    assert walk.state.requests["recovery.stand_down-1"].state == "voided"
    down, *_ = walk.state.availability
    walk.state.availability = [down]
    walk.submit(ROBIN, Reconsider(about=Matter.STAND_DOWN, reason="Under the new matrix."))
    requested = [each for each in walk.events if each.kind is EventKind.DECISION_REQUESTED]
    assert requested[-1].payload["context"]["services"] == {SERVICE: "down"}
    walk.submit(ROBIN, said(RESTORED, 61))
    assert walk.state.requests["recovery.stand_down-3"].state == "voided"
    assert "recovery.stand_down-4" in walk.open_requests()


def test_nothing_is_closed_over_a_plan_that_was_activated_after_standing_down() -> None:
    """It has to be deactivated first."""
    walk = Walk()
    walk.to_contain()
    walk.to_closable()
    walk.submit(ROBIN, activated(walk.now))
    assert reason(walk.answer(COMMANDER, "incident.closure-1", "close")) == "continuity_active"
    walk.submit(ROBIN, deactivated(walk.now))
    assert walk.answer(COMMANDER, "incident.closure-1", "close").kind == "decision.answered"


def test_the_question_shows_exactly_what_is_open() -> None:
    """Its digest is over that: an answer to what stood before is stale."""
    walk = in_learn()
    requested = (each for each in walk.events if each.kind is EventKind.DECISION_REQUESTED)
    asked = next(each for each in requested if each.payload["kind"] == "recovery.stand_down")
    assert asked.payload["context"] == {"continuity": [PLAN], "services": {}, "plays": []}
    assert asked.payload["about"]["digest"] == digest_of(asked.payload["context"])


def test_who_stays_can_be_asked_again_and_nothing_closes_until_then() -> None:
    """`stay` needs a reason; another person may ask once more at any time."""
    walk = Walk()
    walk.to_learn()
    assert reason(walk.answer(COMMANDER, "recovery.stand_down-1", "stay", rationale=None)) == (
        "rationale_required"
    )
    walk.answer(COMMANDER, "recovery.stand_down-1", "stay")
    walk.acknowledge()
    walk.classify()
    again = Reconsider(about=Matter.STAND_DOWN, reason="The night was quiet.")
    assert walk.submit(ROBIN, again).kind is EventKind.RECONSIDERATION_REQUESTED
    walk.answer(COMMANDER, "recovery.stand_down-2", "stood_down")
    assert reason(walk.submit(ROBIN, again)) == "nothing_to_reconsider"


def test_a_play_that_has_begun_since_makes_the_question_stale() -> None:
    """Steps go on beside it; whoever decides sees which plays are left."""
    walk = Walk()
    walk.to_learn()
    walk.submit(ROBIN, StartPlaybook(playbook=first_playbook()))
    stale = walk.answer(COMMANDER, "recovery.stand_down-1", "stood_down")
    assert reason(stale) == "stale_digest"
    walk.submit(ROBIN, Reconsider(about=Matter.STAND_DOWN, reason="The rest can wait."))
    assert walk.state.requests["recovery.stand_down-1"].state == "voided"
    requested = [each for each in walk.events if each.kind is EventKind.DECISION_REQUESTED]
    assert requested[-1].payload["context"]["plays"] == [1]
    walk.answer(COMMANDER, "recovery.stand_down-2", "stood_down")
    assert walk.state.stood_down


def test_nobody_is_asked_to_stand_down_before_the_recovery() -> None:
    """The question belongs to learn."""
    walk = told()
    again = Reconsider(about=Matter.STAND_DOWN, reason="It is quiet.")
    assert reason(walk.submit(ROBIN, again)) == "wrong_phase"


def test_an_activated_plan_is_a_fact_and_is_ended_once() -> None:
    """Field 2.9 stays yes once it was so; each activation has its number."""
    walk = told()
    first = walk.submit(ROBIN, activated())
    assert first.subject.id == f"{walk.state.incident_id}/{PLAN}"
    assert fact(walk, "business_continuity_activated", None) is True
    assert reason(walk.submit(ROBIN, activated())) == "already_activated"
    assert reason(walk.submit(ROBIN, deactivated(NOON - MINUTE))) == "times_contradict"
    walk.submit(ROBIN, deactivated(NOON + HOUR))
    assert reason(walk.submit(ROBIN, deactivated(NOON + HOUR))) == "unknown_plan"
    assert reason(walk.submit(ROBIN, activated(NOON + MINUTE))) == "times_contradict"
    assert reason(walk.submit(ROBIN, activated(walk.now + HOUR, "other"))) == "times_contradict"
    assert walk.submit(ROBIN, activated(NOON + 2 * HOUR)).payload["activation"] == 2
    assert fact(walk, "business_continuity_activated", None) is True


def test_closing_waits_for_standing_down() -> None:
    """Nobody has decided it while people stay."""
    walk = Walk()
    walk.to_contain()
    walk.to_closable()
    assert walk.state.stood_down
    walk.state.stood_down = False
    assert reason(walk.answer(COMMANDER, "incident.closure-1", "close")) == "decisions_pending"
