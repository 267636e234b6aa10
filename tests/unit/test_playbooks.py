"""Playbooks that are carried out: in order, approved, on time, with what each step must leave."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.actions import ActionState
from holdfast.domain.clocks import ClockState
from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.asking import ReportStep, StartPlaybook
from holdfast.domain.playbooks.kinds import StepStage
from holdfast.domain.playbooks.policy import PLAYBOOKS
from holdfast.domain.refusals import RefusalReason
from tests.playbook_walk import DIGEST, PlayWalk, step
from tests.statements import ALERTMANAGER, COMMANDER, ROBIN, report
from tests.walk import Walk


def _refused(event: object, reason: RefusalReason) -> bool:
    return getattr(event, "payload", {}).get("reason") == reason


def test_a_playbook_is_started_of_the_pinned_version_once_the_incident_is_confirmed() -> None:
    """Several may run side by side."""
    walk = Walk()
    walk.submit(ALERTMANAGER, report())
    early = walk.submit(ROBIN, StartPlaybook(playbook="payment-outage"))
    assert _refused(early, RefusalReason.WRONG_PHASE)
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")

    unknown = walk.submit(ROBIN, StartPlaybook(playbook="no-such"))
    assert _refused(unknown, RefusalReason.UNKNOWN_PLAYBOOK)

    started = walk.submit(ROBIN, StartPlaybook(playbook="payment-outage"))
    assert started.kind is EventKind.PLAYBOOK_STARTED
    assert started.policy == walk.state.policies[PLAYBOOKS].pin
    assert started.subject.id == "INC-2026-000001/play-1"
    assert started.payload["steps"][3]["after"] == ["drain-failing-node", "roll-back-last-change"]
    again = walk.submit(ROBIN, StartPlaybook(playbook="general"))
    assert again.payload["play"] == 2


def test_an_incident_from_before_there_were_playbooks_has_none() -> None:
    """It goes on as it began."""
    walk = Walk()
    walk.to_triage()
    del walk.state.policies[PLAYBOOKS]
    event = walk.submit(ROBIN, StartPlaybook(playbook="general"))
    assert _refused(event, RefusalReason.NO_PLAYBOOKS)


def test_steps_wait_for_those_before_them_and_run_beside_the_others() -> None:
    """A failed one holds up what waits for it until it is done or skipped."""
    walk = PlayWalk(step("one"), step("two"), step("three", "one", "two"))
    assert [walk.stage(name) for name in ("one", "two", "three")] == [
        StepStage.READY,
        StepStage.READY,
        StepStage.WAITING,
    ]
    walk.start("one")
    walk.start("two")
    refused = walk.start("three")
    assert _refused(refused, RefusalReason.STEP_NOT_READY)
    assert "waits for one, two" in refused.payload["detail"]
    assert _refused(walk.start("one"), RefusalReason.STEP_NOT_READY)
    walk.report("one")
    walk.report("two", "failed")
    assert _refused(walk.start("three"), RefusalReason.STEP_NOT_READY)
    walk.skip("two")
    assert walk.start("three").kind is EventKind.STEP_STARTED


def test_a_play_is_finished_with_its_last_step_and_goes_on_with_a_new_one() -> None:
    """Performed or skipped is finished; failed is not."""
    walk = PlayWalk(step("one"), step("two"))
    walk.perform("one")
    assert EventKind.PLAYBOOK_FINISHED not in walk.kinds()
    walk.start("two")
    walk.report("two", "failed")
    walk.skip("two")
    finished = walk.last(EventKind.PLAYBOOK_FINISHED)
    assert finished.payload == {"play": 1, "done": 1, "skipped": 1, "failed": 1}

    assert walk.add("three", "one").kind is EventKind.STEP_ADDED
    assert not walk.play.finished
    walk.repeat("one")
    assert walk.stage("three") is StepStage.WAITING
    walk.perform("one")
    walk.perform("three")
    assert walk.last(EventKind.PLAYBOOK_FINISHED).payload["done"] == 2
    assert walk.kinds().count(EventKind.PLAYBOOK_FINISHED) == 2


def test_a_step_that_is_added_has_an_id_of_its_own_and_waits_for_what_there_is() -> None:
    """Nothing of a refused one is left."""
    walk = PlayWalk(step("one"))
    assert _refused(walk.add("one"), RefusalReason.DATA_INVALID)
    assert _refused(walk.add("two", "ghost"), RefusalReason.UNKNOWN_STEP)
    assert walk.play.find("two") is None


def test_a_disruptive_step_is_an_action_that_somebody_else_approves_first() -> None:
    """Whoever starts it proposes it; performing it performs the action."""
    walk = PlayWalk(step("one", disruptive=True))
    proposed = walk.start("one")
    assert proposed.kind is EventKind.ACTION_PROPOSED
    assert proposed.payload["step"] == "one"
    assert walk.stage("one") is StepStage.AWAITING_APPROVAL
    assert _refused(walk.start("one"), RefusalReason.ACTION_NOT_APPROVED)
    request = next(name for name in walk.open_requests() if name.startswith("recovery.approval"))
    own = walk.answer(ROBIN, request, "approved")
    assert walk.state.actions["action-1"].state != ActionState.APPROVED, own

    walk.approve()
    assert walk.stage("one") is StepStage.READY
    assert walk.start("one").payload["action"] == "action-1"
    walk.report("one")
    assert walk.state.actions["action-1"].state == ActionState.PERFORMED
    assert walk.last(EventKind.ACTION_PERFORMED).payload["result"] == "Done."


def test_what_was_rejected_can_be_asked_for_again_and_what_is_repeated_must_be() -> None:
    """An approval is for one time."""
    walk = PlayWalk(step("one", disruptive=True))
    walk.start("one")
    walk.approve("rejected")
    assert walk.start("one").kind is EventKind.ACTION_PROPOSED
    walk.approve()
    walk.perform("one")
    walk.repeat("one")
    assert walk.start("one").kind is EventKind.ACTION_PROPOSED
    assert walk.state.actions["action-3"].state == ActionState.PROPOSED
    walk.approve()
    walk.start("one")
    walk.report("one", "failed")
    walk.repeat("one")
    assert walk.start("one").kind is EventKind.ACTION_PROPOSED


def test_a_failover_is_approved_even_where_it_disrupts_nothing() -> None:
    """As any failover."""
    walk = PlayWalk(step("over", kind="failover"))
    walk.start("over")
    assert any(name.startswith("failover.approval") for name in walk.open_requests())


def test_nobody_is_asked_any_more_about_a_step_that_is_skipped() -> None:
    """The question is voided, and says why."""
    walk = PlayWalk(step("one", disruptive=True))
    walk.start("one")
    walk.skip("one")
    assert not [name for name in walk.open_requests() if "approval" in name]
    assert walk.last(EventKind.DECISION_VOIDED).causes


def test_what_a_step_must_leave_is_left_or_the_report_is_refused() -> None:
    """A failure must at least say why."""
    walk = PlayWalk(step("one", evidence=["statement", "reference", "document"]))
    walk.start("one")
    refused = walk.report("one", references=["CHG-17"])
    assert _refused(refused, RefusalReason.EVIDENCE_MISSING)
    assert "document" in refused.payload["detail"]
    silent = ReportStep(play=1, step="one", outcome="failed")
    assert _refused(walk.submit(ROBIN, silent), RefusalReason.EVIDENCE_MISSING)
    walk.wait(timedelta(minutes=4))
    done = walk.report("one", references=["CHG-17"], documents=[DIGEST])
    assert done.payload["documents"] == [DIGEST]
    assert done.payload["took_seconds"] == 240


def test_a_step_that_takes_longer_than_expected_wakes_its_owner_and_then_the_commander() -> None:
    """By briefs, as every ladder does."""
    walk = PlayWalk(step("one"))
    walk.start("one")
    clock = walk.state.clocks["play-1:one-1"]
    assert clock.schedule.due_after == timedelta(minutes=10)
    walk.wait(timedelta(minutes=7, seconds=29))
    assert EventKind.CLOCK_WARNED not in [e.kind for e in walk.events if e.subject.id == clock.id]
    walk.wait(timedelta(seconds=1))
    assert walk.last(EventKind.CLOCK_WARNED).payload["remaining_seconds"] == 150
    walk.wait(timedelta(minutes=8))
    kinds = [event.kind for event in walk.events if event.subject.id == "play-1:one-1"]
    assert kinds == [
        EventKind.CLOCK_ARMED,
        EventKind.CLOCK_WARNED,
        EventKind.CLOCK_MISSED,
        EventKind.CLOCK_ESCALATED,
        EventKind.CLOCK_ESCALATED,
    ]
    roles = [e.payload["roles"] for e in walk.events if e.kind is EventKind.CLOCK_ESCALATED]
    assert roles[-2:] == [["responder"], ["incident_commander"]]
    briefs = [e for e in walk.events if e.kind is EventKind.COMMUNICATION_OPENED]
    assert [brief.payload["wish"]["roles"] for brief in briefs][-2:] == roles[-2:]
    walk.report("one")
    assert walk.state.clocks["play-1:one-1"].state is ClockState.MET


def test_a_validation_step_answers_the_check_that_it_is_for() -> None:
    """Passed or failed, by whoever reports it."""
    look = {"phase": "validation", "kind": "functional_check"}
    walk = PlayWalk(step("look", check="functional", **look), step("odd", check="made_up", **look))
    walk.start("look")
    walk.report("look", "failed")
    assert walk.state.checks["functional"].result == "failed"
    walk.repeat("look")
    walk.perform("look")
    recorded = walk.last(EventKind.CHECK_RECORDED)
    assert recorded.payload["result"] == "passed"
    assert recorded.actor == ROBIN
    assert walk.state.checks["functional"].recorded_by == ROBIN
    assert _refused(walk.perform("odd"), RefusalReason.UNKNOWN_CHECK)


def test_nothing_of_a_play_runs_on_after_the_incident() -> None:
    """Clocks are cancelled, reports refused."""
    walk = PlayWalk(step("one"), step("two", disruptive=True))
    walk.start("one")
    walk.to_closed_from_contain()
    assert walk.state.clocks["play-1:one-1"].state is ClockState.CANCELLED
    assert _refused(walk.report("one"), RefusalReason.INCIDENT_NOT_OPEN)


def test_only_steps_and_plays_that_there_are_can_be_worked_on() -> None:
    """And only in their turn."""
    walk = PlayWalk(step("one"))
    assert _refused(walk.start("two"), RefusalReason.UNKNOWN_STEP)
    nowhere = ReportStep(play=7, step="one", outcome="performed")
    assert _refused(walk.submit(COMMANDER, nowhere), RefusalReason.UNKNOWN_PLAYBOOK)
    assert _refused(walk.report("one"), RefusalReason.STEP_NOT_READY)
    assert _refused(walk.repeat("one"), RefusalReason.STEP_NOT_READY)
    walk.start("one")
    assert _refused(walk.skip("one"), RefusalReason.STEP_NOT_READY)
