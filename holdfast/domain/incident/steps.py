"""Steps that are begun, skipped and repeated: in order, approved where they disrupt, each on time.

What becomes of an attempt is in `attempts`.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.actions import ActionCategory, ActionState, TakeAction
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.incident import response
from holdfast.domain.incident.checks import refuse_check
from holdfast.domain.incident.playbooks import (
    Found,
    approval_of,
    find_step,
    keep,
    rules_of,
    step_subject,
)
from holdfast.domain.incident.work import Work
from holdfast.domain.playbooks.asking import RepeatStep, SkipStep, StartStep
from holdfast.domain.playbooks.clock import arm_step
from holdfast.domain.playbooks.kinds import StepKind, StepMode, StepPhase, StepStage
from holdfast.domain.playbooks.play import allowed_time
from holdfast.domain.playbooks.policy import PlaybooksPolicy, Step
from holdfast.domain.playbooks.refusing import refuse_repeat, refuse_skip, refuse_start
from holdfast.domain.refusals import Refusal
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["repeat_step", "skip_step", "start_step"]

_LONGEST_DETAIL = 10_000


def start_step(
    work: Work, submission: Submission, body: StartStep, now: datetime
) -> Refusal | None:
    """Begin an attempt; of a step that needs approval and has none, ask for that instead."""
    if isinstance(rules := rules_of(work), Refusal):
        return rules
    if isinstance(found := find_step(work, body.play, body.step), Refusal):
        return found
    approval, step = approval_of(work, found), found.played.step
    if refusal := refuse_start(found.play, found.played, body.mode, approval):
        return refusal
    # Once the worker has it, nobody could refuse its check any more.
    check = step.check if body.mode is StepMode.AUTOMATED else None
    if check is not None and (refusal := refuse_check(work, check)):
        return refusal
    unapproved = step.needs_approval and approval is not ActionState.APPROVED
    if unapproved and body.mode is not StepMode.DRY_RUN:
        _propose(work, submission, found, now)
        return None
    _start(work, submission, found, body.mode, rules, now)
    return None


def skip_step(work: Work, submission: Submission, body: SkipStep, now: datetime) -> Refusal | None:
    """Leave a step out, for a reason; nobody has to approve it any more."""
    del now
    if isinstance(found := find_step(work, body.play, body.step), Refusal):
        return found
    if refusal := refuse_skip(found.played):
        return refusal
    content = {"play": body.play, "step": body.step, "because": body.because}
    about = step_subject(work, found.play, body.step)
    entry = work.receipt(EventKind.STEP_SKIPPED, submission, content, subject=about)
    for request in work.desk.open_requests():
        if found.played.action is not None and request.subject.id == found.played.action:
            work.desk.void(request, f"step '{body.step}' is skipped", causes=(entry,))
    skipped = found.played.model_copy(update={"stage": StepStage.SKIPPED})
    keep(work, found.play, skipped, entry)
    return None


def repeat_step(
    work: Work, submission: Submission, body: RepeatStep, now: datetime
) -> Refusal | None:
    """Have a step done again; what was approved for it before is not approved once more."""
    del now
    if isinstance(found := find_step(work, body.play, body.step), Refusal):
        return found
    played = found.played
    if refusal := refuse_repeat(found.play, played, approval_of(work, found)):
        return refusal
    content = {
        "play": body.play,
        "step": body.step,
        "attempt": played.attempt,
        "because": body.because,
    }
    about = step_subject(work, found.play, body.step)
    entry = work.receipt(EventKind.STEP_REPEATED, submission, content, subject=about)
    anew = {"stage": StepStage.READY, "mode": None, "started_at": None, "action": None}
    keep(work, found.play, played.model_copy(update=anew), entry)
    return None


def _start(
    work: Work,
    submission: Submission,
    found: Found,
    mode: StepMode,
    rules: tuple[PolicyPin, PlaybooksPolicy],
    now: datetime,
) -> None:
    play, step = found.play, found.played.step
    played = found.played.model_copy(
        update={
            "stage": StepStage.RUNNING,
            "attempt": found.played.attempt + 1,
            "mode": mode,
            "started_at": now,
        }
    )
    content: JsonObject = {
        "play": play.number,
        "step": step.id,
        "title": step.title,
        "attempt": played.attempt,
        "mode": str(mode),
        "owner": str(step.owner),
        "expected_seconds": int(step.expected.total_seconds()),
        "action": None if mode is StepMode.DRY_RUN else played.action,
    }
    about = step_subject(work, play, step.id)
    entry = work.receipt(EventKind.STEP_STARTED, submission, content, subject=about)
    arm_step(work.clocks, rules, content, now, entry)
    keep(work, play, played, entry)
    if step.automation is not None and mode is not StepMode.BY_HAND:
        opening = AutomationOpening(
            incident=work.state.incident_id,
            play=play.number,
            playbook=play.playbook,
            step=step.id,
            attempt=played.attempt,
            automation=step.automation.name,
            parameters=step.automation.parameters,
            dry_run=mode is StepMode.DRY_RUN,
            opened=entry,
            timeout=allowed_time(step),
        )
        work.state.to_automate.append(opening)


def _propose(work: Work, submission: Submission, found: Found, now: datetime) -> None:
    """Ask for approval of exactly what would be done, by hand or by the worker."""
    play, step = found.play, found.played.step
    taken = TakeAction(
        category=_category(step),
        action=step.title,
        service=step.service,
        disruptive=step.disruptive,
        detail=_detail(play.title, step),
    )
    action = response.propose_for(work, submission, taken, now, play=play.number, step=step.id)
    proposed = play.with_step(found.played.model_copy(update={"action": action}))
    work.state.plays[str(play.number)] = proposed


def _category(step: Step) -> ActionCategory:
    if step.kind is StepKind.FAILOVER:
        return ActionCategory.FAILOVER
    contains = step.phase is StepPhase.CONTAINMENT
    return ActionCategory.CONTAINMENT if contains else ActionCategory.RECOVERY


def _detail(title: str, step: Step) -> str:
    said = [f"Step '{step.id}' of the playbook '{title}'."]
    if step.automation is not None:
        parameters = [f"{name} = {value}" for name, value in step.automation.parameters.items()]
        given = f" with {', '.join(parameters)}" if parameters else ""
        said.append(f"The automation is '{step.automation.name}'{given}.")
    said += [step.detail] if step.detail else []
    return " ".join(said)[:_LONGEST_DETAIL]
