"""What the doors of escalations take, and the contracts that they name."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import RowMapping

from api.app import create_app
from api.pinned_register import provider_of, serving_contracts
from api.problems import Problem
from api.third_parties.models import (
    NewEscalation,
    OriginStatement,
    ProviderNotification,
    StatementOnBehalf,
)
from holdfast.dora.register import Register
from holdfast.settings import Settings
from tests.rulebook import RULEBOOK
from tests.third_party_walk import CONTRACT, PROVIDER

_SCHEMAS = create_app(Settings()).openapi()["components"]["schemas"]
_AT = "2026-03-04T09:31:00Z"
_ESCALATION: dict[str, Any] = {"contract": CONTRACT, "because": "It is down."}
_TOLD = {"said_by": "Duty desk", "said_at": _AT, "source": "telephone"}
_STATEMENT = {**_TOLD, "said": "acknowledgement", "reference": "Call 4711"}
_NOTIFICATION = {**_TOLD, "contract": CONTRACT, "statement": "It is down."}
_ORIGIN: dict[str, Any] = {"rank": 2, "name": "Sub", "statement": "Their report says so."}


@pytest.mark.parametrize(
    ("model", "given"),
    [
        (NewEscalation, _ESCALATION),
        (NewEscalation, _ESCALATION | {"asked_at": _AT, "asked_by": "portal"}),
        (ProviderNotification, _NOTIFICATION),
        (StatementOnBehalf, _STATEMENT),
        (StatementOnBehalf, _STATEMENT | {"said": "estimate", "estimated_at": _AT}),
        (OriginStatement, _ORIGIN),
        (OriginStatement, _ORIGIN | {"code_type": "LEI", "code": "X"}),
        (OriginStatement, {"rank": 1, "statement": "It was theirs."}),
    ],
)
def test_what_is_whole_is_taken(model: type[BaseModel], given: dict[str, Any]) -> None:
    """As it is given."""
    assert model.model_validate(given).model_dump(include={"statement", "because", "said"})


@pytest.mark.parametrize(
    ("model", "given", "told"),
    [
        (NewEscalation, _ESCALATION | {"asked_at": _AT}, "both when"),
        (NewEscalation, _ESCALATION | {"asked_by": "mail"}, "both when"),
        (NewEscalation, _ESCALATION | {"asked_at": _AT, "asked_by": "link"}, "nobody asks"),
        (NewEscalation, _ESCALATION | {"provider": PROVIDER}, "Extra inputs"),
        (ProviderNotification, _NOTIFICATION | {"source": "machine"}, "say how it reached you"),
        (ProviderNotification, _NOTIFICATION | {"said_by": None}, "valid string"),
        (StatementOnBehalf, _STATEMENT | {"source": "link"}, "say how it reached you"),
        (StatementOnBehalf, _STATEMENT | {"reference": " "}, "at least 1 character"),
        (StatementOnBehalf, _STATEMENT | {"said": "estimate"}, "`estimated_at`"),
        (StatementOnBehalf, _STATEMENT | {"said": "document"}, "`documents`"),
        (StatementOnBehalf, _STATEMENT | {"said": "update"}, "`text`"),
        (StatementOnBehalf, _STATEMENT | {"said": "workaround"}, "`text`"),
        (OriginStatement, _ORIGIN | {"provider": PROVIDER}, "leave them out"),
        (OriginStatement, {"rank": 2, "statement": "x"}, "name it"),
        (OriginStatement, _ORIGIN | {"rank": 1}, "rank 1 is the provider"),
        (OriginStatement, _ORIGIN | {"code": "X"}, "a code needs its type"),
    ],
)
def test_what_is_not_whole_is_refused_and_says_what_is_missing(
    model: type[BaseModel], given: dict[str, Any], told: str
) -> None:
    """Before anything is kept."""
    with pytest.raises(ValidationError, match=told):
        model.model_validate(given)


@pytest.mark.parametrize(
    "name",
    ["NewEscalation", "ProviderNotification", "StatementOnBehalf", "PauseRequest", "SaidSo",
     "OriginStatement", "WeaknessReport", "ReviewDraft", "Because", "EscalationSummary",
     "Escalation", "ServingContract", "SpeakerDisclosed"],
)  # fmt: skip
def test_every_body_has_an_example(name: str) -> None:
    """In the schema itself, where every door that uses it shows it."""
    assert _SCHEMAS[name]["example"]


def _incident(*services: str) -> RowMapping:
    return cast("RowMapping", {"incident_id": "INC-2026-000001", "services": list(services)})


def _escalation(number: int, *, closed: bool) -> RowMapping:
    return cast("RowMapping", {"number": number, "contract": CONTRACT, "closed": closed})


@pytest.fixture
def register() -> Register:
    """The one that the examples come with."""
    assert RULEBOOK.register is not None
    return RULEBOOK.register


def test_responders_need_not_know_reference_numbers(register: Register) -> None:
    """The contracts that carry what is affected, by id or alias, and which are escalated."""
    rows = [_escalation(1, closed=True), _escalation(3, closed=False)]
    found = serving_contracts(_incident("instant-payments"), register, rows)
    (core,) = [each for each in found.contracts if each.contract == CONTRACT]
    assert (core.provider, core.provider_name) == (PROVIDER, register.providers[PROVIDER].name)
    assert (core.terms, core.third_parties, core.open) == (True, [1, 3], 3)
    assert core.services == ["instant-payments"]
    others = [each for each in found.contracts if each.contract != CONTRACT]
    assert all((each.third_parties, each.open) == ([], None) for each in others)
    assert serving_contracts(_incident("unheard-of"), register, rows).contracts == []


def test_an_unknown_contract_is_refused_with_those_that_fit(register: Register) -> None:
    """So that the next attempt can be right."""
    assert provider_of(["instant-payments"], register, CONTRACT) == PROVIDER
    with pytest.raises(Problem) as refused:
        provider_of(["instant-payments"], register, "CA-0000")
    assert refused.value.code == "unknown_contract"
    named = cast("list[dict[str, str]]", refused.value.fields["contracts"])
    assert {"contract": CONTRACT, "provider": PROVIDER} in named
    whose = register.contracts[CONTRACT].model_copy(update={"provider": None})
    nobodys = register.model_copy(update={"contracts": {CONTRACT: whose}})
    with pytest.raises(Problem, match="names no provider"):
        provider_of(["instant-payments"], nobodys, CONTRACT)
