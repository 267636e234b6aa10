"""Reports as the authorities' JSON has them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField
from holdfast.dora.report.exact_json import exact_json
from holdfast.dora.report.json_report import JsonReport
from tests.unit.dora.report.filled import (
    CONTACTS,
    EVERYTHING,
    LEI,
    PARENT_LEI,
    THIRD_LEI,
    report_of,
)

_GOLDEN = Path(__file__).resolve().parents[3] / "golden" / "report-final.json"


def _rendered(changes: dict[str, FieldValue | None]) -> dict[str, Any]:
    values: dict[str, FieldValue | None] = {**EVERYTHING, **changes}
    known = {number: value for number, value in values.items() if value is not None}
    content = JsonReport().render(report_of(known), CONTACTS)
    document: dict[str, Any] = json.loads(content, parse_float=Decimal)
    return document


def test_a_full_report_is_written_to_the_byte_as_it_was() -> None:
    """Every field, the names of contacts, decimals as they are."""
    assert JsonReport().render(report_of(EVERYTHING), CONTACTS) == _GOLDEN.read_bytes()


def test_every_field_stands_at_its_place() -> None:
    """All 76 are found again by their path."""
    document = _rendered({"3.10": "40.2"})
    told = {**EVERYTHING, **CONTACTS, "3.10": "40.2"}
    for number, field in FIELDS.items():
        steps = field.json_path.replace("[]", "").split(".")
        found = _found(document, steps)
        wanted = told[number]
        if number == "2.5":
            assert tuple(found) == wanted
        elif field.kind in {"percent", "money"}:
            assert found == [Decimal(str(wanted))]
        else:
            assert found == [list(wanted) if isinstance(wanted, tuple) else wanted]


def _found(value: Any, steps: list[str]) -> list[Any]:  # noqa: ANN401 - any JSON
    if not steps:
        return [value]
    if isinstance(value, list):
        return [found for each in value for found in _found(each, steps)]
    return _found(value[steps[0]], steps[1:]) if steps[0] in value else []


def test_entities_say_what_they_are() -> None:
    """The submitter, those affected, the parent."""
    document = _rendered({})
    assert document["submittingEntity"]["entityType"] == "SUBMITTING_ENTITY"
    assert [each["entityType"] for each in document["affectedEntity"]] == ["AFFECTED_ENTITY"]
    parent = document["ultimateParentUndertaking"]
    assert parent["entityType"] == "ULTIMATE_PARENT_UNDERTAKING_ENTITY"
    assert "ultimateParentUndertaking" not in _rendered({"1.13": None, "1.14": None})


def test_a_code_that_is_no_lei_has_its_own_key() -> None:
    """The schema has both, an LEI only where it is one."""
    document = _rendered({"1.3": "DEK1101R.HRB12345"})["submittingEntity"]
    assert document["code"] == "DEK1101R.HRB12345"
    assert "LEI" not in document
    assert "code" not in _rendered({})["submittingEntity"]


def test_several_entities_are_several_objects() -> None:
    """Name by name and LEI by LEI; a name alone may hold a semicolon."""
    several = _rendered({"1.5": "A; B ;C", "1.6": f"{LEI};{PARENT_LEI};{THIRD_LEI}"})
    found = [(each["name"], each["LEI"]) for each in several["affectedEntity"]]
    assert found == [("A", LEI), ("B", PARENT_LEI), ("C", THIRD_LEI)]
    one = _rendered({"1.5": "A; B"})["affectedEntity"]
    assert [each["name"] for each in one] == ["A; B"]
    none = _rendered({"1.5": None, "1.6": None})["affectedEntity"]
    assert none == [{"entityType": "AFFECTED_ENTITY", "affectedEntityType": ["credit_institution"]}]


@pytest.mark.parametrize(
    ("told", "written"),
    [("140.2", "100"), ("100.1", "100"), ("100.0", "100.0"), ("99.9", "99.9"), ("0.1", "0.1")],
)
def test_a_percentage_above_100_is_written_as_100(told: str, written: str) -> None:
    """The schema takes no more; the field keeps what it is."""
    content = report_of({**EVERYTHING, "3.10": told})
    text = JsonReport().render(content, CONTACTS).decode()
    assert f'"percentage": {written}\n' in text
    assert content.value("3.10") == told


@pytest.mark.parametrize("amount", ["0.1", "2.5", "4850", "0.00001", "90071992547409.93"])
def test_an_amount_is_written_digit_by_digit(amount: str) -> None:
    """In thousands, as the field has it: no float comes near it."""
    text = JsonReport().render(report_of({**EVERYTHING, "4.13": amount}), CONTACTS).decode()
    assert f'"grossAmountIndirectDirectCosts": {amount},' in text


def test_each_criterion_carries_what_tells_more_of_it() -> None:
    """And nothing else does; without its criterion there is no place for it."""
    found = {
        each.pop("classificationCriterion"): sorted(each)
        for each in _rendered({})["incident"]["classificationTypes"]
    }
    assert found == {
        "clients_financial_counterparts_and_transactions_affected": [],
        "reputational_impact": ["reputationalImpactDescription", "reputationalImpactType"],
        "duration_and_service_downtime": [],
        "geographical_spread": [
            "countryCodeMaterialityThresholds",
            *("memberStatesImpactType", "memberStatesImpactTypeDescription"),
        ],
        "data_losses": ["dataLosseMaterialityThresholds", "dataLossesDescription"],
        "critical_services_affected": [],
        "economic_impact": ["economicImpactMaterialityThreshold"],
    }
    few = ("critical_services_affected", "data_losses")
    text = json.dumps(_rendered({"2.5": few})["incident"])
    assert "economicImpact" not in text
    assert "countryCode" not in text


def test_what_is_suggested_or_has_no_value_is_left_out() -> None:
    """No empty key stands in the document, and no name of a contact that is not given."""
    content = report_of({"2.1": "INC-2026-000001"})
    suggested = FilledField(
        number="2.4", value="Perhaps.", source=FieldSource.ENTRY, suggestion=True
    )
    content = content.model_copy(update={"fields": (*content.fields, suggested)})
    document = json.loads(JsonReport().render(content, {"1.7": "Ada"}))
    assert document == {
        "primaryContact": {"name": "Ada"},
        "incident": {"financialEntityCode": "INC-2026-000001"},
    }


def test_only_contacts_are_put_in() -> None:
    """Nobody slips another value past what was approved."""
    with pytest.raises(KeyError, match=r"field 2\.4 is no contact"):
        JsonReport().render(report_of(EVERYTHING), {"2.4": "Something else."})


_PLAIN = st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(-9, 9)
_JSON = st.recursive(
    _PLAIN,
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each),
    max_leaves=5,
)


@settings(max_examples=50)
@given(_JSON)
def test_whatever_is_written_reads_back_the_same(value: Any) -> None:  # noqa: ANN401
    """Decimals to the digit."""
    read = json.loads(exact_json(value), parse_float=Decimal)
    assert read == value
