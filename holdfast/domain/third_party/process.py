"""The process of one escalation: what each submission, clock and notice does to it.

Pure: the workflow hands in what came and when, the journal takes out what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Rang
from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import EventKind, Record
from holdfast.domain.notices import Noticed
from holdfast.domain.reception import Reception
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.third_party import (
    calling,
    ending,
    hearing,
    pausing,
    restoring,
    reviewing,
    weaknesses,
)
from holdfast.domain.third_party.asking import (
    EndPause,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    ReviewEscalation,
    StateOrigin,
    VendorStatement,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.opening import TermsRead
from holdfast.domain.third_party.state import EscalationState
from holdfast.domain.third_party.times import clock_of
from holdfast.domain.third_party.work import EscalationWork

__all__ = ["EscalationProcess"]


def _ratified(work: EscalationWork, decided: Decided, now: datetime) -> None:
    """Nothing follows: what was bypassed has happened, and the answer says whether rightly."""


_FOLLOW_UPS: dict[DecisionKind, Callable[[EscalationWork, Decided, datetime], None]] = {
    DecisionKind.THIRD_PARTY_PAUSE: pausing.pause_decided,
    DecisionKind.THIRD_PARTY_RESTORATION: restoring.restoration_decided,
    DecisionKind.THIRD_PARTY_REVIEW: reviewing.review_decided,
    DecisionKind.BYPASS_RATIFICATION: _ratified,
}

# The body's own type selects the rule, which takes that type and no other.
_RULES: dict[type, Callable[[EscalationWork, Submission, Any, datetime], Refusal | None]] = {
    VendorStatement: hearing.hear,
    RequestPause: pausing.request,
    EndPause: pausing.end_on_request,
    ReportRelapse: restoring.relapse,
    StateOrigin: weaknesses.state_origin,
    ReportWeakness: weaknesses.report,
    WithdrawEscalation: ending.withdraw_on_request,
    ReviewEscalation: reviewing.record_review,
}


class EscalationProcess:
    """One escalation, driven by its workflow."""

    def __init__(self, state: EscalationState, record: Record) -> None:
        """Drive the escalation of that state, writing to that journal."""
        self._work = EscalationWork(state, record)
        self._state = state
        self._reception = Reception(state.seen, record)

    def begin(self, read: TermsRead, now: datetime) -> None:
        """Take the terms that were read, and ask the provider."""
        state, opening = self._state, self._state.opening
        state.taken, state.severity = read.taken, state.severity or opening.severity
        state.their_reference = opening.their_reference
        content, pin = read.model_dump(mode="json"), read.taken.policy if read.taken else None
        kind, causes = EventKind.THIRD_PARTY_TERMS_READ, (opening.opened,)
        taken = self._work.note(kind, content, policy=pin, causes=causes)
        if read.taken is None:
            because = f"its terms cannot be read: {read.because}"
            ending.withdraw(self._work, because, now, causes=(taken,))
            return
        calling.begin_round(self._work, opening.because, opening.asked_at, now, causes=(taken,))

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def noticed(self, noticed: Noticed, now: datetime) -> None:
        """Take in what the incident or a communication has recorded that concerns this one."""
        state, event, work = self._state, noticed.event, self._work
        if state.stage is EscalationStage.CLOSED:
            return
        if event.kind is EventKind.SEVERITY_ASSIGNED:
            calling.rearm(work, Severity(event.payload["severity"]), now, noticed.entry)
        elif event.kind is EventKind.COMMUNICATION_CLOSED:
            weaknesses.call_closed(work, noticed)
        elif event.kind is EventKind.INCIDENT_CLOSED:
            because = f"the incident ends as {event.payload['outcome']}"
            ending.end_with_incident(work, because, noticed.entry)
        elif event.kind is EventKind.THIRD_PARTY_WITHDRAWN:
            ending.end_with_incident(work, event.payload["because"], noticed.entry)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due: warn, be missed, climb both ladders."""
        for rang in self._work.clocks.ring(now):
            self._rang(rang, now)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        clock = self._work.clocks.next_moment()
        return (clock[0], clock[1].title) if clock else None

    def _rang(self, rang: Rang, now: datetime) -> None:
        work, clock = self._work, clock_of(rang.clock.id)
        if rang.roles:
            work.tell(rang.entry)
        if rang.kind is EventKind.CLOCK_MISSED and clock is not None:
            calling.missed(work, rang, clock, now)
        elif rang.kind is EventKind.CLOCK_MISSED:
            pausing.over(work, rang.clock.id, rang.entry, now)
        elif rang.kind is EventKind.CLOCK_ESCALATED:
            calling.climb(work, rang, now)

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if self._state.taken is None:
            return Refusal(RefusalReason.WRONG_STAGE, f"{self._state.opening.id} has no terms")
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        if (rule := _RULES.get(type(body))) is None:
            return Refusal(RefusalReason.MALFORMED, f"an escalation takes no {body.type}")
        return rule(self._work, submission, body, now)

    def _answer(self, submission: Submission, answer: Answer, now: datetime) -> Refusal | None:
        result = self._work.desk.answer(
            answer, submission.principal, submission.submission_id, now, self._state.severity
        )
        if isinstance(result, Refusal):
            return result
        if result is not None:
            _FOLLOW_UPS[result.request.kind](self._work, result, now)
        return None
