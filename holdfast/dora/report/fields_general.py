"""Fields 1.1 to 1.15: who reports, about whom, and whom to ask."""

from __future__ import annotations

from holdfast.domain.roles import Role
from holdfast.dora.report import choices, conditions
from holdfast.dora.report.definitions import FieldDefinition, FieldKind, Requirement

__all__ = ["GENERAL_FIELDS"]

_ALWAYS = (Requirement.MANDATORY,) * 3
_IF = (Requirement.CONDITIONAL,) * 3
_COMPLIANCE = (Role.COMPLIANCE,)

GENERAL_FIELDS = (
    FieldDefinition(
        *("1.1", "Type of submission", FieldKind.CHOICE, _ALWAYS, "incidentSubmission", ()),
        choices=choices.SUBMISSIONS,
        help="follows from which report it is",
    ),
    FieldDefinition(
        *("1.2", "Name of the entity that submits", FieldKind.TEXT, _ALWAYS),
        *("submittingEntity.name", _COMPLIANCE),
        help="its full legal name",
    ),
    FieldDefinition(
        *("1.3", "Identification code of the entity that submits", FieldKind.CODE, _ALWAYS),
        *("submittingEntity.LEI", _COMPLIANCE),
        help="the LEI; only a third party that submits for an entity may have another code of the"
        " register of information, such as an EUID (it is then `submittingEntity.code`)",
    ),
    FieldDefinition(
        *("1.4", "Type of the financial entity affected", FieldKind.CHOICES, _ALWAYS),
        *("affectedEntity[].affectedEntityType", _COMPLIANCE),
        choices=choices.ENTITY_TYPES,
        help="every type that the entities affected have",
    ),
    FieldDefinition(
        *("1.5", "Name of the financial entity affected", FieldKind.TEXT, _IF),
        *("affectedEntity[].name", _COMPLIANCE),
        condition=conditions.SUBMITTED_FOR_ANOTHER,
        help="in an aggregated report all of them, parted by semicolons, in the order of 1.6",
    ),
    FieldDefinition(
        *("1.6", "LEI of the financial entity affected", FieldKind.LEIS, _IF),
        *("affectedEntity[].LEI", _COMPLIANCE),
        condition=conditions.SUBMITTED_FOR_ANOTHER,
        help="in an aggregated report all of them, parted by semicolons, in the order of 1.5",
    ),
    FieldDefinition(
        *("1.7", "Name of the first contact", FieldKind.TEXT, _ALWAYS, "primaryContact.name", ()),
        help="a contact of the directory, put in when the report is written",
    ),
    FieldDefinition(
        *("1.8", "E-mail address of the first contact", FieldKind.MAIL, _ALWAYS),
        *("primaryContact.email", ()),
        help="a contact of the directory, put in when the report is written",
    ),
    FieldDefinition(
        *("1.9", "Telephone number of the first contact", FieldKind.PHONE, _ALWAYS),
        *("primaryContact.phone", ()),
        help="with the international prefix; a contact of the directory",
    ),
    FieldDefinition(
        *("1.10", "Name of the second contact", FieldKind.TEXT, _ALWAYS),
        *("secondaryContact.name", ()),
        help="a person or a team, in every report; a contact of the directory",
    ),
    FieldDefinition(
        *("1.11", "E-mail address of the second contact", FieldKind.MAIL, _ALWAYS),
        *("secondaryContact.email", ()),
        help="of a person or a functional mailbox; a contact of the directory",
    ),
    FieldDefinition(
        *("1.12", "Telephone number of the second contact", FieldKind.PHONE, _ALWAYS),
        *("secondaryContact.phone", ()),
        help="with the international prefix; a contact of the directory",
    ),
    FieldDefinition(
        *("1.13", "Name of the ultimate parent undertaking", FieldKind.TEXT, _IF),
        *("ultimateParentUndertaking.name", _COMPLIANCE),
        condition=conditions.PARENT_NAME,
        help="of the group to which the entity affected belongs",
    ),
    FieldDefinition(
        *("1.14", "LEI of the ultimate parent undertaking", FieldKind.LEI, _IF),
        *("ultimateParentUndertaking.LEI", _COMPLIANCE),
        condition=conditions.PARENT_LEI,
        help="of the group to which the entity affected belongs",
    ),
    FieldDefinition(
        *("1.15", "Reporting currency", FieldKind.CURRENCY, _ALWAYS, "reportCurrency", _COMPLIANCE),
        help="any code of ISO 4217; an authority's JSON may take fewer",
    ),
)
"""All of them, in their order."""
