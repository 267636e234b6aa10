"""The proof: a line for every test, values that can be told from their limits, and its dump."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from holdfast.domain.values import JsonObject, require_canonical
from holdfast.dora.classification import CLAUSES, Classification
from holdfast.dora.three_valued import Answer, Finding
from tests.unit.dora.cases import EXAMPLE, PAYMENTS, classified, quiet, with_facts

MET, NOT_MET = Finding.MET, Finding.NOT_MET
CLIENTS, DURATION = "clients_counterparts_transactions", "duration_downtime"


def test_example_of_the_contract() -> None:
    """It is major by three thresholds, and the share is shown with one decimal."""
    found = classified(EXAMPLE)
    met = [name for name, result in found.thresholds.items() if result is MET]

    assert found.major is Answer.YES
    assert met == [CLIENTS, DURATION, "geography"]
    (line,) = [line for line in found.proof if line.clause == "2024/1772 Art. 9(1)(a)"]
    assert (line.value, line.unit, line.limit, line.result) == ("12.0", "percent", 10, MET)
    assert line.fact == f"{PAYMENTS}clients_affected"


def test_proof_has_a_line_for_every_clause() -> None:
    """Whatever is known, in the law's order, and the decision last."""
    cases: tuple[JsonObject, ...] = ({}, {"services": []}, EXAMPLE)
    for facts in cases:
        clauses = [line.clause for line in classified(facts).proof]
        assert list(dict.fromkeys(clauses)) == list(CLAUSES)
        assert clauses.count("2024/1772 Art. 9(2)") == 4


def test_proof_tells_estimates_and_unknowns() -> None:
    """Art. 1(5): estimates are allowed, and said."""
    estimated = [f"{PAYMENTS}clients_total", "costs_eur"]
    facts = with_facts(EXAMPLE, [("estimated", estimated), ("duration_minutes", None)])
    quality = {line.clause[15:]: line.quality for line in classified(facts).proof}

    assert quality["9(1)(a)"] == quality["9(6)"] == "estimate"
    assert quality["9(1)(b)"] == quality["9(4)"] == "actual"
    assert quality["9(3)(a)"] == "unknown"


def test_share_near_its_limit_is_shown_with_enough_digits() -> None:
    """What is above 10 percent never reads as 10 percent."""
    figures = {"clients_affected": 50_001, "counterparts_affected": 12}
    changes = [(f"{PAYMENTS}{name}", value) for name, value in figures.items()]
    lines = {line.clause: line for line in classified(with_facts(quiet(), changes)).proof}

    assert lines["2024/1772 Art. 9(1)(a)"].value == "10.0002"
    assert lines["2024/1772 Art. 9(1)(c)"].value == "30.0"


def test_aggregate_of_several_services_is_shown_and_decides_nothing() -> None:
    """One small service is hit hard: over all services together it would not show."""
    small = {**EXAMPLE["services"][0], "id": "small", "clients_total": 10, "clients_affected": 2}
    large = {**quiet()["services"][0], "id": "large"}
    found = classified({**quiet(), "services": [small, large]})
    lines = [line for line in found.proof if line.clause == "2024/1772 Art. 9(1)(a)"]

    assert [(line.service, line.result) for line in lines] == [
        *(("large", NOT_MET), ("small", MET)),
        (None, NOT_MET),
    ]
    assert found.thresholds[CLIENTS] is MET


@pytest.mark.parametrize(
    "facts",
    [
        {},
        EXAMPLE,
        quiet(),
        with_facts(EXAMPLE, [("costs_eur", Decimal("100000.01")), ("services", None)]),
    ],
)
def test_dump_lies_in_the_value_domain_of_evidence_and_reads_back(
    facts: dict[str, object],
) -> None:
    """No floats; and the same value comes out of the evidence again."""
    found = classified(facts)
    dumped = found.model_dump(mode="json")

    require_canonical(dumped)
    assert Classification.model_validate_json(json.dumps(dumped)) == found
