"""What becomes of an attempt at a step: said by people with its evidence, or by its automation."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.actions import ActionState, CheckResult, ReportCheck
from holdfast.domain.automation.naming import AUTOMATED_STEPS
from holdfast.domain.events import EventKind
from holdfast.domain.incident import response
from holdfast.domain.incident.checks import note_check, refuse_check
from holdfast.domain.incident.playbooks import Found, find_step, keep, step_subject
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.playbooks.asking import ReportStep
from holdfast.domain.playbooks.kinds import StepMode, StepStage
from holdfast.domain.playbooks.play import PlayedStep, automation_digest
from holdfast.domain.playbooks.refusing import refuse_report
from holdfast.domain.refusals import Refusal
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["heard", "is_of_step", "report_step"]

_PERFORMED = "performed"


def report_step(
    work: Work, submission: Submission, body: ReportStep, now: datetime
) -> Refusal | None:
    """Record how an attempt went; one that was performed leaves the evidence that it must."""
    if isinstance(found := find_step(work, body.play, body.step), Refusal):
        return found
    performed = body.outcome == _PERFORMED
    if refusal := refuse_report(found.played, body):
        return refusal
    check = found.played.step.check
    if check is not None and (refusal := refuse_check(work, check)):
        return refusal
    kind = EventKind.STEP_PERFORMED if performed else EventKind.STEP_FAILED
    content = _said(found, body, now)
    about = step_subject(work, found.play, body.step)
    entry = work.receipt(kind, submission, content, subject=about)
    statement, by = body.statement or found.played.step.title, submission.principal
    _end(work, found, _Ending(entry, by, statement, now), performed=performed)
    return None


def is_of_step(noticed: Noticed) -> bool:
    """Whether an automated step has recorded it."""
    return noticed.workflow.startswith(AUTOMATED_STEPS)


def heard(work: Work, noticed: Noticed, now: datetime) -> None:
    """Take in what an automated step has recorded: once, and only of the attempt that runs."""
    event, said = noticed.event, noticed.event.payload
    found = find_step(work, said["play"], said["step"])
    if isinstance(found, Refusal) or said["attempt"] != found.played.attempt:
        return
    played, running = found.played, found.played.stage is StepStage.RUNNING
    if event.kind is EventKind.STEP_TRIED and running and played.mode is StepMode.DRY_RUN:
        _tried(work, found, noticed.entry)
    elif event.kind is EventKind.STEP_PERFORMED and _awaits_automation(played):
        ending = _Ending(noticed.entry, event.actor, said["statement"], now)
        _end(work, found, ending, performed=True)
    elif event.kind is EventKind.STEP_FAILED and running and played.mode is not StepMode.BY_HAND:
        ending = _Ending(noticed.entry, event.actor, said["because"], now)
        _end(work, found, ending, performed=False)


class _Ending:
    """What an attempt has ended with: the entry, who says so, in which words, and when."""

    def __init__(self, entry: str, by: Actor, words: str, at: datetime) -> None:
        self.entry, self.by, self.words, self.at = entry, by, words, at


def _said(found: Found, body: ReportStep, now: datetime) -> JsonObject:
    played = found.played
    head: JsonObject = {
        "play": body.play,
        "step": body.step,
        "attempt": played.attempt,
    }
    if body.outcome != _PERFORMED:
        return {**head, "mode": str(played.mode), "because": body.statement}
    since = played.started_at or now
    return {
        **head,
        "mode": str(StepMode.BY_HAND),
        "statement": body.statement,
        "references": list(body.references),
        "documents": list(body.documents),
        "output": None,
        "took_seconds": max(int((now - since).total_seconds()), 0),
    }


def _awaits_automation(played: PlayedStep) -> bool:
    """Whether it runs by itself, or did so and was given up by hand meanwhile."""
    ends = played.stage in {StepStage.RUNNING, StepStage.FAILED}
    return ends and played.mode is StepMode.AUTOMATED


def _tried(work: Work, found: Found, entry: str) -> None:
    work.clocks.meet(found.play.clock_of(found.played), causes=(entry,))
    tried = {"stage": StepStage.READY, "tried": automation_digest(found.played.step)}
    keep(work, found.play, found.played.model_copy(update=tried), entry)


def _end(work: Work, found: Found, ending: _Ending, *, performed: bool) -> None:
    """Stop the clock, answer the check, and carry the approval out; a dry run does none of that."""
    played, causes = found.played, (ending.entry,)
    clock = found.play.clock_of(played)
    if performed:
        work.clocks.meet(clock, actor=ending.by, causes=causes)
    else:
        work.clocks.cancel(clock, causes=causes)
    if played.mode is StepMode.DRY_RUN:
        ready = played.model_copy(update={"stage": StepStage.READY})
        keep(work, found.play, ready, ending.entry)
        return
    check = played.step.check
    if check is not None and refuse_check(work, check) is None:
        result = CheckResult.PASSED if performed else CheckResult.FAILED
        seen = ReportCheck(check=check, result=result, statement=ending.words)
        note_check(work, seen, ending.by, ending.entry, ending.at)
    action = work.state.actions.get(played.action or "")
    if performed and action is not None and action.state is ActionState.APPROVED:
        response.note_performed(work, action.id, ending.words, ending.by, ending.entry)
    stage = StepStage.PERFORMED if performed else StepStage.FAILED
    ended = {"stage": stage, "failures": played.failures + (not performed)}
    keep(work, found.play, played.model_copy(update=ended), ending.entry)
