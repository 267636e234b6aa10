"""An incident walked together with its regulatory reportings, all on one chain."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.reporting.asking import (
    ExplainDelay,
    PutForward,
    RecordOtherMeans,
    RecordReceipt,
    ReportingBody,
    SupplyField,
)
from holdfast.domain.reporting.judging import FilledReport
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.opening import ReportingOpening
from holdfast.domain.reporting.process import ReportingProcess
from holdfast.domain.reporting.state import ReportingState, Wanted
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission
from holdfast.domain.values import digest_of
from holdfast.dora.report.content import FieldValue, Gap
from holdfast.dora.report_stages import ReportStage
from holdfast.evidence.entry import Entry
from tests.joint_walk import Child, Walked
from tests.remediation_walk import RemediationWalk
from tests.statements import BOARD, COMMANDER, COMPLIANCE
from tests.walked_deadlines import computed

__all__ = ["ReportingWalk", "WalkedReporting"]


class WalkedReporting:
    """One reporting of a walked incident: it has the incident's time, chain and matrix.

    What activities do is done here: deadlines by the engine, content by the fields that were
    supplied, submissions as `authority` says; `lacking` are the gaps of what is filled next.
    """

    def __init__(
        self, walk: ReportingWalk, opening: ReportingOpening, matrix: PinnedPolicy
    ) -> None:
        """Begin as the workflow does."""
        self.walk = walk
        self.state = ReportingState(opening=opening, matrix=matrix, severity=opening.severity)
        self.events: list[Event] = []
        self.lacking: tuple[Gap, ...] = ()
        self.refusing: str | None = None
        """Why the authority's channel refuses for good; None while it takes what it is given."""
        self.down = False
        self.process = ReportingProcess(self.state, self._record)
        self._numbers = count(1)
        self.process.begin()

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return self.walk.write(self.state.opening.workflow_id, event)

    def submit(self, actor: Actor, body: ReportingBody | Answer) -> Event:
        """Hand in a submission, let happen what follows anywhere, and return its receipt."""
        number = self.state.opening.number
        submission = Submission(
            submission_id=f"r{number}-{next(self._numbers)}",
            workflow_id=self.state.opening.workflow_id,
            principal=actor,
            submitted_at=self.walk.now,
            body=body,
        )
        before = len(self.events)
        self.process.receive(submission, self.walk.now)
        self.walk.let_communications_end()
        self.walk.wait(timedelta())
        new = self.events[before:]
        return next((e for e in new if e.answers == submission.submission_id), self.events[-1])

    def open_request(self, kind: DecisionKind) -> DecisionRequest | None:
        """The latest request of that kind that waits for people."""
        found = [
            each
            for each in self.state.requests.values()
            if each.kind is kind and each.state is DecisionState.OPEN
        ]
        return found[-1] if found else None

    def decide(
        self, actor: Actor, kind: DecisionKind, option: str, code: str | None = None
    ) -> Event:
        """Answer the latest request of that kind."""
        request = self.open_request(kind)
        assert request is not None
        assert request.subject.digest is not None
        body = Answer(
            request_id=request.id,
            option=option,
            subject_digest=request.subject.digest,
            rationale="As discussed.",
            exception_code=code,
        )
        return self.submit(actor, body)

    def supply(self, field: str, value: FieldValue | None, actor: Actor = BOARD) -> Event:
        """Supply a field."""
        return self.submit(actor, SupplyField(field=field, value=value))

    def put_forward(self, kind: ReportKind, *also: ReportStage, actor: Actor = BOARD) -> Event:
        """Put a report forward."""
        return self.submit(actor, PutForward(kind=kind, also=also))

    def clear(self) -> Event:
        """Let compliance clear it."""
        return self.decide(COMPLIANCE, DecisionKind.REPORT_REVIEW, "cleared")

    def approve(self, actor: Actor = COMMANDER, code: str | None = None) -> Event:
        """Let it leave."""
        return self.decide(actor, DecisionKind.REPORT_APPROVAL, "approved", code)

    def report(self, kind: ReportKind, *also: ReportStage) -> datetime:
        """Put a report forward, clear and approve it; return when it was submitted."""
        final = kind in {ReportKind.FINAL, ReportKind.RECLASSIFICATION}
        self.put_forward(kind, *also, actor=COMMANDER if final else BOARD)
        self.clear()
        self.approve(BOARD if final else COMMANDER)
        return self.walk.now

    def delay(self, stage: ReportStage, by: timedelta) -> Event:
        """Say why a limit will not be met."""
        expected = self.walk.now + by
        body = ExplainDelay(stage=stage, because="The provider is silent.", expected_at=expected)
        return self.submit(BOARD, body)

    def send_otherwise(self, version: int, at: datetime | None = None) -> Event:
        """Say that a version was submitted by other means."""
        body = RecordOtherMeans(
            version=version,
            means="encrypted mail to the authority's contact",
            submitted_at=at or self.walk.now,
            because="The portal has been down since noon.",
        )
        return self.submit(COMPLIANCE, body)

    def lack(self, *fields: str) -> None:
        """Let what is filled from now on lack these fields."""
        self.lacking = tuple(
            Gap(field=field, label=f"Field {field}", stage=ReportStage.INITIAL, problem="missing")
            for field in fields
        )

    def receipt(self, version: int, reference: str = "2026M0000001") -> Event:
        """Record what the authority has answered."""
        body = RecordReceipt(
            version=version,
            received_at=self.walk.now,
            reference=reference,
            statement="Received.",
        )
        return self.submit(COMPLIANCE, body)

    def due_at(self, name: str) -> datetime:
        """When the clock of that name is due."""
        return self.state.clocks[f"reporting-{self.state.number}:{name}"].due_at

    def latest(self) -> str:
        """What kind of version was drafted last."""
        return str(self.state.versions[-1].kind)

    def strictly(self, stage: str) -> datetime:
        """The limit of a report before any relief."""
        deadline = getattr(self.state.deadlines, stage)
        assert deadline is not None
        limit: datetime = deadline.strict_due_at
        return limit

    def entries(self) -> list[Entry]:
        """What its workflow has recorded."""
        called = self.state.opening.workflow_id
        return [entry for entry in self.walk.entries() if entry.workflow == called]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return self.all(kind)[-1]

    def all(self, kind: EventKind) -> list[Event]:
        """Every event of that kind."""
        return [event for event in self.events if event.kind is kind]

    def go_on(self) -> bool:
        """Do one thing that its activities would do; False if there is nothing."""
        state, now = self.state, self.walk.now
        if state.wants_deadlines is not None:
            self.process.computed(computed(self.process.deadlines_request()), now)
        elif state.to_fill:
            wanted = state.to_fill[0]
            self.process.filled(wanted, self._filled(wanted), now)
        elif state.to_submit and not self.down:
            order = state.to_submit[0]
            self.process.handed_over(order, self._outcome(order), now)
        else:
            return False
        return True

    def _filled(self, wanted: Wanted) -> FilledReport:
        supplied = {
            event.payload["field"]: event.payload["value"]
            for event in self.all(EventKind.REPORT_FIELD_SUPPLIED)
        }
        by = {event.actor.id for event in self.all(EventKind.REPORT_FIELD_SUPPLIED)}
        content = {"kind": str(wanted.kind), "covers": list(wanted.covers), "supplied": supplied}
        version = {**content, "version": len(self.state.versions) + 1}
        return FilledReport(
            content=digest_of(version),
            fields=digest_of(content),
            gaps=self.lacking,
            by=tuple(sorted(by)),
            as_of=self.walk.entries()[-1].id,
        )

    def _outcome(self, order: SubmissionOrder) -> SubmissionOutcome:
        if self.refusing is not None:
            return SubmissionOutcome(channel=order.authority, because=self.refusing)
        return SubmissionOutcome(
            channel=order.authority,
            submitted_at=self.walk.now,
            sent=digest_of({"order": order.key}),
            media_type="application/json",
            size=1_000,
        )


class ReportingWalk(RemediationWalk):
    """A walk whose reportings are walked as well."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.reportings: dict[int, WalkedReporting] = {}
        super().__init__(incident_id)

    def to_major(self) -> WalkedReporting:
        """Go on until a severity is assigned and it is decided that the incident is major."""
        self.to_contain()
        self.classify(major=True)
        return self.reportings[1]

    def let_communications_end(self) -> None:
        """Let everything happen that waits for nobody, in the reportings too."""
        while True:
            super().let_communications_end()
            if not any(map(self._reporting_goes_on, list(self.reportings.values()))):
                return
            self.judge()

    def processes(self) -> list[Walked]:
        """Everything that time moves."""
        running = [each.process for each in self.reportings.values() if not each.state.over]
        return [*super().processes(), *running]

    def children(self, workflow: str) -> list[Child]:
        """The children of that workflow id."""
        reportings = [
            each.process
            for each in self.reportings.values()
            if each.state.opening.workflow_id == workflow
        ]
        return [*super().children(workflow), *reportings]

    def open_one(self) -> bool:
        """Begin what the incident has opened; False if there is nothing."""
        if self.state.to_report:
            opening, matrix = self.state.to_report.pop(0)
            self.reportings[opening.number] = WalkedReporting(self, opening, matrix)
            return True
        return super().open_one()

    def _reporting_goes_on(self, reporting: WalkedReporting) -> bool:
        """Let its activities work, open its messages, and tell the incident."""
        state = reporting.state
        if reporting.go_on():
            return True
        if not state.to_open and not state.told:
            return False
        self.state.to_open.extend(state.to_open)
        state.to_open.clear()
        while state.told:
            self.process.noticed(self.noticed(state.told.pop(0)), self.now)
        return True
