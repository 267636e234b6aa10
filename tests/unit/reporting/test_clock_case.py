"""What the limits of a reporting are computed from: its register, its policy, and the moments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from holdfast.domain.policies import REGISTER
from holdfast.domain.reporting.clock_case import clock_case
from holdfast.domain.reporting.judging import DeadlinesRequest
from holdfast.domain.reporting.policy import REPORTING, EntityRules
from tests.rulebook import POLICIES, RULEBOOK

BANK = "beispielbank"
CLASSIFIED = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def request(**moments: object) -> DeadlinesRequest:
    """What the reporting of the bank asks for."""
    return DeadlinesRequest.model_validate(
        {
            "incident": "INC-2026-000001",
            "number": 1,
            "entity": BANK,
            "reporting_policy": POLICIES[REPORTING].pin,
            "register_of_information": POLICIES[REGISTER].pin,
            "aware_at": CLASSIFIED - HOUR,
            "classified_major_at": CLASSIFIED,
            **moments,
        }
    )


def test_the_entity_is_that_of_the_register_and_the_decision_that_of_the_policy() -> None:
    """An entity without rules of its own has no decision against it."""
    assert RULEBOOK.register is not None
    bank = RULEBOOK.register.entities[BANK]
    rules = EntityRules.model_validate(
        {
            "authority": "bafin",
            "currency": "EUR",
            "primary_contact": "one",
            "second_contact": "two",
            "relief_withdrawn_from": CLASSIFIED,
        }
    )
    found = clock_case(request(), bank, rules)
    assert found.entity.model_dump(mode="json") == {
        "type": "credit_institution",
        "member_state": "DE",
        "subdivision": "DE-HE",
        "nis2_essential_or_important": True,
        "relief_withdrawn_from": "2026-06-01T09:00:00.000000Z",
    }
    assert clock_case(request(), bank, None).entity.relief_withdrawn_from is None


def test_awareness_told_ahead_and_corrections_after_the_end_do_no_harm() -> None:
    """The first counts from the classification, the others not at all."""
    assert RULEBOOK.register is not None
    bank = RULEBOOK.register.entities[BANK]
    found = clock_case(
        request(
            aware_at=CLASSIFIED + timedelta(minutes=2),
            initial_submitted_at=CLASSIFIED + HOUR,
            intermediate_submitted_at=[CLASSIFIED + 2 * HOUR, CLASSIFIED + 9 * HOUR],
            final_submitted_at=CLASSIFIED + 5 * HOUR,
        ),
        bank,
        None,
    )
    assert found.aware_at == CLASSIFIED
    assert found.intermediate_submitted_at == (CLASSIFIED + 2 * HOUR,)


def test_order_that_cannot_be_is_no_matter_to_compute() -> None:
    """A submission that nobody could have made is found out here at the latest."""
    assert RULEBOOK.register is not None
    bank = RULEBOOK.register.entities[BANK]
    with pytest.raises(ValidationError, match="initial_submitted_at"):
        clock_case(request(initial_submitted_at=CLASSIFIED - HOUR), bank, None)
