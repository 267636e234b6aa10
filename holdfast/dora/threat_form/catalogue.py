"""The 20 fields of the form (Implementing Regulation (EU) 2025/302, Annex III and IV)."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.domain.roles import Role
from holdfast.dora.register.codes import is_lei
from holdfast.dora.report.choices import CRITERIA, ENTITY_TYPES
from holdfast.dora.report.definitions import Condition, FieldKind, Requirement, Values, by_people

__all__ = ["THREAT_CONTACT_FIELDS", "THREAT_FIELDS", "ThreatField", "threat_field"]

_ALWAYS, _IF = Requirement.MANDATORY, Requirement.CONDITIONAL
_TEAM = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE)
_COMPLIANCE = (Role.COMPLIANCE,)
_NOBODY: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class ThreatField:
    """One field of the form, and where the authorities' JSON (`DORA_CYB` 1.2.0) has it."""

    number: str
    label: str
    kind: FieldKind
    requirement: Requirement
    json_path: str
    roles: tuple[Role, ...]
    """Who can supply it; empty where the register or the directory has it."""
    choices: tuple[str, ...] = ()
    condition: Condition | None = None
    help: str = ""

    @property
    def condition_words(self) -> str | None:
        """Its condition in words; None where it has none."""
        return self.condition.words if self.condition else None

    def needed(self, values: Values) -> bool:
        """Whether a notification must have it, beside these values."""
        return self.condition is None or self.condition.holds(values)


def _for_another(values: Values) -> bool:
    """Whether the submitter is another than the entity, as far as the form shows it."""
    code, lei = values.get("2"), values.get("5")
    if isinstance(code, str) and not is_lei(code):
        return True
    if code is not None and lei is not None:
        return lei != code
    names = values.get("1"), values.get("4")
    return None not in names and names[0] != names[1]


_OTHER_SUBMITTER = Condition("the entity is another than the one that submits", _for_another)
_AVAILABLE = by_people("it is available")

THREAT_FIELDS: dict[str, ThreatField] = {
    field.number: field
    for field in (
        ThreatField(
            *("1", "Name of the entity that submits", FieldKind.TEXT, _ALWAYS),
            *("submittingEntity.name", _COMPLIANCE),
            help="its full legal name",
        ),
        ThreatField(
            *("2", "Identification code of the entity that submits", FieldKind.CODE, _ALWAYS),
            *("submittingEntity.LEI", _COMPLIANCE),
            help="the LEI; a third party that submits for an entity may have another code (it is"
            " then `submittingEntity.code`)",
        ),
        ThreatField(
            *("3", "Type of the financial entity", FieldKind.CHOICES, _IF),
            *("submittingEntity.typeOfSubmittingFinancialEntity", _COMPLIANCE),
            choices=ENTITY_TYPES,
            condition=_OTHER_SUBMITTER,
            help="every type that it has",
        ),
        ThreatField(
            *("4", "Name of the financial entity", FieldKind.TEXT, _IF),
            *("affectedFinancialEntity.name", _COMPLIANCE),
            condition=_OTHER_SUBMITTER,
            help="its full legal name",
        ),
        ThreatField(
            *("5", "LEI of the financial entity", FieldKind.LEI, _IF),
            *("affectedFinancialEntity.LEI", _COMPLIANCE),
            condition=_OTHER_SUBMITTER,
        ),
        ThreatField(
            *("6", "Name of the first contact", FieldKind.TEXT, _ALWAYS),
            *("primaryContact.name", _NOBODY),
        ),
        ThreatField(
            *("7", "E-mail address of the first contact", FieldKind.MAIL, _ALWAYS),
            *("primaryContact.email", _NOBODY),
        ),
        ThreatField(
            *("8", "Telephone number of the first contact", FieldKind.PHONE, _ALWAYS),
            *("primaryContact.phone", _NOBODY),
            help="with the international prefix",
        ),
        ThreatField(
            *("9", "Name of the second contact", FieldKind.TEXT, _IF),
            *("secondaryContact.name", _NOBODY),
            condition=_AVAILABLE,
            help="a person or a team; unlike in reports of incidents it is not mandatory",
        ),
        ThreatField(
            *("10", "E-mail address of the second contact", FieldKind.MAIL, _IF),
            *("secondaryContact.email", _NOBODY),
            condition=_AVAILABLE,
        ),
        ThreatField(
            *("11", "Telephone number of the second contact", FieldKind.PHONE, _IF),
            *("secondaryContact.phone", _NOBODY),
            condition=_AVAILABLE,
            help="with the international prefix",
        ),
        ThreatField(
            *("12", "When the threat was detected", FieldKind.INSTANT, _ALWAYS),
            *("cyberThreat.detectionDateTime", _TEAM),
            help="when the entity became aware of it",
        ),
        ThreatField(
            *("13", "Description of the threat", FieldKind.TEXT, _ALWAYS),
            *("cyberThreat.cyberThreatDescription", _TEAM),
            help="its main features, risks and vulnerabilities that can be exploited, how likely"
            " it is to materialise, and who says so",
        ),
        ThreatField(
            *("14", "Potential impact", FieldKind.TEXT, _ALWAYS),
            *("cyberThreat.potentialImpactInformation", _TEAM),
            help="on the entity, its clients and counterparts, if it materialised",
        ),
        ThreatField(
            *("15", "Criteria that it would meet", FieldKind.CHOICES, _ALWAYS),
            *("cyberThreat.potentialClassificationCriteria", _TEAM),
            choices=CRITERIA,
            help="each criterion that would have triggered a report, if it had materialised",
        ),
        ThreatField(
            *("16", "Status of the threat", FieldKind.CHOICE, _ALWAYS),
            *("cyberThreat.status", _TEAM),
            choices=("active", "inactive"),
            help="active also if it is so elsewhere only",
        ),
        ThreatField(
            *("17", "Actions taken against it", FieldKind.TEXT, _ALWAYS),
            *("cyberThreat.actionsTakenToPreventMaterialisation", _TEAM),
            help="what was done so that it does not materialise",
        ),
        ThreatField(
            *("18", "Notification of others", FieldKind.TEXT, _IF),
            *("cyberThreat.notificationToOtherStakeholders", _COMPLIANCE),
            condition=by_people("other financial entities or authorities were told"),
            help="who was told",
        ),
        ThreatField(
            *("19", "Indicators of compromise", FieldKind.TEXT, _IF),
            *("cyberThreat.indicatorsOfCompromise", _TEAM),
            condition=_AVAILABLE,
            help="addresses, domains, hashes and the like",
        ),
        ThreatField(
            *("20", "Other information", FieldKind.TEXT, _IF),
            *("cyberThreat.otherRelevantInformation", _TEAM),
            condition=by_people("there is more to tell"),
        ),
    )
}
"""By number, in the order of the form."""

THREAT_CONTACT_FIELDS = ("6", "7", "8", "9", "10", "11")
"""What is put in only when the form is written: it names people."""


def threat_field(number: str) -> ThreatField:
    """The field of that number.

    Raises:
        KeyError: the form has no such field; names it.
    """
    try:
        return THREAT_FIELDS[number]
    except KeyError:
        message = f"Annex III to Implementing Regulation (EU) 2025/302 has no field {number}"
        raise KeyError(message) from None
