"""The process of one cyber threat: what is recorded of it, assessed, asked, decided and sent.

Pure: the workflow hands in what came and when, the journal takes out what happened.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import Record
from holdfast.domain.reception import Reception
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.threats import notifying, stating
from holdfast.domain.threats.asking import (
    CloseThreat,
    PutThreatForward,
    RecordThreat,
    RecordThreatOtherMeans,
    RecordThreatReceipt,
    StateThreatFacts,
    SubmitThreatAgain,
    SupplyThreatField,
)
from holdfast.domain.threats.state import ThreatState
from holdfast.domain.threats.terms import ThreatTerms
from holdfast.domain.threats.work import ThreatWork

__all__ = ["ThreatProcess"]


class _Rule(Protocol):
    def __call__(
        self,
        work: ThreatWork,
        submission: Submission,
        body: Any,  # noqa: ANN401 - each rule has a body of its own
        now: datetime,
    ) -> Refusal | None:
        """Take in one body, or say why not."""
        ...


_RULES: dict[type, _Rule] = {
    StateThreatFacts: stating.state_facts,
    SupplyThreatField: stating.supply,
    PutThreatForward: notifying.put_forward,
    SubmitThreatAgain: notifying.send_again,
    RecordThreatOtherMeans: notifying.sent_otherwise,
    RecordThreatReceipt: notifying.receipted,
    CloseThreat: stating.close,
}


class ThreatProcess:
    """One threat, driven by its workflow."""

    def __init__(self, state: ThreatState, record: Record) -> None:
        """Drive the threat of that state, writing to that journal."""
        self._work = ThreatWork(state, record)
        self._reception = Reception(state.seen, record)

    def begin(self, submission: Submission, terms: ThreatTerms, now: datetime) -> None:
        """Record the threat under these terms; whatever it is not taken for is its receipt."""
        self._work.state.terms = terms
        self._reception.receive(submission, lambda taken: self._begun(taken, now))

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due."""
        self._work.clocks.ring(now)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        upcoming = self._work.clocks.next_moment()
        return (upcoming[0], upcoming[1].title) if upcoming else None

    def handed_over(
        self, order: SubmissionOrder, outcome: SubmissionOutcome, now: datetime
    ) -> None:
        """Take in what became of a submission."""
        notifying.handed_over(self._work, order, outcome, now)

    def _begun(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if not isinstance(body, RecordThreat):
            return Refusal(RefusalReason.MALFORMED, "it records no threat")
        if refusal := stating.refuse_report(body, now):
            return refusal
        stating.begin(self._work, submission, body)
        return None

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body, threat = submission.body, self._work.state.threat
        if self._work.state.recorded is None:
            return Refusal(RefusalReason.UNKNOWN_THREAT, f"{threat} is not recorded")
        if self._work.state.closed:
            return Refusal(RefusalReason.WRONG_STAGE, f"{threat} is closed")
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        rule = _RULES.get(type(body))
        if rule is None:
            detail = f"a threat takes no '{body.type}'"
            return Refusal(RefusalReason.MALFORMED, detail)
        return rule(self._work, submission, body, now)

    def _answer(self, submission: Submission, answer: Answer, now: datetime) -> Refusal | None:
        result = self._work.desk.answer(
            answer, submission.principal, submission.submission_id, now, None
        )
        if isinstance(result, Refusal):
            return result
        if result is not None and result.request.kind is DecisionKind.THREAT_NOTIFICATION:
            notifying.decided(self._work, result)
        return None
