"""What the failure of one provider hits, by the register (DORA Art. 29)."""

from __future__ import annotations

from typing import Any

import pytest

from holdfast.dora.register import Register
from holdfast.dora.register.concentration import concentration
from holdfast.dora.register.hits import Concentration, Way
from holdfast.dora.register.reach import carried_services
from tests.rulebook import RULEBOOK
from tests.unit.dora.register.documents import document, entity

_LEIS = {
    "cloud": "EXMP00NORDCLOUD00049",
    "ledger": "EXMP00CORELEDGERIE78",
    "cards": "EXMP00KARTENNETZ0008",
    "holding": "EXMP00NORDHOLDINGX07",
}
_TIME = {"acknowledge": "PT1H", "first_response": "PT2H", "restore": "P1D"}
_TIMES = {**_TIME, "update_every": None, "workaround": None}


def provider(name: str, **fields: object) -> dict[str, Any]:
    """A provider, with these fields otherwise."""
    return {
        "name": name.capitalize(),
        "person": "legal_person",
        "code_type": "LEI",
        "code": _LEIS[name],
        "country": "IE",
        **fields,
    }


def terms(*services: str, **fields: object) -> dict[str, Any]:
    """What a contract promises for these services."""
    rung = {"after": "PT0S", "title": "Desk", "contacts": ["desk"], "channel": "mail"}
    severities = ("SEV1", "SEV2", "SEV3", "SEV4")
    return {
        "services": list(services),
        "times": dict.fromkeys(severities, _TIMES),
        "ladder": [rung],
        **fields,
    }


def function(entity_id: str, *, critical: bool | None) -> dict[str, Any]:
    """A function of an entity."""
    said = {} if critical is None else {"critical_or_important": critical}
    return {"name": "A function", "licensed_activity": "x", "entity": entity_id, **said}


def service(
    *functions: str, vendors: tuple[str, ...] = (), entity_id: str = "bank"
) -> dict[str, Any]:
    """A service that supports these functions."""
    return {
        "name": "A service",
        "entity": entity_id,
        "functions": list(functions),
        "vendors": list(vendors),
    }


@pytest.fixture
def group() -> dict[str, Any]:
    """Two entities, four functions, three providers of which two are of one group."""
    plan = {"reference": "EXIT-1", "tested_on": "2025-06-01", "alternatives": ["Own ledger"]}
    chain = [{"provider": "cloud", "rank": 2}]
    return {
        **document(),
        "entities": {
            "bank": entity(),
            "firm": entity(name="Firm", lei="EXMP00PAIEMENTFRFR79"),
        },
        "functions": {
            "F1": function("bank", critical=True),
            "F2": function("bank", critical=True),
            "F3": function("firm", critical=None),
            "F4": function("firm", critical=True),
        },
        "services": {
            "payments": service("F1", vendors=("ledger",)),
            "accounts": service("F2", vendors=("cloud",)),
            "cards": service("F3", vendors=("cards",), entity_id="firm"),
            "shop": service("F4", vendors=("cloud",), entity_id="firm"),
        },
        "providers": {
            "cloud": provider("cloud", ultimate_parent="holding"),
            "cards": provider("cards", ultimate_parent="holding"),
            "holding": provider("holding"),
            "ledger": provider("ledger"),
        },
        "contracts": {
            "C-1": {"type": "overarching", "provider": "cloud"},
            "C-1/A": {"type": "subsequent", "overarching": "C-1", "functions": ["F2"]},
            "L-1": {
                "type": "standalone",
                "provider": "ledger",
                "functions": ["F1"],
                "terms": terms("payments", subcontractors=chain, exit_plan=plan),
            },
            "K-1": {"type": "standalone", "provider": "cards", "functions": ["F3"]},
        },
    }


def hit(value: dict[str, Any], name: str) -> Concentration:
    """What the failure of that provider hits by a document of the register."""
    return concentration(Register.model_validate(value), name)


def ways(found: tuple[Any, ...], name: str) -> dict[str, str]:
    """By which way each thing is hit, by its id."""
    return {getattr(each, name): str(each.way) for each in found}


def test_what_a_provider_carries_itself_is_hit_directly(group: dict[str, Any]) -> None:
    """Its contracts, and with them the services and functions that they carry."""
    found = hit(group, "ledger")
    assert ways(found.contracts, "contract") == {"L-1": "direct"}
    assert ways(found.services, "service") == {"payments": "direct"}
    assert ways(found.functions, "function") == {"F1": "direct"}
    assert (found.critical_functions, found.critical_functions_hit) == (3, 1)
    assert found.critical_share_per_mille == 333
    assert (found.contracts[0].exit_plan, found.contracts[0].alternatives) == (
        *("EXIT-1", ("Own ledger",)),
    )
    assert found.contracts_without_exit_plan == ()


def test_a_subcontractor_hits_what_others_carry(group: dict[str, Any]) -> None:
    """At its rank in their chain; and its group hits more, which is told apart."""
    found = hit(group, "cloud")
    assert ways(found.contracts, "contract") == {
        "C-1": "direct",
        "C-1/A": "direct",
        "L-1": "subcontractor",
        "K-1": "group",
    }
    ranks = {each.contract: (each.through, each.rank) for each in found.contracts}
    assert ranks["L-1"] == ("cloud", 2)
    assert ranks["K-1"] == ("cards", 1)
    assert ways(found.functions, "function") == {
        "F1": "subcontractor",
        "F2": "direct",
        "F3": "group",
        "F4": "direct",
    }
    assert (found.critical_functions_hit, found.critical_functions_hit_with_group) == (3, 3)
    assert found.contracts_without_exit_plan == ("C-1/A",)


def test_a_vendor_without_a_contract_is_told(group: dict[str, Any]) -> None:
    """The register names it for a service; nothing in it says on what terms."""
    shop = next(each for each in hit(group, "cloud").services if each.service == "shop")
    assert (shop.way, shop.contracts) == (Way.DIRECT, ())


def test_entities_are_counted_by_their_own_functions(group: dict[str, Any]) -> None:
    """How many each has, and how many are hit; critical ones first."""
    counted = [
        (each.entity, each.functions, each.functions_hit, each.critical_functions_hit)
        for each in hit(group, "cloud").entities
    ]
    assert counted == [("bank", 2, 2, 2), ("firm", 2, 2, 1)]


def test_the_parent_of_a_group_reaches_all_of_it(group: dict[str, Any]) -> None:
    """It has no contract of its own; in a chain, its group is reached at the rank there."""
    found = hit(group, "holding")
    assert set(found.group) == {"cloud", "cards"}
    assert {each.way for each in found.contracts} == {Way.GROUP}
    assert {each.contract: each.rank for each in found.contracts}["L-1"] == 2
    assert (found.critical_functions_hit, found.critical_functions_hit_with_group) == (0, 3)


def test_a_service_carries_the_contract_that_names_it(group: dict[str, Any]) -> None:
    """Another contract of the same vendor for the same function does not carry it as well."""
    group["contracts"]["L-2"] = {"type": "standalone", "provider": "ledger", "functions": ["F1"]}
    carried = carried_services(Register.model_validate(group))
    assert (carried["L-1"], carried["L-2"]) == (("payments",), ())
    assert carried["C-1/A"] == ("accounts",)


def test_a_register_without_critical_functions_has_no_share(group: dict[str, Any]) -> None:
    """Nothing is no part of nothing."""
    for each in group["functions"].values():
        each.pop("critical_or_important", None)
    assert hit(group, "cloud").critical_share_per_mille is None


def test_an_unknown_provider_hits_nothing(group: dict[str, Any]) -> None:
    """It is the door that says that there is none."""
    found = hit(group, "nobody")
    assert (found.name, found.contracts, found.services, found.entities) == (None, (), (), ())
    assert found.critical_share_per_mille == 0


@pytest.mark.parametrize("name", ["conseil-exemple", "core-ledger", "kartennetz", "nordcloud"])
def test_the_example_register_agrees_with_itself(name: str) -> None:
    """What is hit directly is in no other way; every share is of all that there is."""
    register = RULEBOOK.register
    assert register is not None
    found = concentration(register, name)
    assert 0 <= found.critical_functions_hit <= found.critical_functions_hit_with_group
    assert found.critical_functions_hit_with_group <= found.critical_functions
    supported = {one for each in found.contracts for one in each.functions}
    assert supported <= {each.function for each in found.functions}
    assert {each.entity for each in found.functions} <= {each.entity for each in found.entities}
