"""Every article and every limit of Delegated Regulation (EU) 2024/1772: at, below and above it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from holdfast.dora.three_valued import Answer, Finding
from tests.unit.dora.cases import PAYMENTS, WITHOUT_HOME, classified, quiet, with_facts

MET, NOT_MET, UNKNOWN = Finding.MET, Finding.NOT_MET, Finding.UNKNOWN
CLIENTS, DURATION = "clients_counterparts_transactions", "duration_downtime"


def finding(changes: dict[str, object], threshold: str) -> Finding:
    """What a threshold finds after changes of an incident that meets none."""
    return classified(with_facts(quiet(), changes.items())).thresholds[threshold]


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        pytest.param({"clients_affected": 49_999}, NOT_MET, id="9(1)(a) below"),
        pytest.param({"clients_affected": 50_000}, NOT_MET, id="9(1)(a) exactly 10 percent"),
        pytest.param({"clients_affected": 50_001}, MET, id="9(1)(a) above"),
        pytest.param({"clients_affected": 0, "clients_total": None}, NOT_MET, id="0 of unknown"),
        pytest.param({"clients_affected": 5, "clients_total": None}, UNKNOWN, id="5 of unknown"),
        pytest.param({"clients_affected": None}, UNKNOWN, id="unknown of many"),
        pytest.param({"clients_affected": None, "clients_total": 0}, NOT_MET, id="of nobody"),
        pytest.param(
            {"clients_affected": 100_000, "clients_total": 10**7}, NOT_MET, id="9(1)(b) exactly"
        ),
        pytest.param(
            {"clients_affected": 100_001, "clients_total": 10**7}, MET, id="9(1)(b) above"
        ),
        pytest.param(
            {"clients_affected": 100_001, "clients_total": None}, MET, id="9(1)(b) needs no total"
        ),
        pytest.param({"counterparts_affected": 12}, NOT_MET, id="9(1)(c) exactly 30 percent"),
        pytest.param({"counterparts_affected": 13}, MET, id="9(1)(c) above"),
        pytest.param({"transactions_affected": 10_000}, NOT_MET, id="9(1)(d) exactly"),
        pytest.param({"transactions_affected": 10_001}, MET, id="9(1)(d) above"),
        pytest.param(
            {"transactions_affected": Decimal("10000.000001")}, MET, id="9(1)(d) a little above"
        ),
        pytest.param(
            {"transactions_affected": 1, "transactions_daily_average": 0}, MET, id="1 over 0"
        ),
        pytest.param(
            {"transactions_affected": 0, "transactions_daily_average": 0}, NOT_MET, id="0 over 0"
        ),
        pytest.param(
            {"transactions_affected": None, "transactions_daily_average": 0},
            UNKNOWN,
            id="unknown over 0",
        ),
        pytest.param({"transactions_affected_value": 100_000}, NOT_MET, id="9(1)(e) exactly"),
        pytest.param({"transactions_affected_value": 100_001}, MET, id="9(1)(e) above"),
    ],
)
def test_clients_counterparts_transactions(figures: dict[str, object], expected: Finding) -> None:
    """Art. 9(1)(a) to (e): strictly above, of the affected service."""
    changes = {f"{PAYMENTS}{name}": value for name, value in figures.items()}
    assert finding(changes, CLIENTS) is expected


@pytest.mark.parametrize(
    ("changes", "threshold", "expected"),
    [
        ({"relevant_client_or_counterpart_affected": True}, CLIENTS, MET),
        ({"relevant_client_or_counterpart_affected": None}, CLIENTS, UNKNOWN),
        ({"reputation.media": True}, "reputation", MET),
        ({"reputation.repetitive_complaints": True}, "reputation", MET),
        ({"reputation.regulatory_requirements_unmet": True}, "reputation", MET),
        ({"reputation.loss_of_clients": True}, "reputation", MET),
        ({"reputation": None}, "reputation", UNKNOWN),
        ({"duration_minutes": 1_440}, DURATION, NOT_MET),
        ({"duration_minutes": Decimal("1440.1")}, DURATION, MET),
        ({"duration_minutes": 1_441}, DURATION, MET),
        ({"duration_minutes": None}, DURATION, UNKNOWN),
        ({f"{PAYMENTS}downtime_minutes": 120}, DURATION, NOT_MET),
        ({f"{PAYMENTS}downtime_minutes": 121}, DURATION, MET),
        ({f"{PAYMENTS}downtime_minutes": None}, DURATION, UNKNOWN),
        ({"member_states": ()}, "geography", NOT_MET),
        ({"member_states": ("FR",)}, "geography", NOT_MET),
        ({"member_states": ("DE",)}, "geography", NOT_MET),
        ({"member_states": ("DE", "FR")}, "geography", MET),
        ({"member_states": ("DE", "FR", "NO")}, "geography", MET),
        ({"member_states": None}, "geography", UNKNOWN),
        ({"costs_eur": 100_000}, "economic", NOT_MET),
        ({"costs_eur": Decimal("100000.01")}, "economic", MET),
        ({"costs_eur": 100_001}, "economic", MET),
        ({"costs_eur": None}, "economic", UNKNOWN),
        ({"data_losses.availability": True}, "data_losses", NOT_MET),
        ({"data_losses.adverse_impact": True}, "data_losses", NOT_MET),
        ({"data_losses": None}, "data_losses", UNKNOWN),
        ({"access": None}, "malicious_access", UNKNOWN),
        ({"access.may_cause_data_losses": None}, "malicious_access", NOT_MET),
    ],
)
def test_other_thresholds(changes: dict[str, object], threshold: str, expected: Finding) -> None:
    """Art. 9(1)(f) and 9(2) to 9(6), one fact at a time."""
    assert finding(changes, threshold) is expected


@pytest.mark.parametrize(
    ("supports", "minutes", "expected"),
    [
        (False, 121, NOT_MET),
        (False, None, NOT_MET),
        (None, 120, NOT_MET),
        (None, 121, UNKNOWN),
        (None, None, UNKNOWN),
        (True, 121, MET),
    ],
)
def test_downtime_counts_only_where_a_critical_function_is_supported(
    *, supports: bool | None, minutes: int | None, expected: Finding
) -> None:
    """Art. 9(3)(b), in three values."""
    changes: dict[str, object] = {
        f"{PAYMENTS}supports_critical_function": supports,
        f"{PAYMENTS}downtime_minutes": minutes,
    }
    assert finding(changes, DURATION) is expected


@pytest.mark.parametrize("kind", ["availability", "authenticity", "integrity", "confidentiality"])
def test_each_kind_of_data_loss_counts_with_adverse_impact(kind: str) -> None:
    """Art. 5 and 9(5)(a)."""
    changes: dict[str, object] = {f"data_losses.{kind}": True, "data_losses.adverse_impact": True}
    assert finding(changes, "data_losses") is MET


@pytest.mark.parametrize(
    ("some", "kinds", "adverse", "expected"),
    [
        (True, None, True, MET),
        (True, None, None, UNKNOWN),
        (True, None, False, NOT_MET),
        (None, None, True, UNKNOWN),
        (False, None, True, NOT_MET),
        (None, False, True, NOT_MET),
    ],
)
def test_data_may_be_lost_of_which_kind_is_not_known_yet(
    *, some: bool | None, kinds: bool | None, adverse: bool | None, expected: Finding
) -> None:
    """`some` says so; an unknown kind stays unknown."""
    losses = dict.fromkeys(("availability", "authenticity", "integrity", "confidentiality"), kinds)
    changes: dict[str, object] = {
        "data_losses": {**losses, "some": some, "adverse_impact": adverse}
    }
    assert finding(changes, "data_losses") is expected


@pytest.mark.parametrize(
    ("states", "home", "expected"),
    [
        (("DE", "FR"), "FR", NOT_MET),
        (("DE", "IT"), "FR", MET),
        (("DE", "FR", "IT"), "FR", MET),
        (("DE", "FR"), None, UNKNOWN),
        (("DE", "FR", "IT"), None, MET),
        (("DE",), None, NOT_MET),
        (None, "FR", UNKNOWN),
    ],
)
def test_home_member_state_may_be_left_out(
    states: tuple[str, ...] | None, home: str | None, expected: Finding
) -> None:
    """The other reading of Art. 9(4), as a setting."""
    facts = with_facts(quiet(), [("member_states", states), ("home_member_state", home)])
    assert classified(facts, WITHOUT_HOME).thresholds["geography"] is expected


ACCESS = dict.fromkeys(("successful", "malicious", "unauthorised", "may_cause_data_losses"), True)


@pytest.mark.parametrize(
    ("access", "gate", "major"),
    [
        (ACCESS, Answer.YES, Answer.YES),
        ({**ACCESS, "may_cause_data_losses": False}, Answer.YES, Answer.NO),
        ({**ACCESS, "may_cause_data_losses": None}, Answer.YES, Answer.UNKNOWN),
        ({**ACCESS, "successful": False}, Answer.NO, Answer.NO),
        ({**ACCESS, "malicious": False}, Answer.NO, Answer.NO),
        ({**ACCESS, "unauthorised": False}, Answer.NO, Answer.NO),
        ({**ACCESS, "malicious": None}, Answer.UNKNOWN, Answer.UNKNOWN),
    ],
)
def test_malicious_access_is_gate_and_threshold(
    access: dict[str, bool | None], gate: Answer, major: Answer
) -> None:
    """Art. 6(c) and 9(5)(b): that alone is major, whatever service is hit."""
    facts = with_facts(quiet(), [("services", ()), ("access", access)])
    found = classified({**facts, "services": []})
    assert (found.critical_services_affected, found.major) == (gate, major)


@pytest.mark.parametrize(
    ("met", "major"), [(0, Answer.NO), (1, Answer.NO), (2, Answer.YES), (3, Answer.YES)]
)
def test_two_thresholds_are_needed(met: int, major: Answer) -> None:
    """Art. 8(1)(b): several conditions of one paragraph are one threshold."""
    changes = [("costs_eur", 100_001), ("member_states", ("DE", "FR")), ("duration_minutes", 9999)]
    assert classified(with_facts(quiet(), changes[:met])).major is major

    same = [("reputation.media", True), ("reputation.loss_of_clients", True)]
    assert classified(with_facts(quiet(), same)).major is Answer.NO


@pytest.mark.parametrize(
    ("supports", "regulated", "major"),
    [
        (False, False, Answer.NO),
        (True, False, Answer.YES),
        (False, True, Answer.YES),
        (None, False, Answer.UNKNOWN),
        (None, True, Answer.YES),
    ],
)
def test_without_critical_services_nothing_is_major(
    *, supports: bool | None, regulated: bool | None, major: Answer
) -> None:
    """Art. 6(a) and (b) are a gate: no number of thresholds replaces it."""
    changes = [
        (f"{PAYMENTS}supports_critical_function", supports),
        (f"{PAYMENTS}regulated_service", regulated),
        *(("costs_eur", 10**9), ("member_states", ("DE", "FR")), ("reputation.media", True)),
    ]
    assert classified(with_facts(quiet(), changes)).major is major
