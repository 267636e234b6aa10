"""The process of one communication: what each submission, clock, notice and report does to it.

Pure: the workflow hands in what came and when, the journal takes out what happened.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication import drafting, ending, publishing, signing_off
from holdfast.domain.communication.asking import (
    CancelCommunication,
    EditDraft,
    PublishCommunication,
    SubmitDraft,
)
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport
from holdfast.domain.communication.kinds import Purpose
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import EventKind, Record
from holdfast.domain.notices import Noticed
from holdfast.domain.reception import Reception
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Answer, Submission

__all__ = ["CommunicationProcess"]


def _ratified(work: CommunicationWork, decided: Decided, now: datetime) -> None:
    """Nothing follows: what was bypassed has happened, and the answer says whether rightly."""


_FOLLOW_UPS: dict[DecisionKind, Callable[[CommunicationWork, Decided, datetime], None]] = {
    DecisionKind.COMMUNICATION_REVIEW: signing_off.review_decided,
    DecisionKind.COMMUNICATION_APPROVAL: signing_off.approval_decided,
    DecisionKind.COMMUNICATION_DELIVERY: publishing.delivery_decided,
    DecisionKind.BYPASS_RATIFICATION: _ratified,
}

# The body's own type selects the rule, which takes that type and no other.
_RULES: dict[type, Callable[[CommunicationWork, Submission, Any, datetime], Refusal | None]] = {
    EditDraft: drafting.edit,
    SubmitDraft: drafting.submit,
    PublishCommunication: publishing.publish_on_request,
    CancelCommunication: ending.cancel_on_request,
}


class CommunicationProcess:
    """One communication, driven by its workflow."""

    def __init__(self, state: CommunicationState, record: Record) -> None:
        """Drive the communication of that state, writing to that journal."""
        self._work = CommunicationWork(state, record)
        self._state = state
        self._reception = Reception(state.seen, record)

    def begin(self, draft: Draft | None, why: str | None, now: datetime) -> None:
        """Take up the first version; without one, say `why`."""
        drafting.begin(self._work, draft, why, now)

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def noticed(self, noticed: Noticed, now: datetime) -> None:
        """Take in what the incident has recorded: its severity, its end, or this one's."""
        del now
        state, event = self._state, noticed.event
        if event.kind is EventKind.SEVERITY_ASSIGNED:
            state.severity = Severity(event.payload["severity"])
        elif event.kind is EventKind.COMMUNICATION_CANCELLED and state.stage.editable:
            ending.cancel(self._work, event.payload["because"], causes=(noticed.entry,))
        elif event.kind is EventKind.INCIDENT_CLOSED and state.stage.editable:
            because = f"the incident ends as {event.payload['outcome']}"
            ending.cancel(self._work, because, causes=(noticed.entry,))
        elif event.kind is EventKind.INCIDENT_CLOSED:
            publishing.stop_looking_after(self._work, noticed.entry)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due, and publish what was scheduled for now."""
        for rang in self._work.clocks.ring(now):
            # A brief that wakes people must not wake others because nobody looks after it.
            if rang.roles and self._state.opening.purpose is not Purpose.ESCALATION_BRIEF:
                self._work.tell(rang.entry)
        state = self._state
        if state.publish_at is not None and state.publish_at <= now and state.approved is not None:
            publishing.release(self._work, state.approved)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        moments = []
        if clock := self._work.clocks.next_moment():
            moments.append((clock[0], clock[1].title))
        if self._state.publish_at is not None:
            moments.append((self._state.publish_at, "Publish what was approved"))
        return min(moments, default=None)

    def orders(self) -> tuple[DeliveryOrder, ...]:
        """What the channels are to do now."""
        return tuple(publishing.order_of(self._work, each) for each in self._state.orders_due)

    def delivered(self, number: int, report: DeliveryReport, now: datetime) -> None:
        """Take in what became of a delivery."""
        publishing.delivered(self._work, number, report, now)

    def close(self) -> None:
        """Say that nothing of it is left to do."""
        ending.close(self._work)

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        if (rule := _RULES.get(type(body))) is None:
            return Refusal(RefusalReason.MALFORMED, f"a communication takes no {body.type}")
        if self._state.draft is None:
            return Refusal(RefusalReason.WRONG_STAGE, f"{self._state.opening.id} has no draft yet")
        return rule(self._work, submission, body, now)

    def _answer(self, submission: Submission, answer: Answer, now: datetime) -> Refusal | None:
        result = self._work.desk.answer(
            answer, submission.principal, submission.submission_id, now, None
        )
        if isinstance(result, Refusal):
            return result
        if result is not None:
            _FOLLOW_UPS[result.request.kind](self._work, result, now)
        return None
