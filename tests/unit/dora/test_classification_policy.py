"""The policy of classification: the law's limits, and what is no such policy."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from holdfast.domain.roles import Role
from holdfast.dora.policy import ClassificationPolicy
from holdfast.dora.three_valued import Finding
from tests.unit.dora.cases import POLICY, classified, quiet, with_facts


def test_limits_are_those_of_the_law() -> None:
    """Art. 8 and 9, as shipped."""
    limits = POLICY.model_dump(exclude={"decision", "initial_notification", "source"})
    assert limits == {
        "name": "dora-classification",
        "version": "1.0.0",
        "applies_from": date(2025, 1, 17),
        "clients_percent": 10,
        "clients": 100_000,
        "counterparts_percent": 30,
        "transactions_percent": 10,
        "transactions_value_percent": 10,
        "duration_hours": 24,
        "downtime_hours": 2,
        "member_states": 2,
        "home_member_state_counts": True,
        "costs_eur": 100_000,
        "thresholds_needed": 2,
        "recurrence": {"within_months": 6, "at_least": 2},
    }
    assert POLICY.decision.due_after == timedelta(hours=24)
    assert POLICY.decision.ladder[1].roles == (Role.MANAGEMENT_BODY,)


def test_another_format_is_refused() -> None:
    """A later release's policy is not read as if it were this one's."""
    with pytest.raises(ValidationError, match="version 2 of the format is unknown"):
        ClassificationPolicy.model_validate({**POLICY.model_dump(), "format": 2})


@pytest.mark.parametrize(
    "change", [{"clients_percent": 0}, {"clients": True}, {"costs_eur": -1}, {"extra": 1}]
)
def test_limits_that_are_none_are_refused(change: dict[str, object]) -> None:
    """A limit of zero would be met by everything."""
    with pytest.raises(ValidationError):
        ClassificationPolicy.model_validate({**POLICY.model_dump(), **change})


def test_limits_are_read_from_the_policy() -> None:
    """An entity that wants to be stricter changes data, not code."""
    strict = POLICY.model_copy(update={"costs_eur": 50_000, "duration_hours": 1})
    facts = with_facts(quiet(), [("costs_eur", 50_001), ("duration_minutes", 60)])
    assert classified(facts, strict).thresholds["economic"] is Finding.MET
    assert classified(facts, strict).thresholds["duration_downtime"] is Finding.NOT_MET
    assert classified(facts).thresholds["economic"] is Finding.NOT_MET
