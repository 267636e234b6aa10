"""Fields 2.1 to 2.10: what the initial notification says of the incident."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.dora.report import choices, conditions
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement

__all__ = ["INITIAL_FIELDS"]

_ALWAYS = (Requirement.MANDATORY,) * 3
_IF = (Requirement.CONDITIONAL,) * 3
_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_ACCOUNTABLE = (Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_CRITERIA = "incident.classificationTypes[]"

INITIAL_FIELDS = (
    FieldDefinition(
        *("2.1", "Reference of the incident at the financial entity", FieldKind.REFERENCE),
        *(_ALWAYS, "incident.financialEntityCode", ()),
        help="unique; in an aggregated report the third party's; it is the number of the incident",
    ),
    FieldDefinition(
        *("2.2", "When the incident was detected", FieldKind.INSTANT, _ALWAYS),
        *("incident.detectionDateTime", _ACCOUNTABLE),
        help="when the entity became aware of it; of recurring incidents the last",
    ),
    FieldDefinition(
        *("2.3", "When the incident was classified as major", FieldKind.INSTANT, _ALWAYS),
        *("incident.classificationDateTime", _ACCOUNTABLE),
        help="when it was found to be major first",
    ),
    FieldDefinition(
        *("2.4", "Description of the incident", FieldKind.TEXT, _ALWAYS),
        *("incident.incidentDescription", _TEAM),
        help="what happened, supposed causes, immediate impact, systems; other entities and"
        " providers that are hit, with their codes; in later reports the internal severity and the"
        " highest body that has decided; for readers from outside",
    ),
    FieldDefinition(
        *("2.5", "Classification criteria that triggered the report", FieldKind.CHOICES, _ALWAYS),
        *(f"{_CRITERIA}.classificationCriterion", _ACCOUNTABLE),
        choices=choices.CRITERIA,
        help="each criterion that is met: critical services, and what made the incident major",
    ),
    FieldDefinition(
        *("2.6", "Member States that are hit", FieldKind.CHOICES, _IF),
        *(f"{_CRITERIA}.countryCodeMaterialityThresholds", _ACCOUNTABLE),
        choices=choices.MEMBER_STATE_CODES,
        condition=conditions.GEOGRAPHY,
        help="other states of the European Economic Area with impact; without the entity's own, as"
        " authorities are said to want it",
    ),
    FieldDefinition(
        *("2.7", "How the incident was discovered", FieldKind.CHOICE, _ALWAYS),
        *("incident.incidentDiscovery", _TEAM),
        choices=choices.DISCOVERIES,
        help="by whom or what it was noticed first",
    ),
    FieldDefinition(
        *("2.8", "Origin at a third party or another financial entity", FieldKind.TEXT, _IF),
        *("incident.originatesFromThirdPartyProvider", (*_TEAM, Role.VENDOR_MANAGER)),
        condition=conditions.THIRD_PARTY_ORIGIN,
        help="a line for each: legal name;code;LEI or EUID;more; empty without a third party",
    ),
    FieldDefinition(
        *("2.9", "Business continuity plan activated", FieldKind.YES_NO, _ALWAYS),
        *("incident.isBusinessContinuityActivated", _ACCOUNTABLE),
        help="whether one was activated formally",
    ),
    FieldDefinition(
        *("2.10", "Other information", FieldKind.TEXT, _IF),
        *("incident.otherInformation", _ACCOUNTABLE),
        condition=conditions.OTHER_INFORMATION,
        help="in a reclassification, why the criteria were met at no time; in a delay notice, why"
        " the report is late",
    ),
)
"""All of them, in their order."""
