"""The process of one task: what each submission, clock and notice does to it.

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
from holdfast.domain.remediation import (
    accepting,
    accepting_risk,
    due,
    ending,
    implementing,
    owning,
    postponing,
)
from holdfast.domain.remediation.asking import (
    LinkTask,
    ReassignTask,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
)
from holdfast.domain.remediation.briefing import brief
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.state import TaskState
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.submissions import Answer, Submission

__all__ = ["TaskProcess"]

_FOLLOW_UPS: dict[DecisionKind, Callable[[TaskWork, Decided, datetime], None]] = {
    DecisionKind.REMEDIATION_ACCEPTANCE: accepting.acceptance_decided,
    DecisionKind.REMEDIATION_EXTENSION: postponing.extension_decided,
    DecisionKind.REMEDIATION_VALIDATION: implementing.validation_decided,
    DecisionKind.REMEDIATION_RISK_ACCEPTANCE: accepting_risk.acceptance_decided,
}

# The body's own type selects the rule, which takes that type and no other.
_RULES: dict[type, Callable[[TaskWork, Submission, Any, datetime], Refusal | None]] = {
    ReportImplementation: implementing.implemented,
    ReassignTask: owning.reassign,
    RequestExtension: postponing.request_extension,
    RequestRiskAcceptance: accepting_risk.request_acceptance,
    LinkTask: owning.link,
}


class TaskProcess:
    """One task, driven by its workflow."""

    def __init__(self, state: TaskState, record: Record) -> None:
        """Drive the task of that state, writing to that journal."""
        self._work = TaskWork(state, record)
        self._state = state
        self._reception = Reception(state.seen, record)

    def begin(self, now: datetime) -> None:
        """Ask whether the task is to be done, and set its due date."""
        accepting.begin(self._work, now)

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission: exactly one receipt, and whatever follows from it."""
        self._reception.receive(submission, lambda taken: self._take(taken, now))

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        self._reception.refuse_unverified(signal, digest, refusal)

    def noticed(self, noticed: Noticed, now: datetime) -> None:
        """Take in that the incident has opened another task in place of this one."""
        del now
        event, number = noticed.event, self._state.opening.number
        replaced = event.kind is EventKind.REMEDIATION_OPENED
        if replaced and event.payload["replaces"] == number and not self._closed:
            ending.close(self._work, None, noticed.entry)

    def tick(self, now: datetime) -> None:
        """Let the clocks do what is due: remind, be missed, climb the ladder, expire."""
        for rang in self._work.clocks.ring(now):
            self._rang(rang, now)

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        clock = self._work.clocks.next_moment()
        return (clock[0], clock[1].title) if clock else None

    @property
    def _closed(self) -> bool:
        return self._state.stage is TaskStage.CLOSED

    def _rang(self, rang: Rang, now: datetime) -> None:
        work, name = self._work, rang.clock.id.removeprefix(self._work.prefix)
        if rang.kind is EventKind.CLOCK_WARNED and name in {due.DUE, due.ACCEPTANCE}:
            because = f"Due {rang.clock.due_at:%Y-%m-%d}: {rang.clock.title}"
            brief(work, (self._state.owner.role,), because, rang.entry)
        elif rang.kind is EventKind.CLOCK_MISSED and name == due.OBSERVATION:
            implementing.ask_for_validation(work, rang.entry, now)
        elif rang.kind is EventKind.CLOCK_MISSED and name == due.ACCEPTANCE:
            reopened = accepting_risk.expired(work, rang.entry, now)
            because = f"Open again: {self._state.opening.task.title}"
            brief(work, work.rules.ladder[0].roles, because, reopened)
        elif rang.roles:
            brief(work, rang.roles, f"Overdue: {rang.clock.title}", rang.entry)

    def _take(self, submission: Submission, now: datetime) -> Refusal | None:
        body = submission.body
        if isinstance(body, Answer):
            return self._answer(submission, body, now)
        if (rule := _RULES.get(type(body))) is None:
            return Refusal(RefusalReason.MALFORMED, f"a remediation task takes no {body.type}")
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
