"""Where an incident stands: everything that its workflow carries, and nothing else.

The state is owned by one workflow run at a time and handed over whole when the run continues as
new; fields are added, never changed in meaning, because states written by earlier releases are
still under way.
"""

from __future__ import annotations

from copy import copy
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.actions import Action, CheckResult, PostIncidentReview
from holdfast.domain.assessment import AssessmentRequest
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.clocks import Clock
from holdfast.domain.communication.opening import OpenedCommunication, Opening
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.drills.tally import Tally
from holdfast.domain.events import PolicyPin
from holdfast.domain.facts import FactSheet
from holdfast.domain.playbooks.play import Play
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
    RecoveryPolicy,
    classification_policy,
    recovery_policy,
    severity_tree,
)
from holdfast.domain.reconsidering import Repin
from holdfast.domain.recovery.state import ContinuityPlan
from holdfast.domain.remediation.opening import OpenedTask, TaskOpening
from holdfast.domain.reporting.opening import OpenedReporting, ReportingOpening
from holdfast.domain.roles import Actor
from holdfast.domain.severity import Priority, Severity, SeverityProposal, SeverityTree
from holdfast.domain.submissions import Origin
from holdfast.domain.third_party.asking import InvokeEscalation
from holdfast.domain.third_party.opening import EscalationOpening, OpenedEscalation
from holdfast.domain.values import Digest, Frozen, Identifier, Instant, JsonObject, Text, Token
from holdfast.dora.downtime import AvailabilityStatement
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.three_valued import Answer

__all__ = [
    "CheckState",
    "ClassificationState",
    "EvaluationState",
    "IncidentState",
    "Outcome",
    "Phase",
    "ReviewState",
]


class Phase(StrEnum):
    """The five phases, the silence before the first report, and the end."""

    AWAITED = "awaited"
    DETECT = "detect"
    TRIAGE = "triage"
    CONTAIN = "contain"
    RECOVER = "recover"
    LEARN = "learn"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How an incident ended."""

    RESOLVED = "resolved"
    FALSE_POSITIVE = "false_positive"
    DUPLICATE = "duplicate"


class CheckState(Frozen):
    """The latest result of a named recovery check."""

    result: CheckResult
    statement: Text
    recorded_by: Actor
    recorded_at: Instant


class ReviewState(Frozen):
    """The latest draft of the post-incident review, and all who have drafted it."""

    review: PostIncidentReview
    version: int
    drafted_by: tuple[Identifier, ...]


class EvaluationState(Frozen):
    """The latest recorded evaluation in short; `entry` holds it in full, with its proof."""

    number: int
    entry: Identifier
    major: Answer
    summary: JsonObject
    digest: Digest
    outcome_digest: Digest
    inputs_digest: Digest


class ClassificationState(Frozen):
    """Major or not, as people have decided."""

    major: bool
    evaluation: Identifier
    first_major_at: Instant | None


class IncidentState(BaseModel):
    """The whole state of one incident."""

    model_config = ConfigDict(extra="forbid")

    incident_id: Identifier
    policies: dict[Identifier, PinnedPolicy]
    pins: dict[Identifier, PolicyPin] = Field(default_factory=dict)
    phase: Phase = Phase.AWAITED
    outcome: Outcome | None = None
    title: str = ""
    origin: Origin | None = None
    reporter: Actor | None = None
    opened_at: Instant | None = None
    aware_at: Instant | None = None
    facts: FactSheet = Field(default_factory=FactSheet)
    severity: Severity | None = None
    priority: Priority | None = None
    proposal: SeverityProposal | None = None
    evaluation: EvaluationState | None = None
    classification: ClassificationState | None = None
    recovered_at: Instant | None = None
    repinnings: dict[Identifier, Repin] = Field(default_factory=dict)
    clocks: dict[Identifier, Clock] = Field(default_factory=dict)
    requests: dict[Identifier, DecisionRequest] = Field(default_factory=dict)
    actions: dict[Identifier, Action] = Field(default_factory=dict)
    checks: dict[Token, CheckState] = Field(default_factory=dict)
    recovery_declared_by: Actor | None = None
    availability: list[AvailabilityStatement] = Field(default_factory=list)
    continuity: dict[Identifier, ContinuityPlan] = Field(default_factory=dict)
    stood_down: bool = False
    review: ReviewState | None = None
    communications: dict[str, OpenedCommunication] = Field(default_factory=dict)
    to_open: list[tuple[Opening, PinnedPolicy]] = Field(default_factory=list)
    """Communications whose workflows are still to be started, each with its approval matrix."""
    to_tell: list[tuple[int | Identifier, Identifier]] = Field(default_factory=list)
    """Entries of which workflows, by id, still have to be given notice.

    Earlier releases wrote the numbers of communications.
    """
    briefed: list[Identifier] = Field(default_factory=list)
    """Escalations of communications for which somebody was woken already."""
    third_parties: dict[str, OpenedEscalation] = Field(default_factory=dict)
    invocations: dict[Identifier, InvokeEscalation] = Field(default_factory=dict)
    to_escalate: list[tuple[EscalationOpening, PinnedPolicy]] = Field(default_factory=list)
    """Escalations whose workflows are still to be started, each with its approval matrix."""
    tasks: dict[str, OpenedTask] = Field(default_factory=dict)
    to_remedy: list[tuple[TaskOpening, PinnedPolicy]] = Field(default_factory=list)
    """Remediation tasks whose workflows are still to be started, each with its matrix."""
    reportings: dict[str, OpenedReporting] = Field(default_factory=dict)
    to_report: list[tuple[ReportingOpening, PinnedPolicy]] = Field(default_factory=list)
    """Reportings whose workflows are still to be started, each with its approval matrix."""
    to_automate: list[AutomationOpening] = Field(default_factory=list)
    """Attempts at automated steps whose workflows are still to be started."""
    plays: dict[str, Play] = Field(default_factory=dict)
    heard: list[Identifier] = Field(default_factory=list)
    """Entries of escalations that were acted upon already."""
    replies: int = 0
    complaints: int = 0
    alerts: int = 0
    fired: list[Token] = Field(default_factory=list)
    assessment_wanted: bool = False
    next_look_at: Instant | None = None
    drill: DrillPlan | None = None
    """The plan of a drill; a real incident has none."""
    injected: int = 0
    tally: Tally | None = None
    tallied_at: Instant | None = None
    seen: dict[Identifier, Digest] = Field(default_factory=dict)
    sequence: int = 0

    def pin(self, name: str) -> PolicyPin:
        """The version of that policy to which the incident is pinned."""
        pin = self.find_pin(name)
        if pin is None:
            message = f"{self.incident_id} is pinned to no policy {name}"
            raise KeyError(message)
        return pin

    def find_pin(self, name: str) -> PolicyPin | None:
        """As `pin`; None where the incident was opened before there was such a policy."""
        policy = self.policies.get(name)
        return policy.pin if policy else self.pins.get(name)

    @property
    def all_pins(self) -> tuple[PolicyPin, ...]:
        """Every policy of the incident, by name."""
        pins = {name: policy.pin for name, policy in self.policies.items()} | self.pins
        return tuple(pins[name] for name in sorted(pins))

    @property
    def matrix_policy(self) -> PinnedPolicy:
        """The pinned approval matrix."""
        return self.policies[APPROVAL_MATRIX]

    @property
    def recovery(self) -> RecoveryPolicy:
        """The pinned recovery policy, read."""
        return recovery_policy(self.policies[RECOVERY].content)

    @property
    def tree(self) -> SeverityTree:
        """The pinned severity tree, read."""
        return severity_tree(self.policies[SEVERITY_TREE].content)

    @property
    def classification_policy(self) -> ClassificationPolicy | None:
        """The pinned classification policy, read; None for incidents of the first release."""
        policy = self.policies.get(DORA_CLASSIFICATION)
        return classification_policy(policy.content) if policy else None

    @property
    def open(self) -> bool:
        """Whether work goes on."""
        return self.phase not in {Phase.AWAITED, Phase.CLOSED}

    def snapshot(self) -> IncidentState:
        """Copy the state as it is now; the values within are immutable and shared."""
        containers = {
            name: copy(value)
            for name, value in vars(self).items()
            if isinstance(value, dict | list)
        }
        return self.model_copy(update=containers)

    def assessment_request(self, at: Instant) -> AssessmentRequest:
        """What to judge now."""
        if self.opened_at is None:
            message = "an incident that is not open cannot be assessed"
            raise ValueError(message)
        return AssessmentRequest(
            incident_id=self.incident_id,
            facts=self.facts,
            severity=self.severity,
            opened_at=self.opened_at,
            at=at,
            already_fired=tuple(self.fired),
            severity_tree=self.pin(SEVERITY_TREE),
            escalation=self.pin(ESCALATION),
            aware_at=self.aware_at,
            recovered_at=self.recovered_at,
            major=self.classification.major if self.classification else None,
            dora_classification=self.find_pin(DORA_CLASSIFICATION),
            register_of_information=self.find_pin(REGISTER),
        )
