"""Steps that the worker carries out: tried first, heard once, looked after by people in doubt."""

from __future__ import annotations

from datetime import timedelta

from holdfast.domain.actions import ActionState
from holdfast.domain.clocks import ClockState
from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.kinds import StepStage
from holdfast.domain.refusals import RefusalReason
from tests.playbook_walk import PlayWalk, step

_AUTOMATION = {"name": "restart-service", "parameters": {"service": "gateway"}}


def _walk(**changes: object) -> PlayWalk:
    return PlayWalk(step("one", **{"automation": _AUTOMATION, **changes}), step("two", "one"))


def test_what_was_not_tried_is_not_automated() -> None:
    """Nor is one tried whose turn it is not."""
    walk = _walk()
    refused = walk.start("one", "automated")
    assert refused.payload["reason"] == RefusalReason.STEP_NOT_READY
    assert "dry run" in refused.payload["detail"]
    assert walk.start("two", "dry_run").payload["reason"] == RefusalReason.STEP_NOT_READY
    assert walk.state.to_automate == []


def test_a_step_is_automated_once_a_dry_run_of_it_has_ended_well() -> None:
    """Tried and done are two attempts, each with its own clock."""
    walk = _walk()
    started = walk.start("one", "dry_run")
    dry = walk.automated()
    assert dry.dry_run
    assert (dry.automation, dry.parameters) == ("restart-service", {"service": "gateway"})
    assert dry.timeout == timedelta(minutes=10)
    assert started.payload["mode"] == "dry_run"
    walk.end(dry)
    assert walk.stage("one") is StepStage.READY
    assert walk.state.clocks["play-1:one-1"].state is ClockState.MET

    walk.start("one", "automated")
    real = walk.automated()
    assert (real.dry_run, real.attempt) == (False, 2)
    opened = next(each for each in walk.entries() if each.id == real.opened)
    assert opened.event == walk.last(EventKind.STEP_STARTED)
    walk.end(real)
    assert walk.stage("one") is StepStage.PERFORMED
    assert walk.stage("two") is StepStage.READY


def test_a_dry_run_that_fails_is_no_failed_step_and_lets_nothing_begin() -> None:
    """It can still be done by hand."""
    walk = _walk()
    walk.start("one", "dry_run")
    walk.end(walk.automated(), "failed")
    assert walk.stage("one") is StepStage.READY
    assert walk.start("one", "automated").payload["reason"] == RefusalReason.STEP_NOT_READY
    assert walk.start("one").kind is EventKind.STEP_STARTED


def test_a_disruptive_step_is_tried_unapproved_and_automated_only_approved() -> None:
    """Who approves it reads which automation it is, with which parameters."""
    walk = _walk(disruptive=True)
    walk.start("one", "dry_run")
    walk.end(walk.automated())
    proposed = walk.start("one", "automated")
    assert proposed.kind is EventKind.ACTION_PROPOSED
    assert "'restart-service' with service = gateway" in proposed.payload["detail"]
    assert walk.state.to_automate == []
    walk.approve()
    walk.start("one", "automated")
    walk.end(walk.automated())
    assert walk.state.actions["action-1"].state == ActionState.PERFORMED


def test_an_automated_validation_answers_its_check() -> None:
    """As one by hand does; a dry run answers nothing."""
    walk = _walk(phase="validation", kind="functional_check", check="functional")
    walk.start("one", "dry_run")
    walk.end(walk.automated())
    assert "functional" not in walk.state.checks
    walk.start("one", "automated")
    walk.end(walk.automated(), "failed")
    assert walk.state.checks["functional"].result == "failed"
    walk.repeat("one")
    walk.start("one", "automated")
    walk.end(walk.automated())
    assert walk.state.checks["functional"].result == "passed"


def test_a_check_that_no_policy_names_is_never_automated() -> None:
    """The worker could not be refused any more."""
    walk = _walk(phase="validation", kind="functional_check", check="made_up")
    walk.start("one", "dry_run")
    walk.end(walk.automated())
    refused = walk.start("one", "automated")
    assert refused.payload["reason"] == RefusalReason.UNKNOWN_CHECK


def test_of_an_attempt_that_ended_or_was_given_up_nothing_is_heard_again() -> None:
    """Late and repeated notices change nothing."""
    walk = _walk()
    walk.start("one", "dry_run")
    dry = walk.automated()
    walk.end(dry)
    walk.start("one", "automated")
    real = walk.automated()
    walk.end(dry)
    assert walk.stage("one") is StepStage.RUNNING
    walk.end(real, "failed")
    walk.repeat("one")
    walk.start("one")
    before = len(walk.events)
    heard = walk.end(real)
    assert walk.events[before:] == [heard]
    assert walk.stage("one") is StepStage.RUNNING


def test_a_dry_run_that_was_given_up_does_not_end_the_next_one() -> None:
    """Each attempt is heard of by its own number."""
    walk = _walk()
    walk.start("one", "dry_run")
    given_up = walk.automated()
    walk.report("one", "failed")
    walk.start("one", "dry_run")
    walk.end(given_up)
    assert walk.stage("one") is StepStage.RUNNING
    walk.end(walk.automated())
    assert walk.stage("one") is StepStage.READY


def test_where_nobody_knows_whether_it_was_done_people_look_and_report_it() -> None:
    """While it runs, only its automation says that it is done."""
    walk = _walk()
    walk.start("one", "dry_run")
    walk.end(walk.automated())
    walk.start("one", "automated")
    opening = walk.automated()
    assert walk.report("one").payload["reason"] == RefusalReason.STEP_NOT_READY
    walk.end(opening, "unknown", None)
    assert walk.stage("one") is StepStage.FAILED
    assert walk.report("one").payload["mode"] == "by_hand"
    assert walk.stage("one") is StepStage.PERFORMED


def test_a_step_whose_automation_is_gone_is_given_up_by_hand() -> None:
    """Somebody may have terminated its workflow."""
    walk = _walk()
    walk.start("one", "dry_run")
    walk.automated()
    given_up = walk.report("one", "failed")
    assert given_up.kind is EventKind.STEP_FAILED
    assert walk.stage("one") is StepStage.READY
    assert walk.state.clocks["play-1:one-1"].state is ClockState.CANCELLED
