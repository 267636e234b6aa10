"""The catalogue against Annex II written down a second time."""

from __future__ import annotations

import pytest

from holdfast.domain.reporting.kinds import CLIENT_INTERESTS
from holdfast.domain.roles import Role
from holdfast.dora.report.catalogue import CONTACT_FIELDS, FIELDS, field_definition
from holdfast.dora.report.definitions import FieldKind, Requirement
from holdfast.dora.report.json_paths import field_at
from holdfast.dora.report_stages import ReportStage
from tests.unit.dora.report.annex import ANNEX, NUMBER_OF_CHOICES

_FLAGS = {"M": Requirement.MANDATORY, "C": Requirement.CONDITIONAL, "-": Requirement.OPTIONAL}


def test_all_76_fields_are_there_in_their_order() -> None:
    """15, 10, 35 and 16."""
    wanted = [
        *(f"1.{number}" for number in range(1, 16)),
        *(f"2.{number}" for number in range(1, 11)),
        *(f"3.{number}" for number in range(1, 36)),
        *(f"4.{number}" for number in range(1, 17)),
    ]
    assert list(FIELDS) == wanted
    assert len(FIELDS) == 76
    assert sorted(ANNEX) == sorted(wanted)


@pytest.mark.parametrize("number", ANNEX)
def test_a_field_is_as_annex_ii_has_it(number: str) -> None:
    """Its kind, what holds at each stage, and whether that depends on a condition."""
    flags, kind, conditional = ANNEX[number]
    field = field_definition(number)
    assert (field.initial, field.intermediate, field.final) == tuple(_FLAGS[f] for f in flags)
    assert [field.requirement(stage) for stage in ReportStage] == [_FLAGS[f] for f in flags]
    assert field.kind is FieldKind(kind)
    assert (field.condition is not None) is conditional
    assert bool(field.condition_words) is conditional
    assert field.number == number
    assert field.label
    assert field.help


@pytest.mark.parametrize("number", FIELDS)
def test_a_field_has_the_choices_of_annex_ii(number: str) -> None:
    """As many as there are, each once."""
    field = FIELDS[number]
    assert len(field.choices) == NUMBER_OF_CHOICES.get(number, 0)
    assert len(set(field.choices)) == len(field.choices)
    has_choices = field.kind in {FieldKind.CHOICE, FieldKind.CHOICES}
    assert has_choices is (number in NUMBER_OF_CHOICES)


def test_every_field_has_a_place_of_its_own_from_which_it_is_found_again() -> None:
    """No two fields have the same place."""
    paths = [field.json_path for field in FIELDS.values()]
    assert len(set(paths)) == 76
    assert [field_at(path) for path in paths] == list(FIELDS)


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("incident.classificationTypes[1].dataLosseMaterialityThresholds[0]", "3.20"),
        ("incident.classificationTypes[1].dataLosseMaterialityThresholds", "3.20"),
        ("submittingEntity.code", "1.3"),
        ("affectedEntity[0].LEI", "1.6"),
        ("impactAssessment", "3.3"),
        ("impactAssessment.affectedAssets.affectedClients", "3.4"),
        ("the document", None),
        ("incident.somethingElse", None),
    ],
)
def test_a_place_leads_to_its_field(place: str, number: str | None) -> None:
    """Also the place of an object, of a member, and of a code that is no LEI."""
    assert field_at(place) == number


def test_contacts_and_what_follows_from_the_report_are_supplied_by_nobody() -> None:
    """Everything else has roles that can supply it."""
    by_nobody = {number for number, field in FIELDS.items() if not field.roles}
    assert by_nobody == {"1.1", "2.1", *CONTACT_FIELDS}
    takers = {role for field in FIELDS.values() for role in field.roles}
    assert takers <= {
        *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),
        Role.VENDOR_MANAGER,
    }


def test_the_words_of_the_authorities_are_kept_to_the_letter() -> None:
    """Where they are odd, too."""
    assert "GR" in FIELDS["2.6"].choices
    assert "EL" not in FIELDS["2.6"].choices
    assert "dataLosseMaterialityThresholds" in FIELDS["3.20"].json_path
    assert "process_failure_ICT_risk_management_process_failure" in FIELDS["4.2"].choices
    assert FIELDS["3.13"].choices[1].endswith("_or_critical_business_relationships")
    assert FIELDS[CLIENT_INTERESTS].choices == ("yes", "no", "information_not_available")
    assert FIELDS["3.25"].choices[5].endswith("_including_identity_theft")


def test_an_unknown_field_is_named() -> None:
    """Annex I ends at 3.35 there."""
    with pytest.raises(KeyError, match=r"has no field 3\.36"):
        field_definition("3.36")
