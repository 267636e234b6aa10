"""The check of a document against an authority's own schema."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.channels.authorities import schema_problems as checking
from holdfast.channels.authorities.schema_check import schema_faults
from holdfast.channels.authorities.schema_problems import (
    SchemaUnusable,
    read_schema,
    schema_problems,
)
from holdfast.dora.report.json_paths import field_at
from holdfast.dora.report.json_report import JsonReport
from tests.unit.channels.report_schema import report_schema
from tests.unit.dora.report.filled import CONTACTS, EVERYTHING, report_of

_DRAFTS = [
    "http://json-schema.org/draft/2020-12/schema#",
    "https://json-schema.org/draft/2020-12/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-07/schema#",
]


def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(JsonReport().render(report_of(EVERYTHING), CONTACTS))
    return document


def _written(folder: Path, schema: object) -> Path:
    path = folder / "schema.json"
    path.write_text(json.dumps(schema))
    return path


def _problems(
    folder: Path, change: Callable[[dict[str, Any]], object], schema: object = None
) -> tuple[str, ...]:
    document = _document()
    change(document)
    path = _written(folder, schema or report_schema())
    return schema_problems(path, json.dumps(document).encode())


def test_a_report_as_we_write_it_keeps_the_rules(tmp_path: Path) -> None:
    """Every byte of it, exact decimals too."""
    content = JsonReport().render(report_of(EVERYTHING), CONTACTS)
    assert schema_problems(_written(tmp_path, report_schema()), content) == ()


@pytest.mark.parametrize("draft", _DRAFTS)
def test_the_rules_of_a_stage_are_looked_at_whatever_draft_is_named(
    tmp_path: Path, draft: str
) -> None:
    """An intermediate report without impact is found, by the check before sending as well."""
    schema = {**report_schema(), "$schema": draft}

    def without_impact(document: dict[str, Any]) -> None:
        document["incidentSubmission"] = "intermediate_report"
        del document["impactAssessment"]

    assert _problems(tmp_path, without_impact, schema) == ("impactAssessment: is missing",)
    document = _document()
    without_impact(document)
    found = schema_faults(tmp_path / "schema.json", json.dumps(document).encode())
    assert found == "against the schema: impactAssessment: is missing"


def test_a_rule_of_a_stage_counts_where_a_part_names_its_own_draft(tmp_path: Path) -> None:
    """A part that is looked at anew would else be looked at as its draft has it."""
    schema = report_schema()
    schema["$defs"]["Entity"]["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    found = _problems(tmp_path, lambda each: each["submittingEntity"].pop("name"), schema)
    assert found == ("submittingEntity.name: is missing",)


@pytest.mark.parametrize(
    ("change", "problem", "field"),
    [
        (
            lambda each: each["incident"].update(incidentDuration="3 hours"),
            *("incident.incidentDuration: does not have the form", "3.15"),
        ),
        (lambda each: each.update(reportCurrency="USD"), "reportCurrency: is none of", "1.15"),
        (lambda each: each["incident"].pop("classificationTypes"), "is missing", "2.5"),
        (
            lambda each: each["incident"]["classificationTypes"][1].clear(),
            *("incident.classificationTypes[1].classificationCriterion: is missing", "2.5"),
        ),
        (
            lambda each: each["submittingEntity"].pop("LEI"),
            *("submittingEntity.LEI: is missing", "1.3"),
        ),
        (
            lambda each: each["affectedEntity"][0].pop("affectedEntityType"),
            *("affectedEntity[0].affectedEntityType: is missing", "1.4"),
        ),
        (
            lambda each: each["secondaryContact"].pop("name"),
            *("secondaryContact.name: is missing beside phone", "1.10"),
        ),
        (lambda each: each.update(more=1), "more: is not known there", None),
        (
            lambda each: each["impactAssessment"]["affectedAssets"]["affectedClients"].update(
                percentage=101
            ),
            *("affectedClients.percentage: is above 100", "3.5"),
        ),
        (
            lambda each: each["impactAssessment"]["affectedAssets"]["affectedClients"].update(
                number=1.5
            ),
            *("affectedClients.number: is not of the type integer", "3.4"),
        ),
        (
            lambda each: each["incident"].update(grossAmountIndirectDirectCosts=-1),
            *("grossAmountIndirectDirectCosts: is below 0", "4.13"),
        ),
        (lambda each: each.update(affectedEntity=[]), "has fewer than 1 members", "1.4"),
        (lambda each: each.update(incident="x"), "incident: is not of the type object", "2.1"),
    ],
    ids=range(13),
)
def test_what_is_wrong_is_told_by_its_place_which_leads_to_its_field(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], problem: str, field: str | None
) -> None:
    """One line for one mistake."""
    (found,) = _problems(tmp_path, change)
    assert problem in found
    assert field_at(found.partition(": ")[0]) == field


def test_no_value_stands_in_what_is_told(tmp_path: Path) -> None:
    """A document holds names of people, and what is told of it is recorded."""

    def spoil(document: dict[str, Any]) -> None:
        document["primaryContact"] |= {"email": "ada without an address", "name": 5, "phone": ""}
        document["submittingEntity"]["LEI"] = "Ada's own"
        document["incidentSubmission"] = "Ada's report"

    found = " ".join(_problems(tmp_path, spoil)).lower()
    assert found.count("primarycontact") == 3
    assert "ada" not in found


def test_decimals_are_compared_as_decimals(tmp_path: Path) -> None:
    """12.3 is a multiple of 0.1, though no float is; 12.34 is none, and 12.0 is whole."""

    def tell(document: dict[str, Any]) -> None:
        clients = document["impactAssessment"]["affectedAssets"]["affectedClients"]
        clients |= {"percentage": 12.3, "number": 12.0}

    assert _problems(tmp_path, tell) == ()

    def spoil(document: dict[str, Any]) -> None:
        document["impactAssessment"]["affectedAssets"]["affectedClients"]["percentage"] = 12.34

    (found,) = _problems(tmp_path, spoil)
    assert found.endswith("affectedClients.percentage: is no multiple of 0.1")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{", "it is no JSON"),
        (b"[]", "it is no object"),
        (b'{"type": 5}', "at type it breaks the rule"),
        (b'{"properties": {"a": {"pattern": 5}}}', "at properties.a.pattern it breaks the rule"),
        (b" " * (4 * 1024 * 1024 + 1), "has more than 4194304 bytes"),
        (b"[" * 100_000, "it is no JSON"),
    ],
)
def test_a_schema_that_is_none_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    """Where it breaks which rule of schemas."""
    path = tmp_path / "schema.json"
    path.write_bytes(content)
    (found,) = schema_problems(path, b"{}")
    assert problem in found
    with pytest.raises(SchemaUnusable, match=problem):
        read_schema(path)


def test_a_schema_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With its name."""
    (found,) = schema_problems(tmp_path / "none.json", b"{}")
    assert found.startswith(f"the schema {tmp_path / 'none.json'} cannot be read")


@pytest.mark.filterwarnings("ignore")  # a warning made an error would hide what was fetched
def test_nothing_is_fetched(tmp_path: Path) -> None:
    """A schema that refers to another one cannot be used, even where that one lies beside it."""
    other = tmp_path / "other.json"
    other.write_text("{}")
    for address in ("http://127.0.0.1:9/other.json", other.as_uri(), "other.json"):
        path = _written(tmp_path, {"$ref": address})
        assert schema_problems(path, b"{}") == (
            f"the schema {path} refers to another one, which is not fetched",
        )


def test_a_schema_without_end_and_a_document_that_is_none_are_told(tmp_path: Path) -> None:
    """Neither brings anything down."""
    path = _written(tmp_path, {"$ref": "#"})
    assert schema_problems(path, b"{}") == (f"the schema {path} refers to itself without end",)
    assert schema_problems(_written(tmp_path, {}), b"{") == ("the document is no JSON",)
    (large,) = schema_problems(tmp_path / "schema.json", b" " * (16 * 1024 * 1024 + 1))
    assert large.startswith("the document has more than")


def test_a_check_ends_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A schema of alternatives within alternatives would take for ever."""
    monkeypatch.setattr(checking, "LONGEST_CHECK", 0.2)
    named: dict[str, Any] = {"d0": {"const": 1}}
    for index in range(40):
        reference = {"$ref": f"#/$defs/d{index}"}
        named[f"d{index + 1}"] = {"allOf": [reference, reference]}
    path = _written(tmp_path, {"$defs": named, "$ref": "#/$defs/d40"})
    began = time.monotonic()
    (found,) = schema_problems(path, b"1")
    assert found == f"the check against {path} takes more than 0 s"
    assert time.monotonic() - began < 3


def test_no_more_than_fifty_problems_are_told(tmp_path: Path) -> None:
    """The last line says that there are more."""
    path = _written(tmp_path, {"additionalProperties": {"type": "string"}})
    found = schema_problems(path, json.dumps({f"k{n}": n for n in range(200)}).encode())
    assert len(found) == 51
    assert found[-1] == "and more: only 50 problems are told"
