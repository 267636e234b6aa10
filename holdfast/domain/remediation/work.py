"""What every rule of a task works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from holdfast.domain.child_work import ChildWork
from holdfast.domain.events import Event, EventKind, PolicyPin, Record, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_prefix
from holdfast.domain.remediation.policy import (
    PriorityRules,
    RemediationPolicy,
    remediation_policy,
)
from holdfast.domain.remediation.state import TaskState
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject

__all__ = ["TaskWork", "end_of"]


def end_of(day: date) -> datetime:
    """The end of a day: midnight after it, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


class TaskWork(ChildWork[TaskState]):
    """One task at work: its state, and the three primitives over it."""

    def __init__(self, state: TaskState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""

        def told(event: Event) -> str:
            """Record an event; of what is about remediation, the incident and others hear."""
            entry = record(event)
            if event.kind in _TOLD:
                state.told.append(entry)
                state.to_sync.append(entry)
            return entry

        # Dates are of the calendar: what a drill has found is remedied in real time.
        super().__init__(state, told, task_prefix(state.opening.number), pace=1)

    @property
    def subject(self) -> Subject:
        """The task itself."""
        return Subject(type="remediation", id=self.state.opening.id)

    @property
    def head(self) -> JsonObject:
        """Which task, and where it stands now: the beginning of every payload."""
        return {"number": self.state.opening.number, "stage": str(self.state.stage)}

    @property
    def pin(self) -> PolicyPin:
        """The policy by which the task is driven."""
        return self.state.opening.pin

    @property
    def policy(self) -> RemediationPolicy:
        """The policy by which the task is driven."""
        return remediation_policy(self.state.opening.policy.content)

    @property
    def rules(self) -> PriorityRules:
        """What follows from the priority of the task."""
        return self.policy.priorities[self.state.opening.task.priority]

    def arm(
        self, name: str, title: str, now: datetime, due_at: datetime, schedule: Schedule, cause: str
    ) -> None:
        """Arm the task's clock of that name, due at `due_at`, with warnings and ladder."""
        due = schedule.model_copy(update={"due_after": max(due_at - now, timedelta(0))})
        pin, called = self.state.opening.pin, f"{self.prefix}{name}"
        self.clocks.arm(called, title[:200], now, due, policy=pin, causes=(cause,))

    def wrong_stage(self, *allowed: TaskStage) -> Refusal | None:
        """Refuse what only other stages allow."""
        state = self.state
        if state.stage in allowed:
            return None
        return Refusal(RefusalReason.WRONG_STAGE, f"{state.opening.id} is {state.stage}")

    def enter(
        self,
        stage: TaskStage,
        kind: EventKind,
        payload: JsonObject,
        *,
        submission: Submission | None = None,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Enter a stage, by an entry that the incident and the ticket system hear of."""
        self.state.stage = stage
        if submission is not None:
            return self.receipt(kind, submission, payload)
        return self.note(kind, payload, causes=causes)


_TOLD = frozenset(
    {
        EventKind.REMEDIATION_ACCEPTED,
        EventKind.REMEDIATION_DECLINED,
        EventKind.REMEDIATION_REASSIGNED,
        EventKind.REMEDIATION_EXTENDED,
        EventKind.REMEDIATION_IMPLEMENTED,
        EventKind.REMEDIATION_VALIDATED,
        EventKind.REMEDIATION_RETURNED,
        EventKind.REMEDIATION_RISK_ACCEPTED,
        EventKind.REMEDIATION_REOPENED,
        EventKind.REMEDIATION_CLOSED,
        EventKind.EXTENSION_REQUESTED,
        EventKind.RISK_ACCEPTANCE_REQUESTED,
    }
)
"""Of what the incident and a ticket system hear; what that system says itself, it knows."""
