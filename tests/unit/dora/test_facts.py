"""What is accepted as facts, what is refused by name, and how it lies in evidence."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.values import MAX_SAFE_INTEGER, JsonObject, require_canonical
from holdfast.dora.facts import ClassificationFacts
from holdfast.dora.quantities import fraction_text, percentage
from tests.unit.dora.cases import EXAMPLE, PAYMENTS, read, with_facts
from tests.unit.dora.test_agreement_with_the_law import partly_unknown


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ([("unheard_of", 1)], "unheard_of"),
        ([("reputation.fame", True)], "reputation.fame"),
        ([(f"{PAYMENTS}clients_affected", 500_001)], "clients_affected (500001) is larger"),
        ([(f"{PAYMENTS}counterparts_affected", 41)], "counterparts_affected (41) is larger"),
        ([(f"{PAYMENTS}clients_affected", -1)], "clients_affected"),
        ([(f"{PAYMENTS}clients_affected", Decimal("1.5"))], "clients_affected"),
        ([(f"{PAYMENTS}clients_affected", True)], "clients_affected"),
        ([(f"{PAYMENTS}id", "two words")], "services.0.id"),
        ([("costs_eur", 1.5)], "costs_eur"),
        ([("costs_eur", MAX_SAFE_INTEGER + 1)], "costs_eur"),
        ([("costs_eur", Decimal("NaN"))], "costs_eur"),
        ([("costs_eur", Decimal("1e-19"))], "costs_eur"),
        ([("costs_eur", "-1")], "costs_eur"),
        ([("costs_eur", "١٢")], "costs_eur"),
        ([("duration_minutes", "long")], "duration_minutes"),
        ([("home_member_state", "GB")], "home_member_state"),
        ([("home_member_state", "fr")], "home_member_state"),
        ([("member_states", ["FR", "EL"])], "member_states.1"),
        ([("reputation.media", 1)], "reputation.media"),
        ([("access", True)], "access"),
        ([("services", {"id": "a"})], "services"),
        ([("estimated", ["costs"])], "there is no fact 'costs'"),
        ([("estimated", ["services.other.clients_total"])], "services.other.clients_total"),
        ([("estimated", [f"{PAYMENTS}id"])], "estimated"),
        ([("data_losses", {"some": False, "integrity": True})], "some is false"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    changes: list[tuple[str, object]], named: str
) -> None:
    """Whoever wrote the facts finds the one that is wrong."""
    facts = EXAMPLE
    for path, value in changes:
        facts = {**facts, path: value} if path == "services" else with_facts(facts, [(path, value)])
    with pytest.raises(ValidationError) as refused:
        read(facts)
    assert named in str(refused.value)


def test_service_is_named_once() -> None:
    """Two entries of one service would be counted twice."""
    with pytest.raises(ValidationError, match="'instant-payments' is given twice"):
        read({**EXAMPLE, "services": [*EXAMPLE["services"], *EXAMPLE["services"]]})


def test_unknown_is_neither_none_nor_zero() -> None:
    """A missing list is unknown, an empty one is known to hold nothing."""
    assert read({}).services is None
    assert read({"services": [], "member_states": []}).services == ()
    assert read({"member_states": ["FR", "DE", "FR"]}).member_states == ("DE", "FR")


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        pytest.param(5, "5", id="integer"),
        pytest.param("5", "5", id="text"),
        pytest.param(Decimal("5.00"), "5", id="integral decimal"),
        pytest.param(Decimal("50E2"), "5000", id="exponent"),
        pytest.param(Decimal("1.50"), "1.5", id="trailing zeros"),
        pytest.param("0.5", "0.5", id="decimal text"),
        pytest.param(Decimal("-0.0"), "0", id="zero"),
    ],
)
def test_figure_has_one_form(stated: object, kept: str) -> None:
    """Integers where integral, else decimals without trailing zeros: equal values are equal."""
    costs = read({"costs_eur": stated}).costs_eur
    assert str(costs) == kept
    assert isinstance(costs, Decimal if "." in kept else int)


def test_facts_cannot_be_changed() -> None:
    """What was judged stays what it was."""
    with pytest.raises(ValidationError, match="frozen"):
        read(EXAMPLE).costs_eur = 1  # type: ignore[misc]  # that is what is tested


@given(case=partly_unknown(), costs=st.decimals(0, 10**6, places=3))
def test_facts_read_back_equal_from_evidence(
    case: tuple[JsonObject, list[str]], costs: Decimal
) -> None:
    """In the evidence's value domain, and nothing is lost on the way."""
    unknown = [(path, None) for path in case[1]]
    facts = read(with_facts(case[0], [*unknown, ("costs_eur", costs)]))
    dumped = facts.model_dump(mode="json")

    require_canonical(dumped)
    assert ClassificationFacts.model_validate_json(json.dumps(dumped)) == facts
    assert ClassificationFacts.model_validate(dumped) == facts


@given(
    part=st.integers(0, MAX_SAFE_INTEGER),
    whole=st.integers(1, MAX_SAFE_INTEGER),
    limit=st.integers(1, 99),
)
def test_percentage_is_on_its_side_of_the_limit(part: int, whole: int, limit: int) -> None:
    """Rounded, it neither reaches the limit nor crosses it."""
    shown = percentage(part, whole, limit)
    assert shown is not None
    above = part * 100 > limit * whole
    below = part * 100 < limit * whole
    assert (Decimal(shown) > limit, Decimal(shown) < limit) == (above, below)
    assert len(shown.partition(".")[2]) >= 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1_234_567, "1,234,567"),
        (Fraction(10, 3), "about 3.33"),
        (Fraction(9, 3), "3"),
        (Fraction(1, 8), "0.125"),
        (Fraction(5, 2), "2.5"),
    ],
)
def test_limits_are_written_for_people(value: int | Fraction, text: str) -> None:
    """Exactly where they have an end; rounded, and said so, where they have none."""
    assert fraction_text(value) == text
