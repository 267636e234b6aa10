"""Each entry of the register on its own: what is refused, and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.dora.register import EntityType
from tests.unit.dora.register.documents import FIRM_LEI, document, entity, problems


def _with(section: str, name: str, /, **fields: object) -> dict[str, Any]:
    value = document()
    value[section][name] = {**value[section].get(name, {}), **fields}
    return value


def test_there_are_the_23_types_of_field_1_4() -> None:
    """Implementing Regulation (EU) 2025/302 Annex I, by the tokens of the reporting schema."""
    assert len(EntityType) == 23
    assert EntityType("crypto-asset_service_provider") is EntityType.CRYPTO_ASSET_SERVICE_PROVIDER


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"lei": "EXMP00BEISPIELBANK85"}, "lei", "check digits"),
        ({"lei": "EXMP00"}, "lei", "20 characters"),
        ({"home_member_state": "GB"}, "home_member_state", "none of the 30 states"),
        ({"home_member_state": "EL"}, "home_member_state", "none of the 30 states"),
        ({"subdivision": "FR-IDF"}, "subdivision", "no part of the home Member State DE"),
        ({"subdivision": "Hessen"}, "subdivision", "pattern"),
        ({"type": "bank"}, "type", "Input should be"),
        ({"microenterprise": "no"}, "microenterprise", "valid boolean"),
        ({"simplified_regime": True}, "simplified_regime", "cannot be under the simplified"),
        ({"parent": {"name": "X", "lei": "1"}}, "parent.lei", "20 characters"),
        ({"nis2": True}, "nis2", "Extra inputs"),
    ],
)
def test_a_wrong_entity_is_refused(fields: dict[str, Any], path: str, words: str) -> None:
    """At the field that is wrong."""
    found = problems(_with("entities", "bank", **fields))
    assert list(found) == [f"entities.bank.{path}"]
    assert words in found[f"entities.bank.{path}"]


@pytest.mark.parametrize(
    "kind",
    ["trading_venue", "central_counterparty", "trade_repository", "central_securities_depository"],
)
def test_market_infrastructure_is_never_a_microenterprise(kind: str) -> None:
    """DORA Art. 3(60)."""
    found = problems(_with("entities", "bank", type=kind, microenterprise=True))
    assert found == {
        "entities.bank.microenterprise": f"a {kind} is never a microenterprise (DORA Art. 3(60))"
    }
    assert not problems(_with("entities", "bank", type="investment_firm", microenterprise=True))


@pytest.mark.parametrize("kind", EntityType)
def test_the_simplified_regime_is_open_to_those_of_article_16(kind: EntityType) -> None:
    """Small investment firms, exempted payment and e-money institutions, small pension funds."""
    found = problems(_with("entities", "bank", type=kind.value, simplified_regime=True))
    assert (found == {}) is (
        kind.value
        in {
            "investment_firm",
            "exempted_payment_institution",
            "exempted_electronic_money_institution",
            "institution_for_occupational_retirement_provision",
        }
    )


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"critical_or_important": "yes"}, "critical_or_important", "valid boolean"),
        ({"assessed_on": "15.1.2026"}, "assessed_on", "give a date such as"),
        ({"assessed_on": "2026-02-30"}, "assessed_on", "valid date"),
        ({"assessed_on": 20_000}, "assessed_on", "give a date such as"),
        ({"rto_hours": -1}, "rto_hours", "greater than or equal to 0"),
        ({"rpo_hours": 0.5}, "rpo_hours", "valid integer"),
        ({"reasons": "x" * 301}, "reasons", "at most 300"),
        (
            {"critical_or_important": None, "assessed_on": "2026-01-15"},
            "assessed_on",
            "critical_or_important is not known",
        ),
    ],
)
def test_a_wrong_function_is_refused(fields: dict[str, Any], path: str, words: str) -> None:
    """At the field that is wrong."""
    found = problems(_with("functions", "F2", **fields))
    assert words in found[f"functions.F2.{path}"]


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"clients_total": "500000"}, "clients_total", "valid integer"),
        ({"clients_total": True}, "clients_total", "valid integer"),
        ({"counterparts_total": -1}, "counterparts_total", "greater than or equal"),
        ({"currency": "Euro"}, "currency", "pattern"),
        (
            {"transactions_daily_average_value": 5},
            "transactions_daily_average_value",
            "needs its currency",
        ),
        ({"functions": ["F2", "F2"]}, "functions", "named twice: F2"),
        ({"aliases": ["with space"]}, "aliases.0", "pattern"),
        ({"supports_critical_function": 1}, "supports_critical_function", "valid boolean"),
    ],
)
def test_a_wrong_service_is_refused(fields: dict[str, Any], path: str, words: str) -> None:
    """At the field that is wrong."""
    found = problems(_with("services", "wiki", **fields))
    assert list(found) == [f"services.wiki.{path}"]
    assert words in found[f"services.wiki.{path}"]


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"code": FIRM_LEI[:-1] + "0"}, "code", "is no LEI"),
        ({"code_type": "EUID", "code": "1"}, "code", "is no EUID"),
        ({"code_type": "VAT"}, "code_type", "a legal person has an LEI or an EUID"),
        (
            {"code_type": "PNR", "person": "individual"},
            "code_type",
            "'LEI', 'EUID', 'CRN' or 'VAT'",
        ),
        ({"additional_code": "IE.1"}, "additional_code", "needs its type"),
        ({"country": "Ireland"}, "country", "pattern"),
    ],
)
def test_a_wrong_provider_is_refused(fields: dict[str, Any], path: str, words: str) -> None:
    """At the field that is wrong."""
    found = problems(_with("providers", "cloud", **fields))
    assert words in found[f"providers.cloud.{path}"]


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"overarching": "CA-1", "type": "standalone"}, "overarching", "has no overarching one"),
        ({"type": "framework"}, "type", "Input should be"),
        ({"functions": ["F1", "F1"]}, "functions", "named twice"),
    ],
)
def test_a_wrong_contract_is_refused(fields: dict[str, Any], path: str, words: str) -> None:
    """At the field that is wrong."""
    found = problems(_with("contracts", "CA-1/A", **fields))
    assert words in found[f"contracts.CA-1/A.{path}"]


def test_everything_wrong_with_the_fields_is_told_at_once() -> None:
    """Whoever mends a register does it in one go."""
    value = _with("services", "wiki", clients_total=-1)
    value["entities"]["bank"] = entity(lei="", home_member_state="US")
    assert set(problems(value)) == {
        "entities.bank.lei",
        "entities.bank.home_member_state",
        "services.wiki.clients_total",
    }
