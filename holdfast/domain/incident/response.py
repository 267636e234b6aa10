"""Contain and recover: actions, the disruptive ones approved first; milestones; named checks."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.actions import (
    Action,
    ActionCategory,
    ActionState,
    Milestone,
    ReportMilestone,
    ReportPerformed,
    TakeAction,
)
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident import communicating, recovering
from holdfast.domain.incident.checks import ask_for_validation, unfinished_checks
from holdfast.domain.incident.children import tell_reportings
from holdfast.domain.incident.classification_clocks import NOTIFICATION_CLOCK
from holdfast.domain.incident.following import UPDATE_CLOCK
from holdfast.domain.incident.state import Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.policies import RecoveryPolicy
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import SYSTEM, Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = [
    "action_decided",
    "approval_question",
    "arm_review",
    "note_performed",
    "propose",
    "propose_for",
    "reach_milestone",
    "record_performed",
    "take_action",
    "validation_decided",
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


def propose_for(
    work: Work, submission: Submission, taken: TakeAction, now: datetime, **told: str | int
) -> str:
    """Propose an action that somebody wants to carry out; return its id.

    `told` is what its entry says beside the action, such as the step of a playbook that it is.
    """
    action = _take_up(work, taken, submission.principal, ActionState.PROPOSED, now)
    content, about = {**_content(action), **told}, _about(action)
    entry = work.receipt(EventKind.ACTION_PROPOSED, submission, content, subject=about)
    work.ask(approval_question(action, entry), now)
    return action.id


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
    action = _perform(work, action)
    work.receipt(
        EventKind.ACTION_PERFORMED,
        submission,
        {**_content(action), "result": body.result},
        subject=_about(action),
    )
    return None


def note_performed(work: Work, action_id: str, result: str, by: Actor, cause: str) -> None:
    """Note that an approved action has been carried out, as the entry `cause` says."""
    action = _perform(work, work.state.actions[action_id])
    content, about = {**_content(action), "result": result}, _about(action)
    work.note(EventKind.ACTION_PERFORMED, content, subject=about, actor=by, causes=(cause,))


def reach_milestone(
    work: Work, submission: Submission, body: ReportMilestone, now: datetime
) -> Refusal | None:
    """Declare the incident contained, the service recovered, or the authority notified."""
    if body.milestone is Milestone.CONTAINED:
        return _contained(work, submission, body)
    if body.milestone is Milestone.INITIAL_NOTIFICATION_SENT:
        return _notified(work, submission, body)
    return _recovered(work, submission, body, now)


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
    tell_reportings(work, entered)
    recovering.recovered(work, decided.entry, entered, now)


def arm_review(clocks: Clocks, recovery: RecoveryPolicy, now: datetime, entered: str) -> Clock:
    """Set the deadline of the review; `entered` is the entry of the phase."""
    title = "Record the post-incident review"
    return clocks.arm("review", title, now, recovery.review, causes=(entered,))


def _take_up(work: Work, taken: TakeAction, by: Actor, state: ActionState, now: datetime) -> Action:
    number = len(work.state.actions) + 1
    action = Action(
        id=f"action-{number}", taken=taken, proposed_by=by, proposed_at=now, state=state
    )
    work.state.actions[action.id] = action
    return action


def _perform(work: Work, action: Action) -> Action:
    action = action.model_copy(update={"state": ActionState.PERFORMED})
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
    if unfinished := unfinished_checks(work):
        return Refusal(
            RefusalReason.CHECKS_UNFINISHED,
            f"neither passed nor waived: {', '.join(unfinished)}",
        )
    if refusal := recovering.refuse_recovery(work):
        return refusal
    work.state.recovery_declared_by = submission.principal
    entry = _milestone(work, submission, body)
    ask_for_validation(work, entry, now)
    return None


def _milestone(work: Work, submission: Submission, body: ReportMilestone) -> str:
    return work.receipt(
        EventKind.MILESTONE_REACHED,
        submission,
        {"milestone": str(body.milestone), "statement": body.statement},
        subject=Subject(type="milestone", id=body.milestone),
    )


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
