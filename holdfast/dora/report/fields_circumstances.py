"""Fields 3.18 to 3.35: where and what it has hit, of which kind it is, and what was done."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.dora.report import choices, conditions
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement

__all__ = ["CIRCUMSTANCE_FIELDS"]

_LATER = (Requirement.OPTIONAL, Requirement.MANDATORY, Requirement.MANDATORY)
_LATER_IF = (Requirement.OPTIONAL, Requirement.CONDITIONAL, Requirement.CONDITIONAL)
_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_ACCOUNTABLE = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_CRITERIA = "incident.classificationTypes[]"
_TYPE = "incident.incidentType"
_IMPACT = "impactAssessment"

CIRCUMSTANCE_FIELDS = (
    FieldDefinition(
        *("3.18", "Kinds of impact in other Member States", FieldKind.CHOICES, _LATER_IF),
        *(f"{_CRITERIA}.memberStatesImpactType", _ACCOUNTABLE),
        choices=choices.IMPACTS_ELSEWHERE,
        condition=conditions.GEOGRAPHY,
        help="each kind that applies",
    ),
    FieldDefinition(
        *("3.19", "How other Member States are hit", FieldKind.TEXT, _LATER_IF),
        *(f"{_CRITERIA}.memberStatesImpactTypeDescription", _ACCOUNTABLE),
        condition=conditions.GEOGRAPHY,
        help="by Member State and by kind of impact",
    ),
    FieldDefinition(
        *("3.20", "Data losses: what of the data is affected", FieldKind.CHOICES, _LATER_IF),
        *(f"{_CRITERIA}.dataLosseMaterialityThresholds", _TEAM),
        choices=choices.DATA_PROPERTIES,
        condition=conditions.DATA_LOSSES,
        help="each that applies",
    ),
    FieldDefinition(
        *("3.21", "Description of the data losses", FieldKind.TEXT, _LATER_IF),
        *(f"{_CRITERIA}.dataLossesDescription", _TEAM),
        condition=conditions.DATA_LOSSES,
        help="whose data they are, and what that does to business and to duties by law",
    ),
    FieldDefinition(
        *("3.22", "Critical services affected", FieldKind.TEXT, _LATER),
        *(f"{_IMPACT}.criticalServicesAffected", _ACCOUNTABLE),
        help="which critical or important functions, supervised services or systems are hit",
    ),
    FieldDefinition(
        *("3.23", "Type of incident", FieldKind.CHOICES, _LATER),
        *(f"{_TYPE}.incidentClassification", _TEAM),
        choices=choices.INCIDENT_TYPES,
        help="each that applies",
    ),
    FieldDefinition(
        *("3.24", "Other type of incident", FieldKind.TEXT, _LATER_IF),
        *(f"{_TYPE}.otherIncidentClassification", _TEAM),
        condition=conditions.OTHER_INCIDENT,
        help="which one it is",
    ),
    FieldDefinition(
        *("3.25", "Threats and techniques of the attacker", FieldKind.CHOICES, _LATER_IF),
        *(f"{_TYPE}.threatTechniques", _TEAM),
        choices=choices.TECHNIQUES,
        condition=conditions.CYBERSECURITY,
        help="each that applies",
    ),
    FieldDefinition(
        *("3.26", "Other techniques", FieldKind.TEXT, _LATER_IF),
        *(f"{_TYPE}.otherThreatTechniques", _TEAM),
        condition=conditions.OTHER_TECHNIQUE,
        help="which ones they are",
    ),
    FieldDefinition(
        *("3.27", "Functional areas and business processes affected", FieldKind.TEXT, _LATER),
        *(f"{_IMPACT}.affectedFunctionalAreas", _ACCOUNTABLE),
        help="Annex II has a list of areas and processes, which is not closed",
    ),
    FieldDefinition(
        *("3.28", "Infrastructure components affected", FieldKind.CHOICE, _LATER),
        *(f"{_IMPACT}.isAffectedInfrastructureComponents", _TEAM),
        choices=choices.YES_NO_UNKNOWN,
        help="those that support business processes",
    ),
    FieldDefinition(
        *("3.29", "Description of the infrastructure components", FieldKind.TEXT, _LATER_IF),
        *(f"{_IMPACT}.affectedInfrastructureComponents", _TEAM),
        condition=conditions.COMPONENTS,
        help="which and which version, run by whom, shared with what, how made resilient",
    ),
    FieldDefinition(
        *("3.30", "Impact on the financial interests of clients", FieldKind.CHOICE, _LATER),
        *(f"{_IMPACT}.isImpactOnFinancialInterest", _ACCOUNTABLE),
        choices=choices.YES_NO_UNKNOWN,
        help="yes also means that clients have to be told without undue delay (DORA Art. 19(3))",
    ),
    FieldDefinition(
        *("3.31", "Reporting to other authorities", FieldKind.CHOICES, _LATER),
        *("reportingToOtherAuthorities", (Role.COMPLIANCE, Role.LEGAL)),
        choices=choices.AUTHORITIES,
        help="which have been told of the incident",
    ),
    FieldDefinition(
        *("3.32", "Which other authorities", FieldKind.TEXT, _LATER_IF),
        *("reportingToOtherAuthoritiesOther", (Role.COMPLIANCE, Role.LEGAL)),
        condition=conditions.OTHER_AUTHORITY,
        help="their names",
    ),
    FieldDefinition(
        *("3.33", "Temporary actions to recover", FieldKind.YES_NO, _LATER),
        *(f"{_IMPACT}.serviceImpact.isTemporaryActionsMeasuresForRecovery", _TEAM),
        help="whether any was taken or is planned",
    ),
    FieldDefinition(
        *("3.34", "Description of the temporary actions", FieldKind.TEXT, _LATER_IF),
        *(f"{_IMPACT}.serviceImpact.descriptionOfTemporaryActionsMeasuresForRecovery", _TEAM),
        condition=conditions.TEMPORARY_ACTIONS,
        help="what, since when, and when the primary site is expected back; Annex II also asks why"
        " none was taken, though the field is not mandatory then",
    ),
    FieldDefinition(
        *("3.35", "Indicators of compromise", FieldKind.TEXT, _LATER_IF),
        *(f"{_TYPE}.indicatorsOfCompromise", _TEAM),
        condition=conditions.CYBERSECURITY,
        help="addresses, domains, hashes and the like, or that there are none; Annex II asks for"
        " them where relevant, of entities in scope of Directive (EU) 2022/2555",
    ),
)
"""All of them, in their order."""
