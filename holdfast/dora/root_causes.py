"""Root causes as the final report wants them: fields 4.1 to 4.4 of (EU) 2025/302, Annex II.

4.2 names children of 4.1, and 4.3 children of 4.2, of which only four have any. What is `other` is
told in words (4.4).
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from holdfast.domain.values import Frozen, Text

__all__ = [
    "ADDITIONAL_CAUSES",
    "PARENTS",
    "AdditionalCause",
    "CauseCategory",
    "DetailedCause",
    "RootCause",
    "lacking",
]


class CauseCategory(StrEnum):
    """Field 4.1: the high-level root cause."""

    MALICIOUS_ACTIONS = "malicious_actions"
    PROCESS_FAILURE = "process_failure"
    SYSTEM_FAILURE = "system_failure_malfunction"
    HUMAN_ERROR = "human_error"
    EXTERNAL_EVENT = "external_event"


class DetailedCause(StrEnum):
    """Field 4.2: the detailed root cause."""

    INTERNAL_ACTIONS = "malicious_actions_deliberate_internal_actions"
    PHYSICAL_DAMAGE_BY_INTENT = "malicious_actions_deliberate_physical_damage_manipulation_theft"
    FRAUDULENT_ACTIONS = "malicious_actions_fraudulent_actions"
    MONITORING_AND_CONTROL = (
        "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control"
    )
    ROLES_AND_RESPONSIBILITIES = "process_failure_insufficient_unclear_roles_and_responsibilities"
    RISK_MANAGEMENT = "process_failure_ICT_risk_management_process_failure"
    OPERATIONS = (
        "process_failure_insufficient_or_failure_of_ict_operations_and_ict_security_operations"
    )
    PROJECT_MANAGEMENT = "process_failure_insufficient_or_failure_of_ict_project_management"
    INTERNAL_POLICIES = (
        "process_failure_inadequacy_of_internal_policies_procedures_and_documentation"
    )
    DEVELOPMENT = "process_failure_inadequate_ict_systems_acquisition_development_and_maintenance"
    PROCESS_OTHER = "process_failure_other"
    HARDWARE_CAPACITY = "system_failure_hardware_capacity_and_performance"
    HARDWARE_MAINTENANCE = "system_failure_hardware_maintenance"
    HARDWARE_AGEING = "system_failure_hardware_obsolescence_ageing"
    SOFTWARE_CONFIGURATION = "system_failure_software_compatibility_configuration"
    SOFTWARE_PERFORMANCE = "system_failure_software_performance"
    NETWORK_CONFIGURATION = "system_failure_network_configuration"
    PHYSICAL_DAMAGE = "system_failure_physical_damage"
    SYSTEM_OTHER = "system_failure_other"
    OMISSION = "human_error_omission"
    MISTAKE = "human_error_mistake"
    SKILLS = "human_error_skills_knowledge"
    HUMAN_RESOURCES = "human_error_inadequate_human_resources"
    MISCOMMUNICATION = "human_error_miscommunication"
    HUMAN_OTHER = "human_error_other"
    FORCE_MAJEURE = "external_event_natural_disasters_force_majeure"
    THIRD_PARTY_FAILURES = "external_event_third-party_failures"
    EXTERNAL_OTHER = "external_event_other"


class AdditionalCause(StrEnum):
    """Field 4.3: the additional root cause."""

    POLICY_ADHERENCE = "monitoring_of_policy_adherence"
    THIRD_PARTIES = "monitoring_of_third-party_service_providers"
    REMEDIATION_OF_VULNERABILITIES = "monitoring_and_verification_of_remediation_of_vulnerabilities"
    IDENTITY_AND_ACCESS = "identity_and_access_management"
    ENCRYPTION = "encryption_and_cryptography"
    LOGGING = "logging"
    RISK_TOLERANCE = "failure_in_specifying_accurate_risk_tolerance_levels"
    VULNERABILITY_ASSESSMENTS = "insufficient_vulnerability_and_threat_assessments"
    RISK_TREATMENT = "inadequate_risk_treatment_measures"
    RESIDUAL_RISKS = "poor_management_of_residual_ict_risks"
    PATCH_MANAGEMENT = "vulnerability_and_patch_management"
    CHANGE_MANAGEMENT = "change_management"
    CAPACITY_MANAGEMENT = "capacity_and_performance_management"
    ASSET_MANAGEMENT = "ict_asset_management_and_information_classification"
    BACKUP_AND_RESTORE = "backup_and_restore"
    ERROR_HANDLING = "error_handling"
    ACQUISITION_AND_DEVELOPMENT = "inadequate_ict_systems_acquisition_development_and_maintenance"
    SOFTWARE_TESTING = "insufficient_or_failure_of_software_testing"


_PREFIXES = {
    CauseCategory.MALICIOUS_ACTIONS: "malicious_actions_",
    CauseCategory.PROCESS_FAILURE: "process_failure_",
    CauseCategory.SYSTEM_FAILURE: "system_failure_",
    CauseCategory.HUMAN_ERROR: "human_error_",
    CauseCategory.EXTERNAL_EVENT: "external_event_",
}

PARENTS: dict[DetailedCause, CauseCategory] = {
    detail: category
    for detail in DetailedCause
    for category, prefix in _PREFIXES.items()
    if detail.startswith(prefix)
}
"""Under which value of 4.1 each value of 4.2 belongs."""

ADDITIONAL_CAUSES: dict[DetailedCause, tuple[AdditionalCause, ...]] = {
    DetailedCause.MONITORING_AND_CONTROL: (
        AdditionalCause.POLICY_ADHERENCE,
        AdditionalCause.THIRD_PARTIES,
        AdditionalCause.REMEDIATION_OF_VULNERABILITIES,
        AdditionalCause.IDENTITY_AND_ACCESS,
        AdditionalCause.ENCRYPTION,
        AdditionalCause.LOGGING,
    ),
    DetailedCause.RISK_MANAGEMENT: (
        AdditionalCause.RISK_TOLERANCE,
        AdditionalCause.VULNERABILITY_ASSESSMENTS,
        AdditionalCause.RISK_TREATMENT,
        AdditionalCause.RESIDUAL_RISKS,
    ),
    DetailedCause.OPERATIONS: (
        AdditionalCause.PATCH_MANAGEMENT,
        AdditionalCause.CHANGE_MANAGEMENT,
        AdditionalCause.CAPACITY_MANAGEMENT,
        AdditionalCause.ASSET_MANAGEMENT,
        AdditionalCause.BACKUP_AND_RESTORE,
        AdditionalCause.ERROR_HANDLING,
    ),
    DetailedCause.DEVELOPMENT: (
        AdditionalCause.ACQUISITION_AND_DEVELOPMENT,
        AdditionalCause.SOFTWARE_TESTING,
    ),
}
"""The values of 4.2 that need more detail, each with the values of 4.3 that give it."""

_OTHERS = frozenset(detail for detail in DetailedCause if detail.endswith("_other"))


class RootCause(Frozen):
    """One root cause: its values of 4.1 and 4.2, those of 4.3 where there are any, and 4.4.

    What contradicts itself cannot be made; what is still missing `lacking` says.

    Raises:
        ValueError: a value belongs under another parent, is there twice, or words are given for a
            cause that has a name; says which.
    """

    category: CauseCategory
    detail: DetailedCause
    additional: tuple[AdditionalCause, ...] = Field(default=(), max_length=len(AdditionalCause))
    other: Text | None = None
    """What it was, where `detail` is an `other` (field 4.4)."""

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        parent, known = PARENTS[self.detail], ADDITIONAL_CAUSES.get(self.detail, ())
        if parent is not self.category:
            message = f"'{self.detail}' belongs under '{parent}', not under '{self.category}'"
            raise ValueError(message)
        if wrong := [each for each in self.additional if each not in known]:
            may_be = ", ".join(known) or "none"
            message = f"'{wrong[0]}' does not belong under '{self.detail}': of 4.3 it has {may_be}"
            raise ValueError(message)
        if len(set(self.additional)) < len(self.additional):
            message = f"the same value of 4.3 stands twice under '{self.detail}'"
            raise ValueError(message)
        if self.other is not None and self.detail not in _OTHERS:
            message = f"'{self.detail}' has a name: say more in the words about the root cause"
            raise ValueError(message)
        return self


def lacking(causes: Iterable[RootCause]) -> tuple[str, ...]:
    """What the report would miss in these root causes; empty where nothing is missing."""
    found = tuple(causes)
    if not found:
        return ("root_causes: name at least one (fields 4.1 and 4.2)",)
    named = [cause.detail for cause in found]
    twice = dict.fromkeys(detail for detail in named if named.count(detail) > 1)
    return (
        *(f"root_causes: '{detail}' stands there twice" for detail in twice),
        *(each for cause in found for each in _lacking(cause)),
    )


def _lacking(cause: RootCause) -> Iterable[str]:
    if cause.detail in ADDITIONAL_CAUSES and not cause.additional:
        known = ", ".join(ADDITIONAL_CAUSES[cause.detail])
        yield f"root_causes: '{cause.detail}' needs a value of field 4.3, one of {known}"
    if cause.detail in _OTHERS and cause.other is None:
        yield f"root_causes: say in `other` what '{cause.detail}' was (field 4.4)"
