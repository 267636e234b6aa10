"""The process of one incident: what each submission, clock and judgement does to it.

Pure: the workflow hands in what came and when, the journal takes out what happened. Rules of a
phase stand in the module of that phase; here is only who is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.actions import (
    ReportCheck,
    ReportMilestone,
    ReportPerformed,
    ReportReview,
    TakeAction,
)
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.assessment import Assessment
from holdfast.domain.communication.asking import (
    CancelCommunication,
    OpenCommunication,
    RecordReply,
)
from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import EventKind, Record, Subject
from holdfast.domain.incident import (
    attempts,
    checks,
    classification,
    communicating,
    continuity,
    detection,
    drilling,
    learning,
    playbooks,
    reconsidering,
    recovering,
    remediation,
    replies,
    reporting,
    response,
    standing_down,
    steps,
    third_parties,
    triage,
)
from holdfast.domain.incident.scoring import Scoring
from holdfast.domain.incident.state import IncidentState, Phase
from holdfast.domain.incident.work import Work
from holdfast.domain.notices import Noticed
from holdfast.domain.playbooks.asking import (
    AddStep,
    RepeatStep,
    ReportStep,
    SkipStep,
    StartPlaybook,
    StartStep,
)
from holdfast.domain.reception import Reception
from holdfast.domain.reconsidering import Reconsider, Repin
from holdfast.domain.recovery.asking import (
    ActivateContinuity,
    DeactivateContinuity,
    ReportAvailability,
)
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.asking import ProposeTask, WriteOffTask
from holdfast.domain.reporting.asking import WriteOffReporting
from holdfast.domain.submissions import AlertBatch, Answer, FactChanges, Report, Submission
from holdfast.domain.third_party.asking import (
    InvokeEscalation,
    RecordNotification,
    WithdrawEscalation,
)

__all__ = ["IncidentProcess"]


def _acknowledged(work: Work, decided: Decided, now: datetime) -> None:
    """Nothing follows: the answer itself is what was wanted."""


_FOLLOW_UPS: dict[DecisionKind, Callable[[Work, Decided, datetime], None]] = {
    DecisionKind.INCIDENT_CONFIRMATION: detection.confirmation_decided,
    DecisionKind.SEVERITY_ASSIGNMENT: triage.severity_decided,
    DecisionKind.CLASSIFICATION_CONFIRMATION: classification.classification_decided,
    DecisionKind.CLASSIFICATION_REVERSAL: classification.reversal_decided,
    DecisionKind.CONTAINMENT_APPROVAL: response.action_decided,
    DecisionKind.FAILOVER_APPROVAL: response.action_decided,
    DecisionKind.RECOVERY_APPROVAL: response.action_decided,
    DecisionKind.RECOVERY_VALIDATION: response.validation_decided,
    DecisionKind.REVIEW_SIGN_OFF: learning.sign_off_decided,
    DecisionKind.INCIDENT_CLOSURE: learning.closure_decided,
    DecisionKind.ESCALATION_ACKNOWLEDGEMENT: _acknowledged,
    DecisionKind.BYPASS_RATIFICATION: _acknowledged,
    DecisionKind.POLICY_REPINNING: reconsidering.repinning_decided,
    DecisionKind.THIRD_PARTY_INVOCATION: third_parties.invocation_decided,
    DecisionKind.RECOVERY_STAND_DOWN: standing_down.stand_down_decided,
}

# The body's own type selects the rule, which takes that type and no other.
_RULES: dict[type, Callable[[Work, Submission, Any, datetime], Refusal | None]] = {
    AlertBatch: detection.join_alerts,
    FactChanges: triage.change_facts,
    TakeAction: response.take_action,
    ReportPerformed: response.record_performed,
    ReportMilestone: response.reach_milestone,
    ReportCheck: checks.record_check,
    ReportReview: learning.record_review,
    ReportAvailability: recovering.report_availability,
    ActivateContinuity: continuity.activate,
    DeactivateContinuity: continuity.deactivate,
    Reconsider: reconsidering.reconsider,
    Repin: reconsidering.request_repinning,
    OpenCommunication: communicating.open_communication,
    CancelCommunication: communicating.write_off,
    RecordReply: replies.record_reply,
    InvokeEscalation: third_parties.invoke,
    RecordNotification: third_parties.notified,
    WithdrawEscalation: third_parties.write_off,
    StartPlaybook: playbooks.start_playbook,
    AddStep: playbooks.add_step,
    StartStep: steps.start_step,
    SkipStep: steps.skip_step,
    RepeatStep: steps.repeat_step,
    ReportStep: attempts.report_step,
    ProposeTask: remediation.propose,
    WriteOffTask: remediation.replace,
    WriteOffReporting: reporting.write_off,
}


class IncidentProcess:
    """One incident, driven by its workflow."""

    def __init__(self, state: IncidentState, record: Record) -> None:
        """Drive the incident of that state, writing to that journal."""
        self._scoring = Scoring(state, record)
        self._work = Work(state, self._scoring.record)
        self._state = state
        self._reception = Reception(state.seen, self._scoring.record)

    @property
    def work(self) -> Work:
        """The state with its clocks and decisions."""
        return self._work

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._scoring.now = now
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission; nobody is named, for nobody is known."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due, and look again where time alone may escalate."""
        self._scoring.now = now
        drilling.bring_in(self._work, now)
        for rung in self._work.clocks.ring(now):
            communicating.rang(self._work, rung)
        if self._state.next_look_at is not None and self._state.next_look_at <= now:
            self._state.next_look_at = None
            self._state.assessment_wanted = True

    def noticed(self, noticed: Noticed, now: datetime) -> None:
        """Take in what a communication or an escalation of the incident has recorded."""
        self._scoring.now = now
        if not self._state.open:
            return
        if attempts.is_of_step(noticed):
            attempts.heard(self._work, noticed, now)
        elif (known := third_parties.writer_of(self._work, noticed)) is not None:
            third_parties.heard(self._work, known, noticed, now)
        elif (task := remediation.writer_of(self._work, noticed)) is not None:
            remediation.heard(self._work, task, noticed)
        elif (reported := reporting.writer_of(self._work, noticed)) is not None:
            reporting.heard(self._work, reported, noticed, now)
        else:
            communicating.heard(self._work, noticed, now)

    def assessed(self, assessment: Assessment, now: datetime) -> None:
        """Take in the judgement that was asked for."""
        self._scoring.now = now
        if not self._state.open:
            return
        triage.assessed(self._work, assessment, now)
        if assessment.evaluation is not None:
            classification.evaluated(self._work, assessment.evaluation, now)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        moments = []
        if clock := self._work.clocks.next_moment():
            moments.append((clock[0], clock[1].title))
        if self._state.next_look_at is not None:
            moments.append((self._state.next_look_at, "Look again at limits and triggers"))
        if inject := drilling.next_inject(self._work):
            moments.append(inject)
        return min(moments, default=None)

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if isinstance(body, Report):
            return self._open(submission, body, now)
        # No real alert belongs into a drill, whoever has sent it there.
        if not self._state.open or (self._state.drill and isinstance(body, AlertBatch)):
            return self._take_while_not_open(submission)
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        if (rule := _RULES.get(type(body))) is None:
            return Refusal(RefusalReason.MALFORMED, f"an incident takes no {body.type}")
        return rule(self._work, submission, body, now)

    def _open(self, submission: Submission, report: Report, now: datetime) -> Refusal | None:
        if self._state.phase is not Phase.AWAITED:
            return Refusal(RefusalReason.ALREADY_OPEN, f"{self._state.incident_id} is open already")
        return detection.open_incident(self._work, submission, report, now)

    def _take_while_not_open(self, submission: Submission) -> Refusal | None:
        body = submission.body
        if isinstance(body, AlertBatch):
            # Declined, not lost: the store routes these alerts anew, to an incident of their own.
            self._work.receipt(
                EventKind.ALERTS_DECLINED,
                submission,
                {"batch": body.batch, "count": body.count},
                subject=Subject(type="alerts", id=body.batch, digest=body.manifest),
            )
            return None
        return Refusal(
            RefusalReason.INCIDENT_NOT_OPEN, f"{self._state.incident_id} is {self._state.phase}"
        )

    def _answer(self, submission: Submission, answer: Answer, now: datetime) -> Refusal | None:
        if refusal := learning.refuse_early_closure(self._work, answer, now):
            return refusal
        if refusal := standing_down.refuse_standing_down(self._work, answer):
            return refusal
        result = self._work.desk.answer(
            answer, submission.principal, submission.submission_id, now, self._state.severity
        )
        if isinstance(result, Refusal):
            return result
        if result is not None:
            _FOLLOW_UPS[result.request.kind](self._work, result, now)
        return None
