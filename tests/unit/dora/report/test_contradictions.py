"""Where fields of a report contradict each other."""

from __future__ import annotations

import pytest

from holdfast.dora.report.completeness import gaps
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report_stages import ReportStage
from tests.unit.dora.report.filled import EVERYTHING, LEI, PARENT_LEI, fields_of

_NONE = {
    "clients": "no_impact_on_clients",
    "counterparts": "no_impact_on_financial_counterparts",
    "transactions": "no_impact_on_transactions",
}


def _told(changes: dict[str, FieldValue | None]) -> list[tuple[str, str]]:
    values: dict[str, FieldValue | None] = {**EVERYTHING, **changes}
    known = {number: value for number, value in values.items() if value is not None}
    found = gaps(fields_of(known), (ReportStage.FINAL,), "final")
    return [(gap.field, gap.problem) for gap in found]


@pytest.mark.parametrize(
    ("changes", "number", "problem"),
    [
        ({"1.1": "initial_notification"}, "1.1", "it has to be 'final_report'"),
        ({"1.6": f"{LEI};{PARENT_LEI}"}, "1.5", "it names 1 entities, field 1.6 has 2"),
        ({"2.5": ("data_losses",), **dict.fromkeys(("4.12",), "x")}, "2.5", "always has"),
        ({"2.5": ("critical_services_affected",)}, "2.5", "two other criteria"),
        (
            {"2.5": ("critical_services_affected", "economic_impact")},
            *("2.5", "one decides nothing"),
        ),
        (
            {"3.12": ("estimates_for_clients_affected",)},
            "3.12",
            "nothing on financial counterparts",
        ),
        (
            {"3.12": (*_NONE.values(), "estimates_for_clients_affected")},
            "3.12",
            "2 words on clients",
        ),
        ({"3.12": tuple(_NONE.values())}, "3.12", "there is no impact, field 3.4 is above zero"),
        (
            {"3.12": tuple(_NONE.values()), "3.4": 0, "3.5": "0.0"},
            *("3.12", "there is no impact, field 3.6 is above zero"),
        ),
        ({"3.4": 0}, "3.5", "though field 3.4 is 0"),
        ({"3.6": 0}, "3.7", "though field 3.6 is 0"),
        ({"3.9": 0, "3.10": "0.0"}, "3.11", "though field 3.9 is 0"),
        ({"3.31": ("none", "csirt")}, "3.31", "'none' excludes"),
        ({"3.2": "2026-03-04T09:36:00Z"}, "2.2", "occurred after it was detected"),
        ({"2.3": "2026-03-04T09:34:59Z"}, "2.3", "classified before it was detected"),
        ({"3.3": "2026-03-04T09:29:59Z"}, "3.3", "recovered before the incident occurred"),
        ({"4.8": "2026-03-04T09:29:59Z"}, "4.8", "resolved before it occurred"),
        ({"4.16": "2026-03-04T09:30:01Z"}, "3.2", "the first of the recurring"),
        ({"4.1": ("external_event",)}, "4.2", "belongs under 'process_failure'"),
        (
            {"4.3": ("capacity_and_performance_management", "logging")},
            "4.3",
            "belongs under nothing",
        ),
        (
            {
                "4.1": ("process_failure",),
                "4.2": (
                    "process_failure_ICT_risk_management_process_failure",
                    *EVERYTHING["4.2"][:2],  # type: ignore[index]
                ),
            },
            *("4.3", "'process_failure_ICT_risk_management_process_failure' of field 4.2 needs"),
        ),
    ],
)
def test_a_contradiction_is_told_at_its_field(
    changes: dict[str, FieldValue | None], number: str, problem: str
) -> None:
    """Once, with what is wrong."""
    found = [each for each in _told(changes) if each[0] == number]
    assert len(found) == 1
    assert problem in found[0][1]


@pytest.mark.parametrize(
    "changes",
    [
        {"2.3": EVERYTHING["2.2"], "3.2": EVERYTHING["2.2"]},
        {"4.16": EVERYTHING["3.2"]},
        {"3.31": ("none",), "3.32": None},
        {"3.10": "9999.9"},
        {"3.4": 0, "3.5": "0.0", "3.12": ("no_impact_on_clients", *EVERYTHING["3.12"][1:])},  # type: ignore[index]
        {"3.4": 1, "3.5": "0.0"},
        {"1.5": "Bank; of the East"},
        {"1.5": "A;B", "1.6": f"{LEI};{PARENT_LEI}"},
        {"2.5": ("critical_services_affected", "data_losses")},
        {"2.5": ("critical_services_affected", "economic_impact", "reputational_impact")},
    ],
    ids=range(10),
)
def test_what_goes_together_is_no_contradiction(changes: dict[str, FieldValue | None]) -> None:
    """Equal times, none alone, more than all of an average, a semicolon in a name."""
    assert _told(changes) == []
