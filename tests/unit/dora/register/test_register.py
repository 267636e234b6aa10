"""The register as a whole: what its sections say of one another, and how a service is found."""

from __future__ import annotations

import json
from typing import Any

import pytest

from holdfast.domain.policies import pinned
from holdfast.dora.register import REGISTER, Register, Service, register_from
from tests.unit.dora.register.documents import document, entity, problems

_FACTS = {
    "supports_critical_function",
    "regulated_service",
    "clients_total",
    "counterparts_total",
    "transactions_daily_average",
    "transactions_daily_average_value",
}


def _changed(section: str, name: str, /, **fields: object) -> dict[str, Any]:
    value = document()
    value[section].setdefault(name, {}).update(fields)
    return value


def test_a_register_that_agrees_with_itself_is_taken() -> None:
    """The document that the others are made from."""
    assert problems(document()) == {}


@pytest.mark.parametrize(
    ("value", "path", "words"),
    [
        (_changed("functions", "F1", entity="x"), "functions.F1.entity", "no such entity 'x'"),
        (_changed("services", "wiki", entity="x"), "services.wiki.entity", "no such entity 'x'"),
        (
            _changed("services", "wiki", functions=["F2", "F9"]),
            "services.wiki.functions.1",
            "no such function 'F9'",
        ),
        (
            _changed("services", "wiki", vendors=["x"]),
            "services.wiki.vendors.0",
            "no such provider 'x'",
        ),
        (
            _changed("services", "payments", supports_critical_function=False),
            "services.payments.supports_critical_function",
            "false, but its function 'F1' is critical or important",
        ),
        (
            _changed("services", "wiki", aliases=["payments"]),
            "services.wiki.aliases.0",
            "'payments' already stands for the service 'payments'",
        ),
        (
            _changed("services", "wiki", aliases=["help", "sct-inst"]),
            "services.wiki.aliases.1",
            "'sct-inst' already stands for the service 'payments'",
        ),
        (
            _changed("services", "wiki", aliases=["wiki"]),
            "services.wiki.aliases.0",
            "'wiki' is the id of this service itself",
        ),
        (
            _changed("entities", "again", **entity()),
            "entities.again.lei",
            "'bank' has this LEI already",
        ),
        (
            _changed("providers", "cloud", ultimate_parent="x"),
            "providers.cloud.ultimate_parent",
            "no such provider 'x'",
        ),
        (
            _changed("providers", "again", **document()["providers"]["cloud"]),
            "providers.again.code",
            "'cloud' has this code already",
        ),
        (
            _changed("contracts", "CA-1", provider="x"),
            "contracts.CA-1.provider",
            "no such provider 'x'",
        ),
        (
            _changed("contracts", "CA-1/A", functions=["x"]),
            "contracts.CA-1/A.functions.0",
            "no such function 'x'",
        ),
        (
            _changed("contracts", "CA-1/A", overarching="CA-2"),
            "contracts.CA-1/A.overarching",
            "no such contract 'CA-2'",
        ),
        (
            _changed("contracts", "CA-1/A", overarching="CA-1/A"),
            "contracts.CA-1/A.overarching",
            "the contract 'CA-1/A' is not an overarching one",
        ),
        (
            _changed("contracts", "CA-1/A", overarching=None),
            "contracts.CA-1/A.overarching",
            "a subsequent arrangement names its overarching one (2024/2956 B_02.01.0030)",
        ),
    ],
)
def test_a_contradiction_is_told_at_its_path(value: object, path: str, words: str) -> None:
    """As a wrong field is, so that its line can be found."""
    assert problems(value) == {path: words}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "severity-tree", "Input should be 'register'"),
        ("format", 2, "unknown format 2: this release reads format 1"),
        ("version", "", "pattern"),
        ("branches", {}, "Extra inputs"),
        ("entities", None, "valid dictionary"),
    ],
)
def test_what_is_no_register_is_refused(field: str, value: object, words: str) -> None:
    """An unknown format above all: it may mean something else."""
    found = problems({**document(), field: value})
    assert list(found) == [field]
    assert words in found[field]


@pytest.mark.parametrize(
    ("critical", "stated", "derived"),
    [
        ([True, False], None, True),
        ([True, None], None, True),
        ([False, False], None, False),
        ([False, None], None, None),
        ([None], None, None),
        ([], None, None),
        ([], False, False),
        ([False], True, True),
        ([None], False, False),
    ],
)
def test_support_of_a_critical_function_follows_from_the_functions(
    critical: list[bool | None],
    stated: bool | None,  # noqa: FBT001
    derived: bool | None,  # noqa: FBT001
) -> None:
    """Unless it is stated; nothing is false for want of an assessment."""
    value = document()
    names = [f"F{number}" for number in range(10, 10 + len(critical))]
    for name, one in zip(names, critical, strict=True):
        value["functions"][name] = {**value["functions"]["F2"], "critical_or_important": one}
    value["services"]["wiki"] |= {"functions": names, "supports_critical_function": stated}
    register = Register.model_validate(value)
    assert register.services["wiki"].supports_critical_function is derived


def test_a_service_is_found_by_its_id_and_by_its_aliases() -> None:
    """Alerts call services by other names."""
    register = Register.model_validate(document())
    assert register.service("payments") is register.services["payments"]
    assert register.service("sct-inst") is register.services["payments"]
    assert register.service("unheard-of") is None
    assert [register.entity_of(name) for name in ("sct-inst", "unheard-of")] == ["bank", None]


def test_a_service_carries_the_names_of_the_facts_that_fall_back_on_it() -> None:
    """Each unknown until the register knows it."""
    empty = Service(name="X", entity="bank")
    assert {getattr(empty, name) for name in _FACTS} == {None}


def test_a_pinned_register_is_read_from_its_content() -> None:
    """The same bytes give the same register, parsed once."""
    policy = pinned(document())
    register = register_from(policy.content)
    assert (policy.pin.name, register.version) == (REGISTER, "1")
    assert register == Register.model_validate(json.loads(policy.content))
    assert register_from(policy.content) is register


def test_a_checked_register_stays_right_when_it_is_read_again() -> None:
    """What was derived is no contradiction."""
    register = Register.model_validate(document())
    assert Register.model_validate_json(register.model_dump_json()) == register
