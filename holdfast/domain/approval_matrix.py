"""The approval matrix: who may take which decision, how, until when, and what bypasses that."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from holdfast.domain.clocks import Schedule
from holdfast.domain.roles import Role
from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen, Identifier, Line, Text, Token

__all__ = ["ApprovalMatrix", "Bypass", "DataField", "DecisionKind", "DecisionRule", "Option"]


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


_OF_FORMAT_2 = frozenset(
    {
        DecisionKind.CLASSIFICATION_CONFIRMATION,
        DecisionKind.CLASSIFICATION_REVERSAL,
        DecisionKind.POLICY_REPINNING,
        DecisionKind.RECURRENCE_CONFIRMATION,
    }
)
"""Decision points that matrices of format 1 do not know: incidents pinned to one have none."""


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


class ApprovalMatrix(Frozen):
    """The rules of all decision points, with the meaning of each exception code.

    Format 2 has every decision point; format 1, to which running incidents may be pinned, has those
    of the first release.
    """

    name: Identifier
    version: Identifier
    format: Literal[1, 2] = 1
    exception_codes: dict[Identifier, Text]
    rules: dict[DecisionKind, DecisionRule]

    @model_validator(mode="after")
    def _is_complete(self) -> ApprovalMatrix:
        wanted = set(DecisionKind) - (_OF_FORMAT_2 if self.format == 1 else frozenset())
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
