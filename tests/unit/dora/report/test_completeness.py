"""What a report lacks: by stage, by each condition both ways, and by what counts as filled."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from holdfast.domain.reporting.kinds import ReportKind
from holdfast.dora.report.catalogue import CONTACT_FIELDS, FIELDS
from holdfast.dora.report.completeness import DELAY_NOTICE, RECLASSIFICATION, gaps, gaps_of
from holdfast.dora.report.content import FieldSource, FieldValue, FilledField
from holdfast.dora.report_stages import ReportStage
from tests.unit.dora.report.annex import ANNEX
from tests.unit.dora.report.filled import EVERYTHING, PARENT_LEI, fields_of, report_of

INITIAL, INTERMEDIATE, FINAL = ReportStage

Told = dict[str, FieldValue | None]

# A condition that holds: the field, what the others say, and what they say where it does not hold.
CONDITIONS: list[tuple[str, Told, Told]] = [
    ("1.5", {"1.3": PARENT_LEI}, {}),
    ("1.6", {"1.3": "DEK1101R.HRB12345"}, {"1.5": "Beispielbank AG"}),
    ("1.6", {"1.5": "Another bank"}, {"1.5": "Beispielbank AG"}),
    ("1.13", {"1.14": PARENT_LEI}, {"1.14": None}),
    ("1.14", {"1.13": "Beispiel Holding SE"}, {"1.13": None}),
    ("2.6", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("2.8", {}, {"4.1": ("process_failure",), "4.2": ("process_failure_other",), "4.3": None}),
    ("3.3", {"3.16": "00:03:10"}, {"3.16": None}),
    ("3.9", {"3.10": None, "3.11": None}, {}),
    ("3.10", {"3.9": 1}, {}),
    ("3.11", {"3.9": None, "3.10": "0.1"}, {}),
    ("3.13", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("3.14", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("3.16", {"3.3": "2026-03-04T12:45:00Z"}, {"3.3": None}),
    ("3.17", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("3.18", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("3.19", {}, {"2.5": ("data_losses", "critical_services_affected")}),
    ("3.20", {}, {"2.5": ("economic_impact", "geographical_spread", "critical_services_affected")}),
    ("3.21", {}, {"2.5": ("economic_impact", "geographical_spread", "critical_services_affected")}),
    ("3.24", {"3.23": ("other",)}, {"3.23": ("cybersecurity-related",)}),
    ("3.25", {"3.23": ("cybersecurity-related",)}, {"3.23": ("system_failure",)}),
    ("3.26", {"3.25": ("other",)}, {"3.25": ("ddos",)}),
    ("3.29", {"3.28": "yes"}, {"3.28": "information_not_available"}),
    ("3.32", {"3.31": ("other",)}, {"3.31": ("csirt",)}),
    ("3.34", {"3.33": True}, {"3.33": False}),
    ("3.35", {"3.23": ("cybersecurity-related",)}, {"3.23": ("payment-related",)}),
    ("4.3", {}, {"4.2": ("process_failure_other", "external_event_third-party_failures")}),
    ("4.4", {"4.2": ("external_event_other",)}, {"4.2": ("external_event_third-party_failures",)}),
    ("4.15", {"4.16": "2026-01-02T08:00:00Z"}, {"4.16": None}),
    ("4.16", {"4.15": "Three."}, {"4.15": None}),
]
_NO_TRANSACTIONS = (
    *("actual_figures_for_clients_affected", "no_impact_on_transactions"),
    "actual_figures_for_financial_counterparts_affected",
)
_BY_PEOPLE = {"2.10", "3.1", "3.8", "4.10", "4.11"}


def _changed(changes: Mapping[str, FieldValue | None], *without: str) -> dict[str, FieldValue]:
    told: dict[str, FieldValue | None] = {**EVERYTHING, **changes}
    return {
        number: value
        for number, value in told.items()
        if value is not None and number not in without
    }


def _missing(values: Mapping[str, FieldValue]) -> set[str]:
    found = gaps(fields_of(values), (FINAL,), "final")
    return {gap.field for gap in found if gap.problem == "it has no value"}


def test_a_report_in_which_everything_is_told_lacks_nothing() -> None:
    """Not at any stage, nor where it is all three reports at once."""
    assert gaps_of(report_of(EVERYTHING)) == ()
    assert gaps(fields_of(EVERYTHING), (INITIAL, INTERMEDIATE, FINAL), "final") == ()


@pytest.mark.parametrize("stage", ReportStage)
@pytest.mark.parametrize("number", [number for number in EVERYTHING if not ANNEX[number][2]])
def test_a_field_without_a_condition_is_missed_where_annex_ii_marks_it(
    number: str, stage: ReportStage
) -> None:
    """At the stages that are marked, and at no other; it says who can supply it."""
    kind = stage.value
    wanted = {"initial": "initial_notification", "intermediate": "intermediate_report"}
    told = {**EVERYTHING, "1.1": wanted.get(kind, "final_report")}
    del told[number]
    found = [gap for gap in gaps(fields_of(told), (stage,), kind) if gap.field == number]
    marked = ANNEX[number][0][tuple(ReportStage).index(stage)] == "M"
    assert len(found) == marked
    for gap in found:
        assert gap.stage is stage
        assert gap.label == FIELDS[number].label
        assert gap.roles == FIELDS[number].roles
        assert gap.condition is None
        assert gap.problem == "it has no value"


@pytest.mark.parametrize(
    ("number", "others", "otherwise"),
    CONDITIONS,
    ids=[f"{each[0]}-{index}" for index, each in enumerate(CONDITIONS)],
)
def test_a_condition_decides_whether_its_field_is_missed(
    number: str, others: Told, otherwise: Told
) -> None:
    """Where the others say so it is missed, with its condition; else it is not."""
    if number in {"3.9", "3.10", "3.11"}:
        otherwise = dict.fromkeys(("3.9", "3.10", "3.11"), None) | {"3.12": _NO_TRANSACTIONS}
    assert number in _missing(_changed(others, number))
    found = gaps(fields_of(_changed(others, number)), (FINAL,), "final")
    told = next(gap for gap in found if gap.field == number)
    assert told.condition == FIELDS[number].condition_words
    assert number not in _missing(_changed(otherwise, number))


def test_every_condition_of_the_catalogue_is_tried_or_left_to_people() -> None:
    """What no other field shows is never demanded of a report."""
    conditional = {number for number, row in ANNEX.items() if row[2]}
    assert {each[0] for each in CONDITIONS} | _BY_PEOPLE == conditional
    left = _changed({}, *_BY_PEOPLE)
    assert gaps(fields_of(left), (FINAL,), "final") == ()
    by_people = [FIELDS[number].condition for number in _BY_PEOPLE]
    assert all(condition and condition.test is None for condition in by_people)


def test_a_zero_is_no_transaction_and_a_one_is_no_yes() -> None:
    """Figures decide by being above zero; a number in the place of a yes does not fit."""
    none: Told = {"3.9": 0, "3.10": "0.0", "3.11": None, "3.12": _NO_TRANSACTIONS}
    assert _missing(_changed(none)) == set()
    told = gaps(fields_of(_changed({"3.33": 1}, "3.34")), (FINAL,), "final")
    assert [(gap.field, gap.problem) for gap in told] == [("3.33", "give true or false")]


def test_a_suggestion_does_not_count_and_shows_no_condition() -> None:
    """People have to take it up; a condition rests on what counts only."""
    fields = fields_of(_changed({}, "3.27", "3.34"))
    for number, value in (("3.27", "Payments"), ("3.33", True)):
        fields[number] = FilledField(
            number=number, value=value, source=FieldSource.ENTRY, suggestion=True
        )
    found = gaps(fields, (FINAL,), "final")
    suggested = "its value is only suggested: supply it"
    assert [(gap.field, gap.problem) for gap in found] == [("3.27", suggested), ("3.33", suggested)]


@pytest.mark.parametrize("number", CONTACT_FIELDS)
def test_a_contact_counts_as_soon_as_the_directory_has_it(number: str) -> None:
    """Without one it is missed, the second contact too."""
    fields = fields_of(EVERYTHING)
    fields[number] = fields[number].model_copy(update={"contact": None})
    assert [gap.field for gap in gaps(fields, (INITIAL, FINAL), "final")] == [number]
    del fields[number]
    assert [gap.field for gap in gaps(fields, (INITIAL, FINAL), "final")] == [number]


def test_a_gap_is_told_once_for_the_first_stage_that_needs_it() -> None:
    """In the order of the fields, whatever order the stages are in."""
    found = gaps(fields_of({}), (FINAL, INITIAL, INTERMEDIATE), "final")
    numbers = [gap.field for gap in found]
    assert len(set(numbers)) == len(numbers)
    assert numbers == [number for number in FIELDS if number in set(numbers)]
    stages = {gap.field: gap.stage for gap in found}
    assert (stages["2.1"], stages["3.2"], stages["4.1"]) == (INITIAL, INTERMEDIATE, FINAL)


def test_a_reclassification_needs_who_which_and_why() -> None:
    """Fields 1.x, 2.1 to 2.3 and the reasons (2025/302 Art. 5), and nothing else."""
    found = gaps({}, (), RECLASSIFICATION)
    general = [n for n, row in ANNEX.items() if n.startswith("1.") and not row[2]]
    assert {gap.field for gap in found} == {*general, "2.1", "2.2", "2.3", "2.10"}
    reasons = next(gap for gap in found if gap.field == "2.10")
    assert reasons.condition == "why the incident met the criteria at no time (2025/302 Art. 5)"
    told = {n: v for n, v in EVERYTHING.items() if n[0] == "1" or n in {"2.1", "2.2", "2.3"}}
    told |= {"1.1": "major_incident_reclassified_as_non-major", "2.10": "A test system only."}
    assert gaps(fields_of(told), (), RECLASSIFICATION) == ()
    late = fields_of({**told, "2.3": "2026-03-04T09:00:00Z"})
    assert [gap.field for gap in gaps(late, (), RECLASSIFICATION)] == ["2.3"]


def test_a_delay_notice_needs_who_which_and_why_and_has_no_type() -> None:
    """Fields 1.x but for 1.1, 2.1 and the reasons; other fields are not looked at."""
    found = {gap.field for gap in gaps({}, (), DELAY_NOTICE)}
    general = {n for n, row in ANNEX.items() if n.startswith("1.") and not row[2]}
    assert found == general - {"1.1"} | {"2.1", "2.10"}
    told = {n: v for n, v in EVERYTHING.items() if n[0] == "1" and n != "1.1"}
    told |= {"2.1": "INC-2026-000001", "2.10": "The provider is silent.", "2.5": ("data_losses",)}
    assert gaps(fields_of(told), (), DELAY_NOTICE) == ()
    typed = fields_of({**told, "1.1": "initial_notification"})
    assert [gap.field for gap in gaps(typed, (), DELAY_NOTICE)] == ["1.1"]


def test_the_kinds_are_called_as_in_the_process() -> None:
    """Two layers name them, each for itself."""
    assert ReportKind(RECLASSIFICATION) is ReportKind.RECLASSIFICATION
    assert ReportKind(DELAY_NOTICE) is ReportKind.DELAY_NOTICE


def test_a_value_that_does_not_fit_is_a_gap_with_its_problem() -> None:
    """It is told even where the field is not needed, and never twice."""
    fields = fields_of({**EVERYTHING, "3.5": "12.55", "1.6": "no LEI", "4.13": "-1"})
    found = gaps(fields, (INITIAL,), "final")
    assert [gap.field for gap in found] == ["1.6", "3.5", "4.13"]
    assert all(gap.stage is INITIAL for gap in found)
    assert found[1].problem == "give one decimal, rounded half up: '12.6'"
    long = gaps(fields_of({**EVERYTHING, "4.2": ("x" * 200,)}), (FINAL,), "final")
    assert len(next(gap for gap in long if gap.field == "4.2").problem) == 200
