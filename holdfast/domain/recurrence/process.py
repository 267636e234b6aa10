"""The process of one monthly assessment: what is recorded of it, asked, and decided.

Pure: the workflow hands in what came and when, the journal takes out what happened.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clocks
from holdfast.domain.decision_desk import Decided, DecisionDesk
from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.policies import PinnedPolicy, approval_matrix
from holdfast.domain.reception import Reception
from holdfast.domain.recurrence.assessment import RecurrenceJudgement
from holdfast.domain.recurrence.recording import (
    assessed_event,
    assessed_payload,
    decided_payload,
    question,
)
from holdfast.domain.recurrence.state import RecurrenceState
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Answer, Submission

__all__ = ["RecurrenceProcess"]


class RecurrenceProcess:
    """One assessment, driven by its workflow."""

    def __init__(self, state: RecurrenceState, record: Record) -> None:
        """Drive the assessment of that state, writing to that journal."""
        self._state = state
        self._record = record
        self._clocks = Clocks(state.clocks, record)
        self._reception = Reception(state.seen, record)

    def assessed(
        self, judgement: RecurrenceJudgement, asked: Submission | None, now: datetime
    ) -> None:
        """Record the judgement, also where nothing was found; ask about what may be major."""
        state, register = self._state, judgement.register_of_information
        pins: tuple[PolicyPin, ...] = (judgement.matrix.pin, *((register,) if register else ()))
        payload = assessed_payload(judgement.inputs, judgement.findings, pins)
        by = (asked.submission_id, asked.principal) if asked else None
        entry = self._record(assessed_event(state.period, payload, judgement.policy, by))
        state.matrix = judgement.matrix
        state.incidents = payload["incidents"]
        state.exempt = sum(finding.exempt is not None for finding in judgement.findings)
        for finding in judgement.findings:
            for series in finding.series:
                state.series[series.id] = series
                if series.asks:
                    self._desk(judgement.matrix).ask(question(series, entry), now, None)

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due."""
        self._clocks.ring(now)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        upcoming = self._clocks.next_moment()
        return (upcoming[0], upcoming[1].title) if upcoming else None

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body, matrix = submission.body, self._state.matrix
        if not isinstance(body, Answer) or matrix is None:
            return Refusal(RefusalReason.MALFORMED, "an assessment of recurrence takes answers")
        result = self._desk(matrix).answer(
            body, submission.principal, submission.submission_id, now, None
        )
        if isinstance(result, Refusal):
            return result
        if result is not None and result.request.kind is DecisionKind.RECURRENCE_CONFIRMATION:
            self._decided(result)
        return None

    def _decided(self, decided: Decided) -> None:
        subject = decided.request.subject
        series, decided_by = self._state.series[subject.id], decided.request.answers[-1].actor
        payload = decided_payload(decided.option, decided.data, series, decided_by)
        self._state.outcomes[series.id] = payload["major"]
        self._record(
            Event(
                kind=EventKind.RECURRENCE_DECIDED,
                subject=Subject(type="recurrence", id=series.id, digest=subject.digest),
                payload=payload,
                causes=(decided.entry,),
            )
        )

    def _desk(self, matrix: PinnedPolicy) -> DecisionDesk:
        return DecisionDesk(
            self._state.requests,
            approval_matrix(matrix.content),
            matrix.pin,
            self._clocks,
            self._record,
        )
