"""The form for cyber threats: its 20 fields, what it lacks, and how it is written."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.values import FieldInvalid
from holdfast.dora.threat_form import (
    THREAT_CONTACT_FIELDS,
    THREAT_FIELDS,
    check_threat_value,
    render_threat_json,
    threat_field,
    threat_gaps,
)
from tests.unit.dora.report.filled import LEI, PARENT_LEI

# Written down a second time: kind, whether mandatory without a condition, number of choices.
_FORM = {
    "1": ("text", True, 0),
    "2": ("code", True, 0),
    "3": ("choices", False, 23),
    "4": ("text", False, 0),
    "5": ("lei", False, 0),
    "6": ("text", True, 0),
    "7": ("mail", True, 0),
    "8": ("phone", True, 0),
    "9": ("text", False, 0),
    "10": ("mail", False, 0),
    "11": ("phone", False, 0),
    "12": ("instant", True, 0),
    "13": ("text", True, 0),
    "14": ("text", True, 0),
    "15": ("choices", True, 7),
    "16": ("choice", True, 2),
    "17": ("text", True, 0),
    "18": ("text", False, 0),
    "19": ("text", False, 0),
    "20": ("text", False, 0),
}
_CONTACTS = {
    "6": "Ada Beispiel",
    "7": "ada@beispielbank.example",
    "8": "+49 69 1234567",
    "9": "Desk",
    "10": "desk@beispielbank.example",
    "11": "+49 69 7654321",
}
_TOLD: dict[str, FieldValue] = {
    "1": "Beispiel Services GmbH",
    "2": "DEK1101R.HRB12345",
    "3": ("credit_institution",),
    "4": "Beispielbank AG",
    "5": LEI,
    "12": "2026-03-04T09:35:00Z",
    "13": "A flaw of a mail gateway is used against banks.",
    "14": "Mail of clients could be read.",
    "15": ("data_losses", "critical_services_affected"),
    "16": "active",
    "17": "The gateway is patched.",
    "18": "The sharing circle.",
    "19": "198.51.100.7",
    "20": "None besides.",
}
_OWN: dict[str, FieldValue] = {
    number: value for number, value in _TOLD.items() if number not in {"3", "4", "5"}
} | {"2": LEI}


def _missing(values: dict[str, FieldValue]) -> list[str]:
    return [gap.field for gap in threat_gaps(values, _CONTACTS)]


@pytest.mark.parametrize("number", _FORM)
def test_a_field_is_as_the_form_has_it(number: str) -> None:
    """Its kind, whether it is mandatory without a condition, and how many choices it has."""
    kind, mandatory, choices = _FORM[number]
    field = threat_field(number)
    assert (field.kind, field.condition is None, len(field.choices)) == (kind, mandatory, choices)
    assert field.requirement == ("mandatory" if mandatory else "conditional")


def test_the_form_has_20_fields_in_their_order_each_at_its_own_place() -> None:
    """And no more."""
    assert list(THREAT_FIELDS) == [str(number) for number in range(1, 21)]
    assert len({field.json_path for field in THREAT_FIELDS.values()}) == 20
    with pytest.raises(KeyError, match="has no field 21"):
        threat_field("21")


def test_a_full_form_lacks_nothing_and_an_empty_one_all_that_is_mandatory() -> None:
    """Contacts count as soon as the directory has them."""
    assert threat_gaps(_TOLD, _CONTACTS) == ()
    assert threat_gaps(_OWN, _CONTACTS) == ()
    mandatory = [number for number, row in _FORM.items() if row[1]]
    assert [gap.field for gap in threat_gaps({})] == mandatory
    without = [number for number in mandatory if number not in THREAT_CONTACT_FIELDS]
    assert _missing({}) == without


@pytest.mark.parametrize("number", [number for number, row in _FORM.items() if row[1]])
def test_a_mandatory_field_is_missed(number: str) -> None:
    """With its name, and who can supply it."""
    told = {key: value for key, value in _TOLD.items() if key != number}
    contacts = [key for key in _CONTACTS if key != number]
    (gap,) = threat_gaps(told, contacts)
    assert (gap.field, gap.label, gap.roles) == (
        number,
        THREAT_FIELDS[number].label,
        THREAT_FIELDS[number].roles,
    )


@pytest.mark.parametrize(
    ("values", "missed"),
    [
        (_OWN, []),
        ({**_OWN, "5": LEI}, []),
        ({**_OWN, "5": PARENT_LEI}, ["3", "4"]),
        ({**_OWN, "2": "DEK1101R.HRB12345"}, ["3", "4", "5"]),
        ({**_OWN, "4": "Beispiel Services GmbH"}, []),
        ({**_OWN, "4": "Beispielbank AG"}, ["3", "5"]),
    ],
    ids=range(6),
)
def test_the_entity_is_named_where_another_submits(
    values: dict[str, FieldValue], missed: list[str]
) -> None:
    """As far as names and codes show it."""
    assert _missing(values) == missed


@pytest.mark.parametrize("number", ["9", "10", "11", "18", "19", "20"])
def test_what_is_wanted_if_available_is_never_demanded(number: str) -> None:
    """The second contact too, unlike in reports of incidents."""
    told = {key: value for key, value in _TOLD.items() if key != number}
    assert threat_gaps(told, [key for key in _CONTACTS if key != number]) == ()


def test_a_value_that_does_not_fit_is_told() -> None:
    """At its field, with what would fit."""
    with pytest.raises(FieldInvalid, match="give one of active, inactive") as refused:
        check_threat_value("16", "dormant")
    assert refused.value.number == "16"
    (gap,) = threat_gaps({**_TOLD, "16": "dormant"}, _CONTACTS)
    assert (gap.field, gap.problem) == ("16", refused.value.problem)
    with pytest.raises(KeyError):
        check_threat_value("21", "x")


@given(st.sampled_from(sorted(THREAT_FIELDS)), st.text() | st.booleans() | st.integers())
def test_whatever_is_given_fits_and_stays_or_is_refused(number: str, value: FieldValue) -> None:
    """What is checked once more does not change."""
    try:
        once = check_threat_value(number, value)
    except FieldInvalid:
        return
    assert check_threat_value(number, once) == once


def test_the_form_is_written_as_the_authorities_want_it() -> None:
    """All 20 fields, and nothing for what has no value."""
    assert json.loads(render_threat_json(_TOLD, _CONTACTS)) == {
        "submittingEntity": {
            "name": "Beispiel Services GmbH",
            "code": "DEK1101R.HRB12345",
            "typeOfSubmittingFinancialEntity": ["credit_institution"],
        },
        "affectedFinancialEntity": {"name": "Beispielbank AG", "LEI": LEI},
        "primaryContact": {
            "name": "Ada Beispiel",
            "email": "ada@beispielbank.example",
            "phone": "+49 69 1234567",
        },
        "secondaryContact": {
            "name": "Desk",
            "email": "desk@beispielbank.example",
            "phone": "+49 69 7654321",
        },
        "cyberThreat": {
            "detectionDateTime": "2026-03-04T09:35:00Z",
            "cyberThreatDescription": "A flaw of a mail gateway is used against banks.",
            "potentialImpactInformation": "Mail of clients could be read.",
            "potentialClassificationCriteria": ["data_losses", "critical_services_affected"],
            "status": "active",
            "actionsTakenToPreventMaterialisation": "The gateway is patched.",
            "notificationToOtherStakeholders": "The sharing circle.",
            "indicatorsOfCompromise": "198.51.100.7",
            "otherRelevantInformation": "None besides.",
        },
    }
    assert json.loads(render_threat_json({"2": LEI})) == {"submittingEntity": {"LEI": LEI}}


def test_only_contacts_are_put_in() -> None:
    """Nobody slips another value past what was approved."""
    with pytest.raises(KeyError, match="field 13 is no contact"):
        render_threat_json(_TOLD, {"13": "Something else."})
    with pytest.raises(KeyError):
        render_threat_json({"21": "x"})
