"""An incident walked through the pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count

from holdfast.domain.actions import (
    ActionReport,
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportReview,
)
from holdfast.domain.assessment import Assessment, assess
from holdfast.domain.communication.asking import (
    CancelCommunication,
    OpenCommunication,
    RecordReply,
)
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.incident.process import IncidentProcess
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.notices import Noticed
from holdfast.domain.playbooks.asking import PlaybookBody
from holdfast.domain.reconsidering import Reconsider, Repin
from holdfast.domain.recovery.asking import RecoveryBody
from holdfast.domain.remediation.asking import RemediationBody
from holdfast.domain.reporting.asking import ReportingBody
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import (
    AlertBatch,
    Answer,
    FactChanges,
    Report,
    Submission,
)
from holdfast.domain.third_party.asking import ThirdPartyBody
from holdfast.domain.values import JsonObject, JsonValue
from tests.rulebook import CARRIED, PINS, RULEBOOK
from tests.statements import (
    ALERTMANAGER,
    COMMANDER,
    COMPLIANCE,
    NOON,
    REVIEW,
    ROBIN,
    report,
)

Body = (
    Reconsider
    | Repin
    | Report
    | AlertBatch
    | FactChanges
    | Answer
    | ActionReport
    | CancelCommunication
    | OpenCommunication
    | RecordReply
    | RecoveryBody
    | ThirdPartyBody
    | PlaybookBody
    | RemediationBody
    | ReportingBody
)


class Walk:
    """One incident over the pure rules: a clock set by hand, and everything that happened."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.state = IncidentState(incident_id=incident_id, policies=CARRIED, pins=PINS)
        self.events: list[Event] = []
        self.now = NOON
        self.process = IncidentProcess(self.state, self._record)
        self._numbers: Iterator[int] = count(1)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        return f"entry-{len(self.events)}"

    def kinds(self) -> list[EventKind]:
        """The kinds of everything that happened, in order."""
        return [event.kind for event in self.events]

    def last(self, kind: EventKind) -> Event:
        """The latest event of that kind."""
        return [event for event in self.events if event.kind is kind][-1]

    def submit(self, actor: Actor, body: Body, submission_id: str | None = None) -> Event:
        """Hand in a submission, let the judgements follow, and return its receipt."""
        submission = Submission(
            submission_id=submission_id or f"s{next(self._numbers)}",
            workflow_id=incident_workflow_id(self.state.incident_id),
            principal=actor,
            submitted_at=self.now,
            body=body,
        )
        before = len(self.events)
        self.process.receive(submission, self.now)
        self.judge()
        self.let_communications_end()
        receipts = [e for e in self.events[before:] if e.answers == submission.submission_id]
        return receipts[0] if receipts else self.events[-1]

    def judge(self) -> None:
        """Assess the incident for as long as that is wanted, as the workflow does."""
        while self.state.assessment_wanted:
            self.state.assessment_wanted = False
            self.process.assessed(self.assess(), self.now)

    def assess(self) -> Assessment:
        """Assess the incident as it stands, under what it is pinned to."""
        request = self.state.assessment_request(self.now)
        rulebook = replace(
            RULEBOOK,
            classification=RULEBOOK.classification if request.dora_classification else None,
            register=RULEBOOK.register if request.register_of_information else None,
        )
        return assess(request, rulebook)

    def wait(self, duration: timedelta) -> None:
        """Let time pass, stopping at each moment at which something is due."""
        end = self.now + duration
        while (upcoming := self.process.next_moment()) and upcoming[0] <= end:
            self.now = max(self.now, upcoming[0])
            self.process.tick(self.now)
            self.judge()
            self.let_communications_end()
        self.now = end

    def let_communications_end(self) -> None:
        """Give notice that every communication which the incident has opened is closed."""
        while self.state.to_open:
            opening, _ = self.state.to_open.pop(0)
            self.notice(opening.number, EventKind.COMMUNICATION_CLOSED)

    def notice(self, number: int, kind: EventKind, **payload: JsonValue) -> None:
        """Give notice of what a communication has recorded."""
        incident_id = self.state.incident_id
        called = communication_id(incident_id, number)
        event = Event(
            kind=kind,
            subject=Subject(type="communication", id=called),
            payload={"number": number, **payload},
        )
        noticed = Noticed(
            entry=f"{called}/{kind}",
            workflow=communication_workflow_id(incident_id, number),
            event=event,
        )
        self.process.noticed(noticed, self.now)

    def answer(  # noqa: PLR0913 - each is what some test is about
        self,
        actor: Actor,
        request_id: str,
        option: str,
        *,
        data: JsonObject | None = None,
        code: str | None = None,
        rationale: str | None = "For the reasons discussed.",
        submission_id: str | None = None,
    ) -> Event:
        """Answer a request about its present subject."""
        digest = self.state.requests[request_id].subject.digest
        assert digest is not None
        body = Answer(
            request_id=request_id,
            option=option,
            subject_digest=digest,
            rationale=rationale,
            data=data or {},
            exception_code=code,
        )
        return self.submit(actor, body, submission_id)

    def open_requests(self) -> list[str]:
        """The ids of the requests that wait for people."""
        return [request.id for request in self.process.work.desk.open_requests()]

    def open_under(self, pins: tuple[PolicyPin, ...]) -> None:
        """Open under these versions of policies, and confirm."""
        self.submit(ALERTMANAGER, report().model_copy(update={"policies": pins}))
        self.answer(ROBIN, "incident.confirmation-1", "confirmed")

    def to_triage(self) -> None:
        """Open and confirm."""
        self.submit(ALERTMANAGER, report())
        self.answer(ROBIN, "incident.confirmation-1", "confirmed")

    def to_contain(self) -> None:
        """Go on until a severity is assigned."""
        self.to_triage()
        self.answer(COMMANDER, "severity.assignment-1", "confirm")

    def to_recover(self) -> None:
        """Go on until the incident is contained."""
        self.to_contain()
        self.contain()

    def contain(self) -> None:
        """Report that it is contained."""
        self.submit(
            ROBIN, ReportMilestone(milestone=Milestone.CONTAINED, statement="Traffic is drained.")
        )

    def to_learn(self) -> None:
        """Go on until the recovery is validated."""
        self.to_contain()
        self.to_learn_from_contain()

    def to_learn_from_contain(self) -> None:
        """Contain, recover, and validate that."""
        self.contain()
        for check in self.state.recovery.checks:
            self.submit(
                ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen.")
            )
        self.submit(
            ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")
        )
        self.answer(COMMANDER, "recovery.validation-1", "validated")

    def stand_down(self) -> None:
        """Decide that those who respond may stand down, where that is asked."""
        for request_id in self.open_requests():
            if request_id.startswith("recovery.stand_down"):
                self.answer(COMMANDER, request_id, "stood_down")

    def to_closed(self) -> None:
        """Go on to the end."""
        self.to_contain()
        self.to_closed_from_contain()

    def to_closed_from_contain(self) -> None:
        """Go on to the end from there."""
        self.to_closable()
        self.answer(COMMANDER, "incident.closure-1", "close")

    def to_closable(self) -> None:
        """Go on from containment until nothing is left but to close."""
        self.to_learn_from_contain()
        self.submit(ROBIN, ReportReview(review=REVIEW))
        self.answer(COMMANDER, "review.sign_off-1", "signed_off")
        self.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
        self.classify()
        self.acknowledge()
        self.stand_down()

    def open_class(self) -> str:
        """The id of the open question about the class."""
        return next(name for name in self.open_requests() if name.startswith("classification."))

    def acknowledge(self) -> None:
        """Take note of every escalation."""
        for request_id in self.open_requests():
            if request_id.startswith("escalation"):
                role = self.state.requests[request_id].roles[0]
                self.answer(Actor(id=f"person-{role}", role=role), request_id, "acknowledged")

    def classify(self, *, major: bool = False) -> None:
        """Decide the open question of the classification, if there is one."""
        for request_id in self.open_requests():
            if request_id.startswith("classification.confirmation"):
                self.answer(COMPLIANCE, request_id, "override", data={"major": major})
