"""A cyber threat over the pure rules: a clock set by hand, and everything that happened."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.events import Event, EventKind
from holdfast.domain.policies import APPROVAL_MATRIX, REGISTER
from holdfast.domain.replay.verdicts import JudgedEvent
from holdfast.domain.reporting.policy import REPORTING
from holdfast.domain.reporting.submitting import SubmissionOutcome
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Submission, SubmissionBody
from holdfast.domain.threats.asking import PutThreatForward, RecordThreat, SupplyThreatField
from holdfast.domain.threats.naming import threat_workflow_id
from holdfast.domain.threats.process import ThreatProcess
from holdfast.domain.threats.state import ThreatState
from holdfast.domain.threats.terms import ThreatTerms
from holdfast.dora.cyber_threats import CyberThreatFacts
from holdfast.dora.register import register_from
from tests.rulebook import POLICIES
from tests.statements import COMPLIANCE, NOON, ROBIN

__all__ = ["SIGNIFICANT", "TERMS", "THREAT", "ThreatWalk", "a_threat"]

THREAT = "THR-2026-000001"
SIGNIFICANT = CyberThreatFacts(
    could_affect_critical_functions=True, high_probability=True, could_meet_critical_services=True
)
TERMS = ThreatTerms(
    matrix=POLICIES[APPROVAL_MATRIX],
    reporting=POLICIES[REPORTING],
    register_of_information=POLICIES[REGISTER].pin,
    entity=register_from(POLICIES[REGISTER].content).entities["beispielbank"],
)


def a_threat(facts: CyberThreatFacts = SIGNIFICANT, entity: str = "beispielbank") -> RecordThreat:
    """A threat that was detected an hour ago."""
    return RecordThreat(
        title="Phishing of payment operators",
        description="Mails that imitate the clearing house ask for credentials of operators.",
        detected_at=NOON - timedelta(hours=1),
        entity=entity,
        facts=facts,
    )


class ThreatWalk:
    """One threat."""

    def __init__(self, report: RecordThreat | None = None, terms: ThreatTerms = TERMS) -> None:
        """Record it, by somebody of the team."""
        self.state = ThreatState(threat=THREAT)
        self.events: list[Event] = []
        self.moments: list[datetime] = []
        self.now = NOON
        self.process = ThreatProcess(self.state, self._record)
        submission = self._submission(ROBIN, report or a_threat())
        self.process.begin(submission, terms, self.now)

    def submit(self, actor: Actor, body: SubmissionBody) -> Event:
        """Hand in a body, and return the entry that is its receipt."""
        submission = self._submission(actor, body)
        self.process.receive(submission, self.now)
        return next(e for e in self.events if e.answers == submission.submission_id)

    def supplied(self) -> None:
        """Supply the fields that only people know."""
        self.submit(ROBIN, SupplyThreatField(field="14", value="Payments could be diverted."))
        self.submit(ROBIN, SupplyThreatField(field="17", value="The sender's domain is blocked."))

    def to_put_forward(self) -> Event:
        """Supply them, and put the form forward."""
        self.supplied()
        return self.submit(ROBIN, PutThreatForward())

    def to_approved(self) -> None:
        """And have compliance approve it."""
        self.to_put_forward()
        self.answer(COMPLIANCE, "approved")

    def answer(self, actor: Actor, option: str) -> Event:
        """Answer the latest question."""
        request = list(self.state.requests.values())[-1]
        return self.submit(
            actor,
            Answer(
                request_id=request.id,
                option=option,
                subject_digest=str(request.subject.digest),
                rationale="For the reasons discussed.",
            ),
        )

    def outcome(self, **changes: object) -> Event:
        """Let the channel report on the oldest order."""
        taken = {"channel": "bafin", "submitted_at": self.now, "reference": "BF-1"}
        outcome = SubmissionOutcome.model_validate({**taken, **changes})
        self.process.handed_over(self.state.to_submit[0], outcome, self.now)
        return self.events[-1]

    def kinds(self) -> list[EventKind]:
        """The kinds of everything that happened."""
        return [event.kind for event in self.events]

    def judged(self) -> list[JudgedEvent]:
        """Everything that happened, as replay reads it."""
        return [
            JudgedEvent(f"{threat_workflow_id(THREAT)}#{number}", moment, event)
            for number, (moment, event) in enumerate(zip(self.moments, self.events, strict=True))
        ]

    def _submission(self, actor: Actor, body: SubmissionBody) -> Submission:
        return Submission(
            submission_id=f"s-{len(self.events)}",
            workflow_id=threat_workflow_id(THREAT),
            principal=actor,
            submitted_at=self.now,
            body=body,
        )

    def _record(self, event: Event) -> str:
        self.events.append(event)
        self.moments.append(self.now)
        return f"{threat_workflow_id(THREAT)}#{len(self.events) - 1}"
