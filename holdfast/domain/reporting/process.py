"""The process of one entity's reporting: what each submission, clock and notice does to it.

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
from holdfast.domain.reporting import (
    delaying,
    drafting,
    due,
    ending,
    following,
    handing_over,
    putting_forward,
    signing_off,
    supplying,
)
from holdfast.domain.reporting.asking import (
    ExplainDelay,
    PutForward,
    RecordOtherMeans,
    RecordReceipt,
    SubmitAgain,
    SupplyField,
)
from holdfast.domain.reporting.briefing import brief
from holdfast.domain.reporting.judging import (
    DeadlinesComputed,
    DeadlinesRequest,
    FilledReport,
    FillRequest,
)
from holdfast.domain.reporting.kinds import ReportingOutcome
from holdfast.domain.reporting.sent import OPEN
from holdfast.domain.reporting.state import ReportingState, Wanted
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.roles import Role
from holdfast.domain.submissions import Answer, Submission
from holdfast.dora.report_stages import ReportStage

__all__ = ["ReportingProcess"]

_FOLLOW_UPS: dict[DecisionKind, Callable[[ReportingWork, Decided, datetime], None]] = {
    DecisionKind.REPORT_REVIEW: signing_off.review_decided,
    DecisionKind.REPORT_APPROVAL: signing_off.approval_decided,
}

# The body's own type selects the rule, which takes that type and no other.
_RULES: dict[type, Callable[[ReportingWork, Submission, Any, datetime], Refusal | None]] = {
    SupplyField: supplying.supply,
    PutForward: putting_forward.put_forward,
    ExplainDelay: delaying.explain,
    SubmitAgain: handing_over.send_again,
    RecordOtherMeans: handing_over.sent_otherwise,
    RecordReceipt: handing_over.receipted,
}


class ReportingProcess:
    """One reporting, driven by its workflow."""

    def __init__(self, state: ReportingState, record: Record) -> None:
        """Drive the reporting of that state, writing to that journal."""
        self._work = ReportingWork(state, record)
        self._state = state
        self._reception = Reception(state.seen, record)

    def begin(self) -> None:
        """Have the deadlines computed: everything else follows from them."""
        opened = self._state.opening.opened
        due.want(self._work, opened, "the incident was decided to be major")

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def noticed(self, noticed: Noticed, now: datetime) -> None:
        """Take in what the incident has recorded."""
        following.heard(self._work, noticed, now)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due: prepare, warn, be missed, climb the ladder, end."""
        for rang in self._work.clocks.ring(now):
            self._rang(rang)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        clock = self._work.clocks.next_moment()
        return (clock[0], clock[1].title) if clock else None

    def deadlines_request(self) -> DeadlinesRequest:
        """What the deadlines follow from now."""
        return due.deadlines_request(self._work)

    def fill_request(self, wanted: Wanted, now: datetime) -> FillRequest:
        """What of a version that is wanted is to be filled."""
        return drafting.fill_request(self._work, wanted, now)

    def computed(self, result: DeadlinesComputed, now: datetime) -> None:
        """Take in the deadlines that were asked for."""
        due.computed(self._work, result, now)

    def filled(self, wanted: Wanted, result: FilledReport, now: datetime) -> None:
        """Take in a version that was asked for."""
        drafting.filled(self._work, wanted, result, now)

    def handed_over(
        self, order: SubmissionOrder, outcome: SubmissionOutcome, now: datetime
    ) -> None:
        """Take in what became of an order to submit."""
        handing_over.handed_over(self._work, order, outcome, now)

    def _rang(self, rang: Rang) -> None:
        work, name = self._work, rang.clock.id.removeprefix(self._work.prefix)
        if name == OPEN and rang.kind is EventKind.CLOCK_MISSED:
            ending.close(work, ReportingOutcome.FINAL, rang.entry)
        elif name in set(ReportStage) and rang.kind is EventKind.CLOCK_WARNED:
            left = rang.clock.due_at - rang.clock.warnings[rang.clock.warned - 1]
            if due.warned(work, ReportStage(name), left, rang.entry):
                because = f"Due {rang.clock.due_at:%Y-%m-%d %H:%M} UTC: {rang.clock.title}"
                brief(work, (Role.COMPLIANCE,), because, rang.entry)
        elif rang.roles:
            brief(work, rang.roles, f"Overdue: {rang.clock.title}", rang.entry)

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        if (rule := _RULES.get(type(body))) is None:
            return Refusal(RefusalReason.MALFORMED, f"a reporting takes no {body.type}")
        return rule(self._work, submission, body, now)

    def _answer(self, submission: Submission, answer: Answer, now: datetime) -> Refusal | None:
        result = self._work.desk.answer(
            answer, submission.principal, submission.submission_id, now, self._state.severity
        )
        if isinstance(result, Refusal):
            return result
        if result is not None and result.request.kind in _FOLLOW_UPS:
            _FOLLOW_UPS[result.request.kind](self._work, result, now)
        return None
