"""Which contracts carry a service, and what an escalation takes from register and policy."""

from __future__ import annotations

from datetime import timedelta

import pytest

from holdfast.domain.events import PolicyPin
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.opening import TakenTerms, TermsRead
from holdfast.domain.third_party.policy import third_party_policy
from holdfast.domain.third_party.serving import contracts_serving, services_carried
from holdfast.domain.third_party.taking import taken_terms
from holdfast.dora.register import Register, register_from
from holdfast.settings import Settings
from holdfast.store.policies import load_named_policy
from tests.unit.dora.register.documents import document, document_with_terms

_FOLDER = Settings().policies_folder
_REGISTER = load_named_policy(_FOLDER, "register")
_OURS = load_named_policy(_FOLDER, "third-parties")
EXAMPLE = register_from(_REGISTER.content)


def _taken(reference: str, register: Register = EXAMPLE) -> TermsRead:
    policy = third_party_policy(_OURS.content)
    return taken_terms(register, _REGISTER.pin, reference, policy, _OURS.pin)


def _of(read: TermsRead) -> TakenTerms:
    assert read.taken is not None, read.because
    return read.taken


@pytest.mark.parametrize(
    ("services", "expected"),
    [
        (["instant-payments"], [("CA-2024-014", "core-ledger")]),
        (["sct-inst"], [("CA-2024-014", "core-ledger")]),
        (["settlement", "ips-gateway"], [("CA-2024-014", "core-ledger")]),
        (
            ["pos", "web-banking", "pos"],
            [("CA-2025-007", "kartennetz"), ("CA-2023-001/A", "nordcloud")],
        ),
        (["wiki"], [("CA-2023-001/B", "nordcloud")]),
        (["unknown"], []),
        ([], []),
    ],
)
def test_a_service_is_carried_by_the_contracts_whose_terms_name_it(
    services: list[str], expected: list[tuple[str, str]]
) -> None:
    """Else by those of its vendors about its functions; each once, in the order of the services."""
    assert list(contracts_serving(EXAMPLE, services)) == expected


def test_without_terms_a_contract_of_a_vendor_counts_if_it_is_about_the_function() -> None:
    """Not one of another provider, nor one about something else, nor one that names nobody."""
    value = document()
    value["contracts"]["CA-1/A"]["provider"] = "cloud"
    value["contracts"]["CA-1/B"] = {**value["contracts"]["CA-1/A"], "functions": ["F2"]}
    value["contracts"]["CA-1/C"] = {"type": "subsequent", "overarching": "CA-1"}
    value["services"]["payments"]["functions"] = ["F1"]
    register = Register.model_validate(value)
    assert contracts_serving(register, ["payments"]) == (("CA-1/A", "cloud"),)
    assert contracts_serving(register, ["wiki"]) == ()
    assert services_carried(register, "CA-1/A") == ("payments",)
    assert services_carried(register, "CA-1/C") == ()


def test_terms_that_name_a_service_leave_no_other_contract_for_it() -> None:
    """They say under which contract it is given."""
    value = document_with_terms(services=["wiki"])
    value["contracts"]["CA-2"] = {"type": "standalone", "provider": "cloud", "functions": ["F1"]}
    register = Register.model_validate(value)
    assert services_carried(register, "CA-1/A") == ("wiki",)
    assert contracts_serving(register, ["payments"]) == (("CA-1/A", "cloud"), ("CA-2", "cloud"))
    value["contracts"]["CA-1/A"]["terms"]["services"] = ["payments"]
    register = Register.model_validate(value)
    assert contracts_serving(register, ["payments"]) == (("CA-1/A", "cloud"),)
    assert services_carried(register, "CA-2") == ()


def test_everything_that_an_escalation_is_held_to_is_taken_at_once() -> None:
    """Only the clocks and days that its own hours name, and what it supports by name."""
    taken = _of(_taken("CA-2024-014"))
    assert (taken.provider, taken.provider_name) == ("core-ledger", "Core Ledger Ltd")
    assert (taken.provider_code_type, taken.provider_code) == ("LEI", "EXMP00CORELEDGERIE78")
    assert taken.terms == EXAMPLE.contracts["CA-2024-014"].terms
    assert taken.time_zones == {"Europe/Berlin": "CET-1CEST,M3.5.0,M10.5.0/3"}
    assert taken.calendar == EXAMPLE.calendars["target"]
    assert taken.services == ("instant-payments", "securities-settlement")
    assert [(each.id, each.name, each.entity_name) for each in taken.functions] == [
        ("F1", "Payments in euro", "Beispielbank AG"),
        ("F3", "Custody and settlement", "Beispielbank AG"),
    ]
    assert taken.supports_critical_function
    assert (taken.register_of_information, taken.policy) == (_REGISTER.pin, _OURS.pin)
    assert taken.rules.link_lifetime == timedelta(days=3)
    assert TakenTerms.model_validate_json(taken.model_dump_json()) == taken


def test_a_contract_that_promises_nothing_is_taken_with_what_we_expect() -> None:
    """Its services follow from its functions."""
    taken = _of(_taken("CA-2023-001/B"))
    assert (taken.terms, taken.time_zones, taken.calendar) == (None, {}, None)
    assert taken.services == ("internal-wiki",)
    assert not taken.supports_critical_function
    assert taken.rules.without_terms[Severity.SEV2].restore == timedelta(days=1)


def test_of_a_contract_about_no_function_those_of_its_services_count() -> None:
    """What it supports is not lost for a field that nobody has kept."""
    value = document_with_terms()
    value["contracts"]["CA-1/A"]["functions"] = []
    register = Register.model_validate(value)
    taken = _of(_taken("CA-1/A", register))
    assert [each.id for each in taken.functions] == ["F1", "F2"]
    assert taken.supports_critical_function


def test_what_there_is_not_is_said() -> None:
    """A reference of nothing, and a contract with nobody."""
    assert _taken("CA-0").because == "no such contract in the register 1.1.0"
    register = Register.model_validate(document())
    read = _taken("CA-1/A", register)
    assert read.taken is None
    assert read.because == "the register 1.1.0 names no provider for it"


def test_the_pin_is_of_the_register_that_was_read() -> None:
    """Of what an incident is pinned to, whichever is in force by now."""
    older = PolicyPin(name="register", version="0.9.0", digest="sha256:" + 64 * "0")
    policy = third_party_policy(_OURS.content)
    read = taken_terms(EXAMPLE, older, "CA-2025-007", policy, _OURS.pin)
    assert _of(read).register_of_information == older
