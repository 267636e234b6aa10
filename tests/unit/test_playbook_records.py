"""What stays of playbooks: rows to query, sentences to read, judgements to make again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from holdfast.domain.automation.outcome import AutomationOutcome, AutomationState
from holdfast.domain.automation.telling import outcome_event
from holdfast.domain.events import EventKind
from holdfast.domain.playbooks.asking import ReportStep, StartPlaybook, StartStep
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import Verdict
from holdfast.evidence.playbook_sentences import PLAYBOOK_SENTENCES
from holdfast.evidence.sentences import sentence
from holdfast.store.playbooks.tables import play, play_step
from tests.folded import folded
from tests.judged_walks import CONTENTS
from tests.playbook_walk import DIGEST, PlayWalk, step
from tests.statements import ROBIN
from tests.timed_walk import TimedWalk

_AUTOMATION = {"name": "restart-service", "parameters": {"service": "gateway"}}


@pytest.fixture
def walk() -> PlayWalk:
    """A play of two steps, the second of which disrupts and can be automated."""
    return PlayWalk(step("one"), step("two", "one", disruptive=True, automation=_AUTOMATION))


def _rows(walk: PlayWalk) -> dict[str, dict[str, Any]]:
    """The rows, each in the stage that the database derives."""
    rows = folded(walk.entries(), play_step)
    stages = ["running" if row["clock_open"] else row["outcome"] for row in rows]
    return {row["step"]: {**row, "stage": stage} for row, stage in zip(rows, stages, strict=True)}


def test_a_play_is_a_row_and_each_of_its_steps_is_one(walk: PlayWalk) -> None:
    """With all that was agreed on beforehand, and nothing that has not happened."""
    (row,) = folded(walk.entries(), play)
    assert (row["play"], row["playbook"], row["finished_at"]) == (1, "made-up", None)
    assert row["policy"]["version"] == "9"
    rows = _rows(walk)
    assert [rows[name]["ordinal"] for name in ("one", "two")] == [0, 1]
    assert rows["two"]["waits_for"] == ["one"]
    assert rows["two"]["needs_approval"]
    assert not rows["one"]["needs_approval"]
    assert (rows["one"]["stage"], rows["one"]["attempt"]) == ("ready", 0)


def test_a_row_says_how_the_latest_attempt_went_and_whether_it_was_late(walk: PlayWalk) -> None:
    """An earlier attempt leaves nothing in it but its number."""
    walk.start("one")
    walk.wait(timedelta(minutes=11))
    assert (_rows(walk)["one"]["stage"], _rows(walk)["one"]["late"]) == ("running", True)
    walk.report("one", "failed", statement="It hangs.")
    failed = _rows(walk)["one"]
    assert (failed["stage"], failed["because"]) == ("failed", "It hangs.")
    walk.repeat("one")
    again = _rows(walk)["one"]
    assert (again["stage"], again["late"], again["because"]) == ("ready", False, None)
    walk.start("one")
    walk.report("one", references=["CHG-1"], documents=[DIGEST])
    done = _rows(walk)["one"]
    assert (done["stage"], done["attempt"], done["mode"]) == ("performed", 2, "by_hand")
    assert (done["refers_to"], done["documents"], done["late"]) == (["CHG-1"], [DIGEST], False)


def test_an_automated_step_is_a_row_with_its_approval_its_dry_run_and_its_output(
    walk: PlayWalk,
) -> None:
    """A dry run that failed is told, and leaves the step as it was."""
    walk.skip("one")
    walk.start("two", "dry_run")
    walk.end(walk.automated(), "failed")
    assert _rows(walk)["two"]["stage"] == "ready"
    assert _rows(walk)["two"]["because"] == "It ran."
    walk.start("two", "dry_run")
    walk.end(walk.automated())
    assert _rows(walk)["two"]["tried"]["attempt"] == 2
    walk.start("two", "automated")
    assert _rows(walk)["two"]["action"] == "action-1"
    walk.start("two", "dry_run")
    walk.end(walk.automated())
    assert _rows(walk)["two"]["action"] == "action-1"
    walk.approve()
    walk.start("two", "automated")
    walk.end(walk.automated())
    done = _rows(walk)["two"]
    assert (done["stage"], done["mode"], done["output"]) == ("performed", "automated", DIGEST)
    assert (done["action"], done["took_seconds"]) == ("action-1", 3)
    assert folded(walk.entries(), play)[0]["finished_at"] == walk.now


def test_a_step_runs_until_the_incident_has_heard_what_became_of_it(walk: PlayWalk) -> None:
    """Nobody starts what the incident would still refuse."""
    walk.skip("one")
    walk.start("two", "dry_run")
    opening = walk.automated()
    outcome = AutomationOutcome(state=AutomationState.SUCCEEDED, summary="It would.")
    walk.write(opening.workflow_id, outcome_event(opening, outcome))
    assert _rows(walk)["two"]["stage"] == "running"
    walk.end(opening)
    assert _rows(walk)["two"]["stage"] == "ready"


def test_a_play_goes_on_in_its_row_with_a_step_that_is_added(walk: PlayWalk) -> None:
    """Behind those of the playbook."""
    walk.skip("one")
    walk.skip("two")
    assert folded(walk.entries(), play)[0]["finished_at"] is not None
    walk.add("three", "one")
    assert folded(walk.entries(), play)[0]["finished_at"] is None
    assert _rows(walk)["three"]["added"]


def test_every_entry_of_a_playbook_is_a_sentence_with_what_matters(walk: PlayWalk) -> None:
    """Who reads the timeline sees what was done, how, and why not."""
    walk.start("one")
    walk.wait(timedelta(minutes=5))
    walk.report("one", references=["CHG-1"], documents=[DIGEST])
    walk.start("two", "dry_run")
    walk.end(walk.automated())
    walk.start("two", "dry_run")
    walk.report("two", "failed", statement="Its workflow is gone.")
    walk.add("three")
    walk.skip("two")
    walk.skip("three")
    walk.repeat("one")
    said = [sentence(event) for event in walk.events if event.kind in PLAYBOOK_SENTENCES]
    assert {event.kind for event in walk.events} >= PLAYBOOK_SENTENCES.keys()
    assert said[0] == "Play 1 started, 2 step(s): Made up"
    assert said[1] == ("Play 1: step 'one' started by hand, attempt 1, expected in 10 min: Do one")
    assert said[2] == (
        "Play 1: step 'one' performed by hand (in 5 min, refers to CHG-1, 1 document(s)): Done."
    )
    assert "Play 1: step 'two' tried, the dry run ended well: It ran." in said
    assert "Play 1: step 'two' failed as a dry run: Its workflow is gone." in said
    assert "Play 1: step 'two' skipped: Not needed here." in said
    assert "Play 1 finished: 1 step(s) performed, 2 skipped, 0 attempt(s) failed" in said
    assert said[-1] == "Play 1: step 'one' is to be done again: It broke again."


def _judged_play() -> TimedWalk:
    walk = TimedWalk()
    walk.to_contain()
    walk.submit(ROBIN, StartPlaybook(playbook="general"))
    walk.submit(ROBIN, StartStep(play=1, step="limit-effects"))
    walk.wait(timedelta(minutes=46))
    walk.submit(
        ROBIN, ReportStep(play=1, step="limit-effects", outcome="performed", statement="Held.")
    )
    walk.submit(ROBIN, StartStep(play=1, step="bring-back"))
    return walk


def test_the_deadline_of_a_step_comes_out_again_from_the_evidence() -> None:
    """Its warning, its ladder, and the question whether it may be carried out."""
    walk = _judged_play()
    judgements = replay(walk.judged(), CONTENTS).judgements
    assert [each for each in judgements if each.verdict is not Verdict.SAME] == []
    clocks = [e.kind for e in walk.events if e.subject.id == "play-1:limit-effects-1"]
    assert clocks.count(EventKind.CLOCK_ESCALATED) == 2


@pytest.mark.parametrize(
    ("kind", "changed"), [(EventKind.STEP_STARTED, "started"), (EventKind.CLOCK_ARMED, "clock")]
)
def test_a_deadline_of_a_step_that_the_policy_does_not_give_is_found(
    kind: EventKind, changed: str
) -> None:
    """Whoever allows more time afterwards is seen, and whoever puts it under another step."""
    walk, found = _judged_play(), []
    for judged in walk.judged():
        event = judged.event
        assert event is not None
        if event.kind is kind and changed == "started":
            longer = {**event.payload, "expected_seconds": 9_000}
            event = event.model_copy(update={"payload": longer})
        elif event.kind is kind and event.subject.id == "play-1:limit-effects-1":
            other = event.subject.model_copy(update={"id": "play-1:stop-changes-1"})
            event = event.model_copy(update={"subject": other})
        found.append(replace(judged, event=event))
    verdicts = {each.entry: each.verdict for each in replay(found, CONTENTS).judgements}
    armed = next(
        entry.id
        for entry in walk.entries()
        if entry.event.kind is EventKind.CLOCK_ARMED
        and entry.event.subject.id == "play-1:limit-effects-1"
    )
    assert verdicts[armed] is Verdict.DIFFERENT
