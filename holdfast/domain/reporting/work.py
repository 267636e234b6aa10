"""What every rule of a reporting works with: the state, the journal, the clocks, the desk."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.approval_matrix import ReportSignOff
from holdfast.domain.child_work import ChildWork
from holdfast.domain.events import EventKind, PolicyPin, Record, Subject
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.naming import report_id, reporting_prefix
from holdfast.domain.reporting.policy import ReportingPolicy, StageRules, reporting_policy
from holdfast.domain.reporting.state import ReportingState, ReportVersion
from holdfast.domain.schedules import Schedule
from holdfast.domain.values import JsonObject
from holdfast.dora.clocks import Deadline
from holdfast.dora.report_stages import ReportStage

__all__ = ["ReportingWork"]


class ReportingWork(ChildWork[ReportingState]):
    """One reporting at work: its state, and the three primitives over it."""

    def __init__(self, state: ReportingState, record: Record) -> None:
        """Bind the primitives to the state; `record` is the journal."""
        opening = state.opening
        super().__init__(state, record, reporting_prefix(opening.number), opening.pace)

    @property
    def subject(self) -> Subject:
        """The reporting itself."""
        return Subject(type="reporting", id=self.state.opening.id)

    @property
    def head(self) -> JsonObject:
        """Which reporting, and of whom: the beginning of every payload."""
        return {"number": self.state.opening.number, "entity": self.state.opening.entity}

    @property
    def pin(self) -> PolicyPin:
        """The policy by which it is driven."""
        return self.state.opening.pin

    @property
    def policy(self) -> ReportingPolicy:
        """The policy by which it is driven."""
        return reporting_policy(self.state.opening.policy.content)

    def rules(self, stage: ReportStage) -> StageRules:
        """What the policy says of one report."""
        return self.policy.stages[stage]

    def sign_off(self, kind: ReportKind) -> ReportSignOff:
        """Who clears and approves it."""
        return self.matrix.reports[kind]

    def about(self, version: ReportVersion) -> Subject:
        """One version, by its content."""
        called = report_id(self.state.opening.incident, self.state.number, version.number)
        return Subject(type="report", id=called, digest=version.content)

    def of_version(
        self,
        kind: EventKind,
        version: ReportVersion,
        payload: JsonObject,
        *,
        causes: tuple[str, ...] = (),
    ) -> str:
        """Record what became of a version."""
        content = {"version": version.number, **payload}
        return self.note(kind, content, subject=self.about(version), causes=causes)

    def clock_id(self, name: str) -> str:
        """The id of the reporting's clock of that name."""
        return f"{self.prefix}{name}"

    def arm(
        self, name: str, title: str, now: datetime, due_at: datetime, schedule: Schedule, cause: str
    ) -> None:
        """Arm the clock of that name, due at `due_at` on the wall, with warnings and ladder."""
        left = max(due_at - now, timedelta(0)) * self.clocks.pace
        due = schedule.model_copy(update={"due_after": left})
        self.clocks.arm(
            self.clock_id(name), title[:200], now, due, policy=self.pin, causes=(cause,)
        )

    def deadline(self, stage: ReportStage) -> Deadline | None:
        """The deadline of a report as computed last, in the time of the case."""
        deadlines = self.state.deadlines
        return None if deadlines is None else getattr(deadlines, stage.value)

    def in_case(self, at: datetime) -> datetime:
        """A moment on the wall in the time of the case, which runs faster in a drill."""
        opening = self.state.opening
        return opening.classified_at + (at - opening.classified_at) * opening.pace

    def on_the_wall(self, at: datetime) -> datetime:
        """A moment of the case on the wall."""
        opening = self.state.opening
        return opening.classified_at + (at - opening.classified_at) / opening.pace

    def void_questions(self, why: str, cause: str) -> None:
        """Withdraw every question about a version that is open; ratifications stay."""
        for request in self.desk.open_requests():
            if request.subject.type == "report":
                self.desk.void(request, why, causes=(cause,))
