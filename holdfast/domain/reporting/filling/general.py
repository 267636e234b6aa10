"""Fields 1.1 to 1.15 and 2.1: who reports, about whom, whom to ask, and under which reference."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.domain.reporting.filling.building import known
from holdfast.domain.reporting.filling.sources import FillSources, Wanted
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import EntityRules
from holdfast.dora.register import LegalEntity
from holdfast.dora.report.content import FieldSource, FilledField

__all__ = ["CONTACT_POINTS", "general_fields"]

_REGISTER = FieldSource.REGISTER
_IN_REGISTER, _IN_POLICY = "as the register of information has it", "as the reporting policy says"

_SUBMISSIONS = {
    ReportKind.INITIAL: "initial_notification",
    ReportKind.INTERMEDIATE: "intermediate_report",
    ReportKind.FINAL: "final_report",
    ReportKind.RECLASSIFICATION: "major_incident_reclassified_as_non-major",
}

CONTACT_POINTS = {
    "1.7": ("primary_contact", "name"),
    "1.8": ("primary_contact", "mail"),
    "1.9": ("primary_contact", "phone"),
    "1.10": ("second_contact", "name"),
    "1.11": ("second_contact", "mail"),
    "1.12": ("second_contact", "phone"),
}
"""By field: which contact of the reporting policy, and which of its points in the directory."""


def general_fields(sources: FillSources, wanted: Wanted) -> Iterator[FilledField]:
    """Fill them from the register and the policy."""
    submission = _SUBMISSIONS.get(wanted.kind)
    yield from known("1.1", submission, FieldSource.COMPUTED, "it is that report")
    entity, rules = sources.entity(wanted), sources.rules(wanted)
    if entity is not None:
        yield from _submitter(entity, rules)
        yield from _affected(entity)
    if rules is not None:
        yield from _contacts(rules)
        yield from known("1.15", rules.currency, _REGISTER, _IN_POLICY)
    because = "the number of the incident here"
    yield from known("2.1", wanted.incident, FieldSource.COMPUTED, because)


def _submitter(entity: LegalEntity, rules: EntityRules | None) -> Iterator[FilledField]:
    other = rules.submitter if rules else None
    if other is None:
        yield from known("1.2", entity.name, _REGISTER, _IN_REGISTER)
        yield from known("1.3", entity.lei, _REGISTER, _IN_REGISTER)
        return
    because = "it submits for the entity, as the reporting policy says (DORA Art. 19(5))"
    yield from known("1.2", other.name, _REGISTER, because)
    yield from known("1.3", other.lei or other.code, _REGISTER, because)


def _affected(entity: LegalEntity) -> Iterator[FilledField]:
    yield from known("1.4", (str(entity.type),), _REGISTER, _IN_REGISTER)
    yield from known("1.5", entity.name, _REGISTER, _IN_REGISTER)
    yield from known("1.6", entity.lei, _REGISTER, _IN_REGISTER)
    if entity.parent is not None:
        yield from known("1.13", entity.parent.name, _REGISTER, _IN_REGISTER)
        yield from known("1.14", entity.parent.lei, _REGISTER, _IN_REGISTER)


def _contacts(rules: EntityRules) -> Iterator[FilledField]:
    for number, (contact, point) in CONTACT_POINTS.items():
        yield FilledField(
            number=number,
            value=None,
            source=FieldSource.CONTACT,
            because=f"the {point} of the contact that the reporting policy names",
            contact=getattr(rules, contact),
        )
