"""The kinds of policies that there are, by name, and the model that each has to fit."""

from __future__ import annotations

from pydantic import BaseModel

from holdfast.domain.alert_intake import AlertIntakePolicy
from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.communication.stakeholders import STAKEHOLDERS, StakeholderDirectory
from holdfast.domain.communication.templates import COMMUNICATIONS, CommunicationsPolicy
from holdfast.domain.drills.policy import DRILLS, DrillsPolicy
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.playbooks.policy import PLAYBOOKS, PlaybooksPolicy
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    RecoveryPolicy,
)
from holdfast.domain.remediation.policy import REMEDIATION, RemediationPolicy
from holdfast.domain.reporting.policy import REPORTING, ReportingPolicy
from holdfast.domain.retention import RETENTION, RetentionPolicy
from holdfast.domain.severity import SeverityTree
from holdfast.domain.third_party.policy import THIRD_PARTIES, ThirdPartyPolicy
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.register import Register

__all__ = ["ALERT_INTAKE", "INCIDENT_POLICIES", "NEWEST_FORMATS", "POLICY_KINDS", "TRIED_KINDS"]

ALERT_INTAKE = "alert-intake"

INCIDENT_POLICIES: dict[str, type[BaseModel]] = {
    APPROVAL_MATRIX: ApprovalMatrix,
    DORA_CLASSIFICATION: ClassificationPolicy,
    ESCALATION: EscalationPolicy,
    PLAYBOOKS: PlaybooksPolicy,
    RECOVERY: RecoveryPolicy,
    REGISTER: Register,
    REMEDIATION: RemediationPolicy,
    REPORTING: ReportingPolicy,
    SEVERITY_TREE: SeverityTree,
}
"""What every incident is pinned to, in the order of names."""

POLICY_KINDS: dict[str, type[BaseModel]] = {
    **INCIDENT_POLICIES,
    ALERT_INTAKE: AlertIntakePolicy,
    COMMUNICATIONS: CommunicationsPolicy,
    DRILLS: DrillsPolicy,
    RETENTION: RetentionPolicy,
    STAKEHOLDERS: StakeholderDirectory,
    THIRD_PARTIES: ThirdPartyPolicy,
}
"""All kinds: beside those of incidents, what this installation as a whole is run by."""

NEWEST_FORMATS = {APPROVAL_MATRIX: 6, COMMUNICATIONS: 2, SEVERITY_TREE: 2}
"""The format of what is published from now on; the others have but one, number 1."""

TRIED_KINDS = frozenset(INCIDENT_POLICIES) - {PLAYBOOKS, REMEDIATION, REPORTING}
"""Kinds of which past incidents can say what a candidate would have changed."""
