"""Contain and recover: actions, the disruptive ones approved first; milestones; named checks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from holdfast.domain.actions import (
    Action,
    ActionCategory,
    ActionState,
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportPerformed,
    TakeAction,
)
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decision_desk import Decided, Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident import communicating
from holdfast.domain.incident.classification import NOTIFICATION_CLOCK
from holdfast.domain.incident.following import UPDATE_CLOCK
from holdfast.domain.incident.state import CheckState, Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import RecoveryPolicy
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "action_decided",
    "approval_question",
    "arm_review",
    "propose",
    "reach_milestone",
    "record_check",
    "record_performed",
    "take_action",
    "validation_decided",
    "validation_question",
]

_APPROVALS = {
    ActionCategory.CONTAINMENT: DecisionKind.CONTAINMENT_APPROVAL,
    ActionCategory.FAILOVER: DecisionKind.FAILOVER_APPROVAL,
    ActionCategory.RECOVERY: DecisionKind.RECOVERY_APPROVAL,
}


def take_action(
    work: Work, submission: Submission, body: TakeAction, now: datetime
) -> Refusal | None:
    """Record a plain action as performed; ask for approval of a disruptive one and any failover."""
    needs_approval = body.disruptive or body.category is ActionCategory.FAILOVER
    state = ActionState.PROPOSED if needs_approval else ActionState.PERFORMED
    action = _take_up(work, body, submission.principal, state, now)
    kind = EventKind.ACTION_PROPOSED if needs_approval else EventKind.ACTION_PERFORMED
    entry = work.receipt(kind, submission, _content(action), subject=_about(action))
    if needs_approval:
        work.ask(approval_question(action, entry), now)
    return None


def propose(work: Work, taken: TakeAction, cause: str, now: datetime) -> str:
    """Propose an action that the process itself finds is due; return its id.

    `cause` is the entry that makes it so.
    """
    action = _take_up(work, taken, SYSTEM, ActionState.PROPOSED, now)
    content, about = _content(action), _about(action)
    entry = work.note(EventKind.ACTION_PROPOSED, content, subject=about, causes=(cause,))
    work.ask(approval_question(action, entry), now)
    return action.id


def approval_question(action: Action, proposed: str) -> Question:
    """Whether the action may be carried out; `proposed` is the entry of its proposal."""
    return Question(
        kind=_APPROVALS[action.taken.category],
        subject=_about(action),
        authors=(action.proposed_by.id,),
        requested_by=action.proposed_by,
        context=_content(action),
        causes=(proposed,),
    )


def action_decided(work: Work, decided: Decided, now: datetime) -> None:  # noqa: ARG001 - one shape
    """Approve or reject the action that was proposed."""
    approved = decided.option == "approved"
    action = work.state.actions[decided.request.subject.id].model_copy(
        update={"state": ActionState.APPROVED if approved else ActionState.REJECTED}
    )
    work.state.actions[action.id] = action
    kind = EventKind.ACTION_APPROVED if approved else EventKind.ACTION_REJECTED
    work.note(kind, _content(action), subject=_about(action), causes=(decided.entry,))


def record_performed(
    work: Work,
    submission: Submission,
    body: ReportPerformed,
    now: datetime,  # noqa: ARG001 - one shape
) -> Refusal | None:
    """Record that an approved action has been carried out."""
    action = work.state.actions.get(body.action_id)
    if action is None:
        return Refusal(RefusalReason.UNKNOWN_ACTION, f"there is no action {body.action_id}")
    if action.state is not ActionState.APPROVED:
        return Refusal(
            RefusalReason.ACTION_NOT_APPROVED, f"{action.id} is {action.state}, not approved"
        )
    action = action.model_copy(update={"state": ActionState.PERFORMED})
    work.state.actions[action.id] = action
    work.receipt(
        EventKind.ACTION_PERFORMED,
        submission,
        {**_content(action), "result": body.result},
        subject=_about(action),
    )
    return None


def reach_milestone(
    work: Work, submission: Submission, body: ReportMilestone, now: datetime
) -> Refusal | None:
    """Declare the incident contained, the service recovered, or the authority notified."""
    if body.milestone is Milestone.CONTAINED:
        return _contained(work, submission, body)
    if body.milestone is Milestone.INITIAL_NOTIFICATION_SENT:
        return _notified(work, submission, body)
    return _recovered(work, submission, body, now)


def record_check(
    work: Work, submission: Submission, body: ReportCheck, now: datetime
) -> Refusal | None:
    """Record the result of a named check; a pending validation is about the new results then."""
    checks = work.state.recovery.checks
    if body.check not in checks:
        return Refusal(
            RefusalReason.UNKNOWN_CHECK, f"'{body.check}' is none of {', '.join(checks)}"
        )
    work.state.checks[body.check] = CheckState(
        result=body.result,
        statement=body.statement,
        recorded_by=submission.principal,
        recorded_at=now,
    )
    entry = work.receipt(
        EventKind.CHECK_RECORDED,
        submission,
        {
            "check": body.check,
            "question": checks[body.check],
            "result": str(body.result),
            "statement": body.statement,
        },
        subject=Subject(type="check", id=body.check),
    )
    for request in work.desk.open_requests(DecisionKind.RECOVERY_VALIDATION):
        work.desk.void(request, f"check '{body.check}' has a new result", causes=(entry,))
        if not _unfinished_checks(work):
            _ask_for_validation(work, entry, now)
    return None


def validation_decided(work: Work, decided: Decided, now: datetime) -> None:
    """A validated recovery begins the learning; a rejected one must be declared again."""
    if decided.option != "validated":
        work.state.recovery_declared_by = None
        return
    work.state.recovered_at = now
    work.clocks.cancel(UPDATE_CLOCK, causes=(decided.entry,))
    communicating.open_all_clears(work, decided.entry)
    entered = work.enter(Phase.LEARN, causes=(decided.entry,))
    arm_review(work.clocks, work.state.recovery, now, entered)


def arm_review(clocks: Clocks, recovery: RecoveryPolicy, now: datetime, entered: str) -> Clock:
    """Set the deadline of the review; `entered` is the entry of the phase."""
    title = "Record the post-incident review"
    return clocks.arm("review", title, now, recovery.review, causes=(entered,))


def validation_question(
    incident_id: str, checks: Mapping[str, CheckState], declared_by: Actor | None, cause: str
) -> Question:
    """Whether the service is recovered, on the strength of the latest result of every check."""
    results: JsonObject = {
        name: check.model_dump(mode="json") for name, check in sorted(checks.items())
    }
    authors = {check.recorded_by.id for check in checks.values()}
    if declared_by is not None:
        authors.add(declared_by.id)
    return Question(
        kind=DecisionKind.RECOVERY_VALIDATION,
        subject=Subject(type="recovery", id=incident_id, digest=digest_of(results)),
        authors=tuple(authors),
        context={"checks": results},
        causes=(cause,),
    )


def _take_up(work: Work, taken: TakeAction, by: Actor, state: ActionState, now: datetime) -> Action:
    number = len(work.state.actions) + 1
    action = Action(
        id=f"action-{number}", taken=taken, proposed_by=by, proposed_at=now, state=state
    )
    work.state.actions[action.id] = action
    return action


def _contained(work: Work, submission: Submission, body: ReportMilestone) -> Refusal | None:
    if work.state.phase is not Phase.CONTAIN:
        return _wrong_phase(work, Phase.CONTAIN)
    entry = _milestone(work, submission, body)
    work.clocks.meet("containment", actor=submission.principal, causes=(entry,))
    work.enter(Phase.RECOVER, causes=(entry,))
    return None


def _notified(work: Work, submission: Submission, body: ReportMilestone) -> Refusal | None:
    clock = work.clocks.get(NOTIFICATION_CLOCK)
    if clock is None or not clock.open:
        detail = "no initial notification is due: that follows from the classification as major"
        return Refusal(RefusalReason.NOTIFICATION_NOT_DUE, detail)
    entry = _milestone(work, submission, body)
    work.clocks.meet(NOTIFICATION_CLOCK, actor=submission.principal, causes=(entry,))
    return None


def _recovered(
    work: Work, submission: Submission, body: ReportMilestone, now: datetime
) -> Refusal | None:
    if work.state.phase is not Phase.RECOVER:
        return _wrong_phase(work, Phase.RECOVER)
    if unfinished := _unfinished_checks(work):
        return Refusal(
            RefusalReason.CHECKS_UNFINISHED,
            f"neither passed nor waived: {', '.join(unfinished)}",
        )
    work.state.recovery_declared_by = submission.principal
    entry = _milestone(work, submission, body)
    _ask_for_validation(work, entry, now)
    return None


def _milestone(work: Work, submission: Submission, body: ReportMilestone) -> str:
    return work.receipt(
        EventKind.MILESTONE_REACHED,
        submission,
        {"milestone": str(body.milestone), "statement": body.statement},
        subject=Subject(type="milestone", id=body.milestone),
    )


def _ask_for_validation(work: Work, cause: str, now: datetime) -> None:
    state = work.state
    question = validation_question(
        state.incident_id, state.checks, state.recovery_declared_by, cause
    )
    work.ask(question, now)


def _unfinished_checks(work: Work) -> list[str]:
    done = {
        name for name, check in work.state.checks.items() if check.result is not CheckResult.FAILED
    }
    return [name for name in work.state.recovery.checks if name not in done]


def _wrong_phase(work: Work, needed: Phase) -> Refusal:
    return Refusal(
        RefusalReason.WRONG_PHASE,
        f"that belongs to {needed}; the incident is in {work.state.phase}",
    )


def _about(action: Action) -> Subject:
    return Subject(type="action", id=action.id, digest=action.digest)


def _content(action: Action) -> JsonObject:
    return {
        **action.taken.model_dump(mode="json", exclude={"type"}),
        "state": str(action.state),
        "proposed_by": action.proposed_by.model_dump(mode="json"),
    }
