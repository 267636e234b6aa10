"""Root causes: every value of fields 4.1 to 4.3, what belongs under what, and what is missing."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from holdfast.dora.root_cause_fields import root_cause_fields
from holdfast.dora.root_causes import (
    ADDITIONAL_CAUSES,
    PARENTS,
    AdditionalCause,
    CauseCategory,
    DetailedCause,
    RootCause,
    lacking,
)

# As the reports' JSON schema has them, written down a second time and in its own order.
HIGH = (
    *("malicious_actions", "process_failure", "system_failure_malfunction", "human_error"),
    "external_event",
)
DETAILED = {
    "malicious_actions": (
        *("deliberate_internal_actions", "deliberate_physical_damage_manipulation_theft"),
        "fraudulent_actions",
    ),
    "process_failure": (
        "insufficient_monitoring_or_failure_of_monitoring_and_control",
        "insufficient_unclear_roles_and_responsibilities",
        "ICT_risk_management_process_failure",
        "insufficient_or_failure_of_ict_operations_and_ict_security_operations",
        "insufficient_or_failure_of_ict_project_management",
        "inadequacy_of_internal_policies_procedures_and_documentation",
        "inadequate_ict_systems_acquisition_development_and_maintenance",
        "other",
    ),
    "system_failure": (
        *("hardware_capacity_and_performance", "hardware_maintenance"),
        *("hardware_obsolescence_ageing", "software_compatibility_configuration"),
        *("software_performance", "network_configuration", "physical_damage", "other"),
    ),
    "human_error": (
        *("omission", "mistake", "skills_knowledge", "inadequate_human_resources"),
        *("miscommunication", "other"),
    ),
    "external_event": ("natural_disasters_force_majeure", "third-party_failures", "other"),
}
ADDITIONAL = {
    "process_failure_insufficient_monitoring_or_failure_of_monitoring_and_control": (
        *("monitoring_of_policy_adherence", "monitoring_of_third-party_service_providers"),
        "monitoring_and_verification_of_remediation_of_vulnerabilities",
        *("identity_and_access_management", "encryption_and_cryptography", "logging"),
    ),
    "process_failure_ICT_risk_management_process_failure": (
        "failure_in_specifying_accurate_risk_tolerance_levels",
        "insufficient_vulnerability_and_threat_assessments",
        *("inadequate_risk_treatment_measures", "poor_management_of_residual_ict_risks"),
    ),
    "process_failure_insufficient_or_failure_of_ict_operations_and_ict_security_operations": (
        *("vulnerability_and_patch_management", "change_management"),
        "capacity_and_performance_management",
        "ict_asset_management_and_information_classification",
        *("backup_and_restore", "error_handling"),
    ),
    "process_failure_inadequate_ict_systems_acquisition_development_and_maintenance": (
        "inadequate_ict_systems_acquisition_development_and_maintenance",
        "insufficient_or_failure_of_software_testing",
    ),
}


def parent_of(detail: str) -> str:
    """The value of 4.1 above a value of 4.2: its prefix, but for that of system failures."""
    prefix = next(each for each in DETAILED if detail.startswith(f"{each}_"))
    return {"system_failure": "system_failure_malfunction"}.get(prefix, prefix)


def cause(detail: str, **members: object) -> RootCause:
    """A root cause as a body says it."""
    named = {"category": parent_of(detail), "detail": detail}
    return RootCause.model_validate(named | members)


def test_the_values_are_those_of_the_schema() -> None:
    """5, 28 and 18, each in the words of the schema, in the order of the schema."""
    assert tuple(CauseCategory) == HIGH
    detailed = [f"{prefix}_{name}" for prefix, names in DETAILED.items() for name in names]
    assert list(DetailedCause) == detailed
    assert (len(detailed), len(AdditionalCause)) == (28, 18)
    assert list(AdditionalCause) == [each for names in ADDITIONAL.values() for each in names]
    assert {detail: tuple(names) for detail, names in ADDITIONAL_CAUSES.items()} == ADDITIONAL


@pytest.mark.parametrize("detail", DetailedCause)
@pytest.mark.parametrize("category", CauseCategory)
def test_a_detailed_cause_belongs_under_one_parent_only(
    category: CauseCategory, detail: DetailedCause
) -> None:
    """Under its own it stands; under every other it is refused, with the right one named."""
    if category == parent_of(detail):
        assert RootCause(category=category, detail=detail).detail is detail
        assert PARENTS[detail] is category
        return
    with pytest.raises(ValidationError, match=f"belongs under '{parent_of(detail)}'"):
        RootCause(category=category, detail=detail)


@pytest.mark.parametrize("detail", DetailedCause)
def test_an_additional_cause_stands_only_where_it_belongs(detail: DetailedCause) -> None:
    """Every other value of 4.3 is refused; of 24 values of 4.2 all are."""
    allowed = ADDITIONAL.get(detail, ())
    for additional in AdditionalCause:
        if additional in allowed:
            assert cause(detail, additional=[additional]).additional == (additional,)
            continue
        with pytest.raises(ValidationError, match=f"'{additional}' does not belong under"):
            cause(detail, additional=[additional])


def test_a_value_of_4_3_stands_once() -> None:
    """Twice it would be no set any more."""
    with pytest.raises(ValidationError, match="stands twice"):
        cause(next(iter(ADDITIONAL)), additional=["logging", "logging"])


@pytest.mark.parametrize("detail", DetailedCause)
def test_what_is_missing_is_said(detail: DetailedCause) -> None:
    """4.3 where it has to be, 4.4 for what is `other`; nothing else."""
    wanting = lacking([cause(detail)])
    if detail in ADDITIONAL:
        assert len(wanting) == 1
        assert all(name in wanting[0] for name in ADDITIONAL[detail])
    elif detail.endswith("_other"):
        (said,) = wanting
        assert "field 4.4" in said
        assert detail in said
        assert lacking([cause(detail, other="A fire drill gone wrong")]) == ()
    else:
        assert wanting == ()


def test_words_are_for_what_has_no_name() -> None:
    """A cause with a name needs no other, and none at all is no cause."""
    with pytest.raises(ValidationError, match="has a name"):
        cause("human_error_mistake", other="A slip")
    assert "at least one" in lacking(())[0]
    twice = cause("human_error_mistake")
    assert "stands there twice" in lacking((twice, twice))[0]


def test_an_unknown_value_is_refused() -> None:
    """Of the schema's words none is near enough to be guessed."""
    with pytest.raises(ValidationError):
        RootCause.model_validate({"category": "human_error", "detail": "human_error_slip"})


def test_the_fields_of_the_report_are_filled_in_order() -> None:
    """Each value once; what nobody has said is null; signed off it is no suggestion any more."""
    causes = (
        cause(next(iter(ADDITIONAL)), additional=["logging"]),
        cause("process_failure_other", other="No rehearsal"),
        cause("human_error_mistake"),
    )
    fields = root_cause_fields(causes, ("It began.", "Then it went on."), ("e#1",), signed_off=True)
    assert [(each.field, each.value) for each in fields] == [
        ("4.1", ("process_failure", "human_error")),
        ("4.2", tuple(str(each.detail) for each in causes)),
        ("4.3", ("logging",)),
        ("4.4", "process_failure_other: No rehearsal"),
        ("4.5", "It began.\n\nThen it went on."),
    ]
    assert {(each.suggestion, each.entries) for each in fields} == {(False, ("e#1",))}
    (mistake,) = (root_cause_fields(causes[2:], (), ("e#1",), signed_off=False)[1],)
    assert (mistake.value, mistake.suggestion) == (("human_error_mistake",), True)
    empty = root_cause_fields((), (), (), signed_off=False)
    assert [each.value for each in empty] == [None] * 5
