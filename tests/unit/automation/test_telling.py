"""Automated steps: how an attempt is called, and what is recorded of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.automation import line_of
from holdfast.domain.automation.naming import incident_of_automated_step
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import NOBODY_KNOWS, AutomationOutcome, AutomationState
from holdfast.domain.automation.telling import outcome_event
from holdfast.domain.events import EventKind

OUTPUT = f"sha256:{'0' * 64}"


def opening(*, dry_run: bool) -> AutomationOpening:
    """The second attempt at a step."""
    return AutomationOpening(
        incident="INC-2026-000001",
        play=3,
        playbook="ransomware",
        step="isolate_host",
        attempt=2,
        automation="isolate",
        parameters={"host": "web-1"},
        dry_run=dry_run,
        opened="incident/INC-2026-000001#9",
        timeout=timedelta(minutes=1),
    )


def outcome(state: AutomationState) -> AutomationOutcome:
    """An outcome with an output."""
    return AutomationOutcome(state=state, summary="exit status 0", output=OUTPUT, took_seconds=4)


def test_an_attempt_and_its_dry_run_have_names_of_their_own() -> None:
    """Each is the key of what is done once at most."""
    dry, earnest = opening(dry_run=True), opening(dry_run=False)

    assert earnest.id == earnest.workflow_id == "step/INC-2026-000001/3/isolate_host/2"
    assert dry.id == "step/INC-2026-000001/3/isolate_host/dry-2"
    assert incident_of_automated_step(dry.id) == "INC-2026-000001"
    assert incident_of_automated_step(earnest.id) == "INC-2026-000001"
    assert incident_of_automated_step("incident/INC-2026-000001") is None


def test_what_was_done_is_performed_with_its_output() -> None:
    """As a person's report would be, and no other way."""
    event = outcome_event(opening(dry_run=False), outcome(AutomationState.SUCCEEDED))

    assert (event.kind, event.subject.type, event.subject.id) == (
        EventKind.STEP_PERFORMED,
        "step",
        "INC-2026-000001/play-3/isolate_host",
    )
    assert event.causes == ("incident/INC-2026-000001#9",)
    assert event.payload == {
        "play": 3,
        "step": "isolate_host",
        "attempt": 2,
        "mode": "automated",
        "statement": "exit status 0",
        "references": [],
        "documents": [],
        "output": OUTPUT,
        "took_seconds": 4,
    }


def test_a_dry_run_performs_nothing() -> None:
    """It is tried."""
    event = outcome_event(opening(dry_run=True), outcome(AutomationState.SUCCEEDED))

    assert event.kind is EventKind.STEP_TRIED
    assert event.payload == {
        "play": 3,
        "step": "isolate_host",
        "attempt": 2,
        "output": OUTPUT,
        "summary": "exit status 0",
    }


@pytest.mark.parametrize("dry_run", [True, False])
def test_what_has_failed_says_in_which_mode(*, dry_run: bool) -> None:
    """With its output, which says more."""
    event = outcome_event(opening(dry_run=dry_run), outcome(AutomationState.FAILED))

    assert event.kind is EventKind.STEP_FAILED
    assert event.payload == {
        "play": 3,
        "step": "isolate_host",
        "attempt": 2,
        "mode": "dry_run" if dry_run else "automated",
        "because": "exit status 0",
        "output": OUTPUT,
    }


def test_what_nobody_knows_has_failed_and_says_what_to_do() -> None:
    """It is never called done, and never simply repeated."""
    event = outcome_event(opening(dry_run=False), outcome(AutomationState.UNKNOWN))

    assert event.kind is EventKind.STEP_FAILED
    assert event.payload["because"] == f"exit status 0; {NOBODY_KNOWS}"


def test_a_reason_is_one_short_line_whatever_is_in_it() -> None:
    """An expression of the configuration may hold anything; what is recorded says it in a line."""
    assert line_of("does not\nmatch \x1b[2J\t[a-z]") == "does not match [2J [a-z]"
    assert len(line_of("x" * 500)) == 120
