"""Fields 3.1 to 3.17: when it happened, whom it has hit, and for how long."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.dora.report import choices, conditions
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement

__all__ = ["IMPACT_FIELDS"]

_LATER = (Requirement.OPTIONAL, Requirement.MANDATORY, Requirement.MANDATORY)
_LATER_IF = (Requirement.OPTIONAL, Requirement.CONDITIONAL, Requirement.CONDITIONAL)
_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_ACCOUNTABLE = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_ASSETS = "impactAssessment.affectedAssets"
_SERVICE = "impactAssessment.serviceImpact"
_CRITERIA = "incident.classificationTypes[]"

IMPACT_FIELDS = (
    FieldDefinition(
        *("3.1", "Reference of the incident at the competent authority", FieldKind.TEXT, _LATER_IF),
        *("incident.competentAuthorityCode", (Role.COMPLIANCE,)),
        condition=conditions.AUTHORITY_REFERENCE,
        help="as its receipt has it",
    ),
    FieldDefinition(
        *("3.2", "When the incident occurred", FieldKind.INSTANT, _LATER),
        *("incident.incidentOccurrenceDateTime", _TEAM),
        help="of recurring incidents the last",
    ),
    FieldDefinition(
        *("3.3", "When services or activities were recovered", FieldKind.INSTANT, _LATER_IF),
        *(f"{_SERVICE}.serviceRestorationDateTime", _TEAM),
        condition=conditions.RECOVERY,
        help="to the level of before the incident",
    ),
    FieldDefinition(
        *("3.4", "Number of clients affected", FieldKind.COUNT, _LATER),
        *(f"{_ASSETS}.affectedClients.number", _ACCOUNTABLE),
        help="of all affected services together; 0 where there are none",
    ),
    FieldDefinition(
        *("3.5", "Percentage of clients affected", FieldKind.PERCENT, _LATER),
        *(f"{_ASSETS}.affectedClients.percentage", _ACCOUNTABLE),
        help="of all clients that use the affected services",
    ),
    FieldDefinition(
        *("3.6", "Number of financial counterparts affected", FieldKind.COUNT, _LATER),
        *(f"{_ASSETS}.affectedFinancialCounterparts.number", _ACCOUNTABLE),
        help="of all affected services together; 0 where there are none",
    ),
    FieldDefinition(
        *("3.7", "Percentage of financial counterparts affected", FieldKind.PERCENT, _LATER),
        *(f"{_ASSETS}.affectedFinancialCounterparts.percentage", _ACCOUNTABLE),
        help="of all counterparts that use the affected services",
    ),
    FieldDefinition(
        *("3.8", "Impact on relevant clients or counterparts", FieldKind.YES_NO, _LATER_IF),
        *("impactAssessment.hasImpactOnRelevantClients", _ACCOUNTABLE),
        condition=conditions.RELEVANT_CLIENTS,
        help="whether one that the entity holds to be relevant is hit",
    ),
    FieldDefinition(
        *("3.9", "Number of transactions affected", FieldKind.COUNT, _LATER_IF),
        *(f"{_ASSETS}.affectedTransactions.number", _ACCOUNTABLE),
        condition=conditions.TRANSACTIONS,
        help="those with an amount of money and a part in the Union",
    ),
    FieldDefinition(
        *("3.10", "Percentage of transactions affected", FieldKind.PERCENT, _LATER_IF),
        *(f"{_ASSETS}.affectedTransactions.percentage", _ACCOUNTABLE),
        condition=conditions.TRANSACTIONS,
        help="of the daily average of the affected services; over several days it may be above"
        " 100, which the JSON writes as 100",
    ),
    FieldDefinition(
        *("3.11", "Value of transactions affected", FieldKind.MONEY, _LATER_IF),
        *(f"{_ASSETS}.valueOfAffectedTransactions", _ACCOUNTABLE),
        condition=conditions.TRANSACTIONS,
        help="in thousands of the reporting currency",
    ),
    FieldDefinition(
        *("3.12", "Whether 3.4 to 3.11 are actual or estimated", FieldKind.CHOICES, _LATER),
        *(f"{_ASSETS}.numbersActualEstimate", _ACCOUNTABLE),
        choices=choices.FIGURE_QUALITIES,
        help="one each for clients, counterparts and transactions",
    ),
    FieldDefinition(
        *("3.13", "Reputational impact", FieldKind.CHOICES, _LATER_IF),
        *(f"{_CRITERIA}.reputationalImpactType", _ACCOUNTABLE),
        choices=choices.REPUTATIONAL_IMPACTS,
        condition=conditions.REPUTATION,
        help="each kind that applies",
    ),
    FieldDefinition(
        *("3.14", "Context of the reputational impact", FieldKind.TEXT, _LATER_IF),
        *(f"{_CRITERIA}.reputationalImpactDescription", _ACCOUNTABLE),
        condition=conditions.REPUTATION,
        help="which media and how far they reach, how many complaints, which rules are broken, what"
        " the entity has said itself",
    ),
    FieldDefinition(
        *("3.15", "Duration of the incident", FieldKind.DURATION, _LATER),
        *("incident.incidentDuration", _TEAM),
        help="from occurrence, or else detection, to resolution; estimated as long as it goes on;"
        " in an aggregated report the longest",
    ),
    FieldDefinition(
        *("3.16", "Service downtime", FieldKind.DURATION, _LATER_IF),
        *(f"{_SERVICE}.serviceDowntime", _TEAM),
        condition=conditions.DOWNTIME,
        help="until services, and what they delayed, were as before; of several the longest",
    ),
    FieldDefinition(
        *("3.17", "Whether 3.15 and 3.16 are actual or estimated", FieldKind.CHOICE, _LATER_IF),
        *("informationDurationServiceDowntimeActualOrEstimate", _TEAM),
        choices=choices.TIME_QUALITIES,
        condition=conditions.DURATION,
        help="authorities are said to expect it in every intermediate and final report",
    ),
)
"""All of them, in their order."""
