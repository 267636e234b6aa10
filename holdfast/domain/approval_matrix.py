"""The approval matrix: who may take which decision, how, until when, and what bypasses that."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.sign_off import SignOff
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.roles import Role
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen, Identifier, Line, Text, Token

__all__ = [
    "ApprovalMatrix",
    "Bypass",
    "DataField",
    "DecisionKind",
    "DecisionRule",
    "Option",
    "ReportSignOff",
]


class DecisionKind(StrEnum):
    """The decision points of the process."""

    INCIDENT_CONFIRMATION = "incident.confirmation"
    SEVERITY_ASSIGNMENT = "severity.assignment"
    CLASSIFICATION_CONFIRMATION = "classification.confirmation"
    CLASSIFICATION_REVERSAL = "classification.reversal"
    CONTAINMENT_APPROVAL = "containment.approval"
    FAILOVER_APPROVAL = "failover.approval"
    RECOVERY_APPROVAL = "recovery.approval"
    RECOVERY_VALIDATION = "recovery.validation"
    REVIEW_SIGN_OFF = "review.sign_off"
    INCIDENT_CLOSURE = "incident.closure"
    ESCALATION_ACKNOWLEDGEMENT = "escalation.acknowledgement"
    BYPASS_RATIFICATION = "bypass.ratification"
    POLICY_REPINNING = "policy.repinning"
    RECURRENCE_CONFIRMATION = "recurrence.confirmation"
    COMMUNICATION_REVIEW = "communication.review"
    COMMUNICATION_APPROVAL = "communication.approval"
    COMMUNICATION_DELIVERY = "communication.delivery"
    THIRD_PARTY_INVOCATION = "third_party.invocation"
    THIRD_PARTY_PAUSE = "third_party.pause"
    THIRD_PARTY_RESTORATION = "third_party.restoration"
    THIRD_PARTY_REVIEW = "third_party.review"
    RECOVERY_STAND_DOWN = "recovery.stand_down"
    REMEDIATION_ACCEPTANCE = "remediation.acceptance"
    REMEDIATION_EXTENSION = "remediation.extension"
    REMEDIATION_VALIDATION = "remediation.validation"
    REMEDIATION_RISK_ACCEPTANCE = "remediation.risk_acceptance"
    REPORT_REVIEW = "report.review"
    REPORT_APPROVAL = "report.approval"
    THREAT_NOTIFICATION = "threat.notification"


_SINCE: dict[DecisionKind, int] = {
    DecisionKind.CLASSIFICATION_CONFIRMATION: 2,
    DecisionKind.CLASSIFICATION_REVERSAL: 2,
    DecisionKind.POLICY_REPINNING: 2,
    DecisionKind.RECURRENCE_CONFIRMATION: 2,
    DecisionKind.COMMUNICATION_REVIEW: 3,
    DecisionKind.COMMUNICATION_APPROVAL: 3,
    DecisionKind.COMMUNICATION_DELIVERY: 3,
    DecisionKind.THIRD_PARTY_INVOCATION: 4,
    DecisionKind.THIRD_PARTY_PAUSE: 4,
    DecisionKind.THIRD_PARTY_RESTORATION: 4,
    DecisionKind.THIRD_PARTY_REVIEW: 4,
    DecisionKind.RECOVERY_STAND_DOWN: 5,
    DecisionKind.REMEDIATION_ACCEPTANCE: 5,
    DecisionKind.REMEDIATION_EXTENSION: 5,
    DecisionKind.REMEDIATION_VALIDATION: 5,
    DecisionKind.REMEDIATION_RISK_ACCEPTANCE: 5,
    DecisionKind.REPORT_REVIEW: 6,
    DecisionKind.REPORT_APPROVAL: 6,
    DecisionKind.THREAT_NOTIFICATION: 6,
}
"""Since which format a matrix has a decision point: incidents pinned to an older one have none."""


_SIGN_OFF_FORMAT = 3
_REPORTS_FORMAT = 6

_VENDOR_CALLS = frozenset({Purpose.VENDOR_REQUEST, Purpose.VENDOR_CALL})
_UNASKED: dict[Audience, frozenset[Purpose]] = {
    audience: frozenset(Purpose) if audience.internal else frozenset() for audience in Audience
} | {Audience.VENDOR: _VENDOR_CALLS}
"""Which purposes a matrix may let leave unasked: those to our own people, and calls of a provider
whose escalation was decided upon: a ladder that waits for an approval at each rung is none."""


class DataField(StrEnum):
    """What an answer may have to carry besides its option."""

    SEVERITY = "severity"
    DUPLICATE_OF = "duplicate_of"
    MAJOR = "major"


class Option(Frozen):
    """One possible answer: how many people must give it, and what each must say with it."""

    quorum: int = Field(default=1, ge=1, le=20)
    rationale_required: bool = False
    data: tuple[DataField, ...] = ()


class Bypass(Frozen):
    """Under urgency: which exception codes let which roles decide alone, for which options."""

    codes: tuple[Identifier, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    options: tuple[Token, ...] = Field(min_length=1)


class DecisionRule(Frozen):
    """How one kind of decision is taken."""

    question: Line
    roles: tuple[Role, ...] = Field(min_length=1)
    options: dict[Token, Option] = Field(min_length=1)
    schedule: Schedule
    schedule_by_severity: dict[Severity, Schedule] = Field(default_factory=dict)
    bypass: Bypass | None = None

    @model_validator(mode="after")
    def _bypass_names_known_options(self) -> DecisionRule:
        unknown = set(self.bypass.options) - set(self.options) if self.bypass else set()
        if unknown:
            message = f"the bypass names options that do not exist: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return self

    def schedule_for(self, severity: Severity | None) -> Schedule:
        """The deadline and ladder at that severity."""
        if severity is None:
            return self.schedule
        return self.schedule_by_severity.get(severity, self.schedule)


class ReportSignOff(Frozen):
    """Who clears a report before it is approved, who approves it, and whether by exception."""

    reviewers: tuple[Role, ...] = ()
    approvers: tuple[Role, ...] = Field(min_length=1)
    bypass: bool = False


class ApprovalMatrix(Frozen):
    """The rules of all decision points, with the meaning of each exception code.

    Format 6 has every decision point, since format 3 it says who signs communications off, and
    since format 6 who signs reports off;
    running incidents may be pinned to an older one, which has the decision points of its time.
    """

    name: Identifier
    version: Identifier
    format: Literal[1, 2, 3, 4, 5, 6] = 1
    exception_codes: dict[Identifier, Text]
    rules: dict[DecisionKind, DecisionRule]
    communications: dict[Audience, SignOff] = Field(
        default_factory=dict, exclude_if=lambda given: not given
    )
    reports: dict[ReportKind, ReportSignOff] = Field(
        default_factory=dict, exclude_if=lambda given: not given
    )

    @model_validator(mode="after")
    def _is_complete(self) -> ApprovalMatrix:
        wanted = {kind for kind in DecisionKind if _SINCE.get(kind, 1) <= self.format}
        if missing := sorted(wanted - set(self.rules)):
            message = f"no rule for {', '.join(missing)}"
            raise ValueError(message)
        used = {code for rule in self.rules.values() if rule.bypass for code in rule.bypass.codes}
        if undefined := sorted(used - set(self.exception_codes)):
            message = f"exception codes without a meaning: {', '.join(undefined)}"
            raise ValueError(message)
        if self.rules[DecisionKind.BYPASS_RATIFICATION].bypass:
            message = "a ratification cannot itself be bypassed"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _says_who_signs_reports_off(self) -> ApprovalMatrix:
        wanted = set(ReportKind) if self.format >= _REPORTS_FORMAT else set()
        if missing := sorted(wanted - set(self.reports)):
            message = f"nobody signs reports off that are {', '.join(missing)}"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _says_who_signs_off(self) -> ApprovalMatrix:
        wanted = set(Audience) if self.format >= _SIGN_OFF_FORMAT else set()
        if missing := sorted(wanted - set(self.communications)):
            message = f"nobody signs off communications to {', '.join(missing)}"
            raise ValueError(message)
        for audience, sign_off in self.communications.items():
            own = {purpose for purpose in sign_off.standing if purpose not in _UNASKED[audience]}
            if own:
                names = ", ".join(sorted(own))
                message = f"{names} to {audience} cannot leave without an approval of its own"
                raise ValueError(message)
        return self
