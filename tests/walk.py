"""Submissions as tests need them, and an incident walked through the pure rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from holdfast.domain.actions import (
    ActionCategory,
    ActionReport,
    CheckResult,
    Milestone,
    PostIncidentReview,
    ReportCheck,
    ReportMilestone,
    ReportReview,
    TakeAction,
)
from holdfast.domain.assessment import Assessment, Rulebook, assess
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.events import Event, EventKind, PolicyPin
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.opening import incident_workflow_id
from holdfast.domain.incident.process import IncidentProcess
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.policies import (
    DORA_CLASSIFICATION,
    ESCALATION,
    PINNED_ONLY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
)
from holdfast.domain.reconsidering import Reconsider, Repin
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import SeverityTree
from holdfast.domain.submissions import (
    AlertBatch,
    Answer,
    FactChanges,
    Origin,
    Report,
    Submission,
)
from holdfast.domain.values import JsonObject, digest_of
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register
from holdfast.store.policies import load_policy_folder

POLICIES: dict[str, PinnedPolicy] = load_policy_folder(
    Path(__file__).resolve().parent.parent / "policies"
)

CARRIED = {name: policy for name, policy in POLICIES.items() if name not in PINNED_ONLY}
PINS = {name: policy.pin for name, policy in POLICIES.items() if name in PINNED_ONLY}
RULEBOOK = Rulebook(
    severity_tree=SeverityTree.model_validate_json(POLICIES[SEVERITY_TREE].content),
    escalation=EscalationPolicy.model_validate_json(POLICIES[ESCALATION].content),
    classification=ClassificationPolicy.model_validate_json(POLICIES[DORA_CLASSIFICATION].content),
    register=Register.model_validate_json(POLICIES[REGISTER].content),
)

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SERVICE = "instant-payments"

ALERTMANAGER = Actor(id="source-a1", role=Role.ALERT_SOURCE)
ROBIN = Actor(id="person-robin", role=Role.RESPONDER)
SASHA = Actor(id="person-sasha", role=Role.RESPONDER)
COMMANDER = Actor(id="person-kim", role=Role.INCIDENT_COMMANDER)
COMPLIANCE = Actor(id="person-lou", role=Role.COMPLIANCE)
BOARD = Actor(id="person-noor", role=Role.MANAGEMENT_BODY)

Body = Reconsider | Repin | Report | AlertBatch | FactChanges | Answer | ActionReport

REVIEW = PostIncidentReview(
    summary="A lapsed certificate stopped the payment gateway for 40 minutes.",
    root_cause="The certificate was not in the renewal inventory.",
    contributing_factors=("No alert on certificate age",),
    went_well="Isolation took four minutes.",
    to_improve="Nobody knew who owns the gateway's certificates.",
    lessons=("Every certificate has an owner and an alert",),
)


def alert_batch(
    name: str = "b1", *, alerts: int = 1, services: tuple[str, ...] = (SERVICE,)
) -> AlertBatch:
    """A batch of firing alerts."""
    return AlertBatch(
        batch=name,
        source="alertmanager",
        count=alerts,
        firing=alerts,
        first_received_at=NOON,
        last_received_at=NOON,
        services=services,
        manifest=digest_of(name),
        samples=(),
    )


def report(origin: Origin = Origin.ALERT, reporter: Actor = ALERTMANAGER) -> Report:
    """A report that opens an incident."""
    return Report(
        origin=origin,
        title="Payment gateway does not answer",
        aware_at=NOON,
        services=(SERVICE,),
        policies=tuple(policy.pin for policy in POLICIES.values()),
        alerts=alert_batch("b0") if origin is Origin.ALERT else None,
        reporter=reporter,
    )


def facts(**values: bool | int) -> FactChanges:
    """Statements about the one affected service."""
    return service_facts(**values)


def service_facts(**values: bool | int | str | None) -> FactChanges:
    """Statements of any type about the one affected service."""
    return FactChanges(changes=tuple(_stated(name, SERVICE, values[name]) for name in values))


def incident_facts(**values: bool | int | str | None) -> FactChanges:
    """Statements about the incident as a whole."""
    return FactChanges(changes=tuple(_stated(name, None, values[name]) for name in values))


def _stated(name: str, service: str | None, value: bool | int | str | None) -> FactChange:  # noqa: FBT001 - a fact's value
    return FactChange(
        fact=name, service=service, value=value, quality=Quality.ACTUAL, source="monitoring"
    )


def disruptive() -> TakeAction:
    """A containment action that needs approval first."""
    return TakeAction(
        category=ActionCategory.CONTAINMENT, action="Isolate the gateway", disruptive=True
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
        self.now = end

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
        self.submit(
            ROBIN, ReportMilestone(milestone=Milestone.CONTAINED, statement="Traffic is drained.")
        )

    def to_learn(self) -> None:
        """Go on until the recovery is validated."""
        self.to_recover()
        for check in self.state.recovery.checks:
            self.submit(
                ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen.")
            )
        self.submit(
            ROBIN, ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")
        )
        self.answer(COMMANDER, "recovery.validation-1", "validated")

    def to_closed(self) -> None:
        """Go on to the end."""
        self.to_learn()
        self.submit(ROBIN, ReportReview(review=REVIEW))
        self.answer(COMMANDER, "review.sign_off-1", "signed_off")
        self.answer(COMPLIANCE, "review.sign_off-1", "signed_off")
        self.classify()
        self.acknowledge()
        self.answer(COMMANDER, "incident.closure-1", "close")

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
