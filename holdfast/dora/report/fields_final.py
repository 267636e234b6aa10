"""Fields 4.1 to 4.16: root causes, resolution, and what it has cost."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.dora.report import choices, conditions
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement

__all__ = ["FINAL_FIELDS"]

_LAST = (Requirement.OPTIONAL, Requirement.OPTIONAL, Requirement.MANDATORY)
_LAST_IF = (Requirement.OPTIONAL, Requirement.OPTIONAL, Requirement.CONDITIONAL)
_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_ACCOUNTABLE = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_LAWYERS = (Role.COMPLIANCE, Role.LEGAL)

FINAL_FIELDS = (
    FieldDefinition(
        *("4.1", "High-level root cause", FieldKind.CHOICES, _LAST),
        *("incident.rootCauseHLClassification", _TEAM),
        choices=choices.ROOT_CAUSES,
        help="as the post-incident review has found",
    ),
    FieldDefinition(
        *("4.2", "Detailed root cause", FieldKind.CHOICES, _LAST),
        *("incident.rootCausesDetailedClassification", _TEAM),
        choices=choices.DETAILED_ROOT_CAUSES,
        help="each under a value of 4.1",
    ),
    FieldDefinition(
        *("4.3", "Additional root cause", FieldKind.CHOICES, _LAST),
        *("incident.rootCausesAdditionalClassification", _TEAM),
        choices=choices.ADDITIONAL_ROOT_CAUSES,
        condition=conditions.ADDITIONAL_ROOT_CAUSE,
        help="each under a value of 4.2, of which only four have any; Annex II marks it as"
        " mandatory, its description says when",
    ),
    FieldDefinition(
        *("4.4", "Other root cause", FieldKind.TEXT, _LAST_IF),
        *("incident.rootCausesOther", _TEAM),
        condition=conditions.OTHER_ROOT_CAUSE,
        help="which one it is",
    ),
    FieldDefinition(
        *("4.5", "Information about the root causes", FieldKind.TEXT, _LAST),
        *("incident.rootCausesInformation", _TEAM),
        help="how one thing led to another; of an attack, how and by what way; of recurring"
        " incidents, what they have in common",
    ),
    FieldDefinition(
        *("4.6", "Resolution of the incident", FieldKind.TEXT, _LAST),
        *("incident.incidentResolutionSummary", _TEAM),
        help="what was done for good, and what was learnt in the post-incident review",
    ),
    FieldDefinition(
        *("4.7", "When the root cause was addressed", FieldKind.INSTANT, _LAST),
        *("incident.rootCauseAddressingDateTime", _TEAM),
        help="when what caused it was put right",
    ),
    FieldDefinition(
        *("4.8", "When the incident was resolved", FieldKind.INSTANT, _LAST),
        *("incident.incidentResolutionDateTime", _TEAM),
        help="when it was over for good",
    ),
    FieldDefinition(
        *("4.9", "Permanent resolution against what was planned", FieldKind.TEXT, _LAST),
        *("incident.incidentResolutionVsPlannedImplementation", _TEAM),
        help="why it is at another time than planned, or that it is not; Annex II marks it as"
        " mandatory, though its description says where applicable",
    ),
    FieldDefinition(
        *("4.10", "Risk to critical functions", FieldKind.TEXT, _LAST_IF),
        *("incident.assessmentOfRiskToCriticalFunctions", (*_ACCOUNTABLE, Role.LEGAL)),
        condition=conditions.CRITICAL_FUNCTIONS,
        help="critical functions in the sense of recovery and resolution, not of DORA",
    ),
    FieldDefinition(
        *("4.11", "Information for resolution authorities", FieldKind.TEXT, _LAST_IF),
        *("incident.informationRelevantToResolutionAuthorities", _LAWYERS),
        condition=conditions.RESOLVABILITY,
        help="how it affects the resolvability of the entity or the group",
    ),
    FieldDefinition(
        *("4.12", "Economic impact against its threshold", FieldKind.TEXT, _LAST),
        "incident.classificationTypes[].economicImpactMaterialityThreshold",
        _ACCOUNTABLE,
        help="what was found (2024/1772 Art. 9(6)); the JSON can carry it only where economic"
        " impact is among the criteria of 2.5",
    ),
    FieldDefinition(
        *("4.13", "Gross direct and indirect costs and losses", FieldKind.MONEY, _LAST),
        *("incident.grossAmountIndirectDirectCosts", _ACCOUNTABLE),
        help="in thousands of the reporting currency; recoveries are not taken off",
    ),
    FieldDefinition(
        *("4.14", "Financial recoveries", FieldKind.MONEY, _LAST),
        *("incident.financialRecoveriesAmount", _ACCOUNTABLE),
        help="in thousands of the reporting currency",
    ),
    FieldDefinition(
        *("4.15", "Recurring incidents", FieldKind.TEXT, _LAST_IF),
        *("incident.recurringNonMajorIncidentsDescription", _ACCOUNTABLE),
        condition=conditions.RECURRENCE_TEXT,
        help="which incidents, not major one by one, make up this one, and how many",
    ),
    FieldDefinition(
        *("4.16", "When recurring incidents began", FieldKind.INSTANT, _LAST_IF),
        *("incident.recurringIncidentDate", _ACCOUNTABLE),
        condition=conditions.RECURRENCE_DATE,
        help="the occurrence of the first of them",
    ),
)
"""All of them, in their order."""
