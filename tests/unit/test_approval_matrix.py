"""The approval matrix that is shipped: decisions on providers, and what may leave unasked."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from holdfast.domain.approval_matrix import ApprovalMatrix, DecisionKind
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.roles import Role
from tests.rulebook import POLICIES

MATRIX = ApprovalMatrix.model_validate_json(POLICIES[APPROVAL_MATRIX].content)
_CALLS = {Purpose.VENDOR_REQUEST, Purpose.VENDOR_CALL}
_VENDOR_MANAGER, _COMMANDER = Role.VENDOR_MANAGER, Role.INCIDENT_COMMANDER


def _standing(audience: Audience, purpose: Purpose) -> str:
    document: dict[str, Any] = json.loads(POLICIES[APPROVAL_MATRIX].content)
    document["communications"][str(audience)]["standing"] = [str(purpose)]
    return json.dumps(document)


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("purpose", Purpose)
def test_outside_of_the_house_only_calls_of_providers_leave_unasked(
    audience: Audience, purpose: Purpose
) -> None:
    """Nothing to clients, counterparts, media or authority, and no other message to providers."""
    document = _standing(audience, purpose)
    if audience.internal or (audience is Audience.VENDOR and purpose in _CALLS):
        matrix = ApprovalMatrix.model_validate_json(document)
        assert matrix.communications[audience].standing == (purpose,)
    else:
        with pytest.raises(ValidationError, match=f"{purpose} to {audience} cannot leave without"):
            ApprovalMatrix.model_validate_json(document)


def test_calls_of_providers_leave_unasked_as_shipped() -> None:
    """The ladder of a contract cannot wait for an approval at each rung."""
    standing = {name: set(each.standing) for name, each in MATRIX.communications.items()}
    assert standing == {
        audience: {Purpose.ESCALATION_BRIEF} if audience.internal else set()
        for audience in Audience
    } | {Audience.VENDOR: _CALLS}
    assert {purpose for purpose in Purpose if purpose.calls_a_provider} == _CALLS


@pytest.mark.parametrize(
    ("kind", "roles", "options"),
    [
        (
            DecisionKind.THIRD_PARTY_INVOCATION,
            (_VENDOR_MANAGER, _COMMANDER),
            {"invoked": False, "rejected": True},
        ),
        (
            DecisionKind.THIRD_PARTY_PAUSE,
            (_VENDOR_MANAGER, _COMMANDER, Role.COMPLIANCE),
            {"granted": True, "refused": True},
        ),
        (
            DecisionKind.THIRD_PARTY_RESTORATION,
            (_COMMANDER, Role.RESPONDER),
            {"confirmed": False, "not_restored": True},
        ),
        (
            DecisionKind.THIRD_PARTY_REVIEW,
            (_VENDOR_MANAGER, Role.MANAGEMENT_BODY),
            {"signed_off": False, "returned": True},
        ),
    ],
)
def test_each_decision_on_a_provider_has_its_rule(
    kind: DecisionKind, roles: tuple[Role, ...], options: dict[str, bool]
) -> None:
    """Who decides, and where they have to say why; somebody hears of silence."""
    rule = MATRIX.rules[kind]
    assert rule.roles == roles
    assert {name: option.rationale_required for name, option in rule.options.items()} == options
    assert {option.quorum for option in rule.options.values()} == {1}
    assert Role.MANAGEMENT_BODY in rule.schedule.ladder[-1].roles
    assert all(before < rule.schedule.due_after for before in rule.schedule.warn_before)


def test_a_provider_is_called_within_a_quarter_of_an_hour() -> None:
    """Under urgency whoever is there may begin it; nothing else about providers is bypassed."""
    invocation = MATRIX.rules[DecisionKind.THIRD_PARTY_INVOCATION]
    assert invocation.schedule.due_after == timedelta(minutes=15)
    assert invocation.bypass is not None
    assert invocation.bypass.options == ("invoked",)
    others = [kind for kind in DecisionKind if kind.startswith("third_party.")][1:]
    assert [MATRIX.rules[kind].bypass for kind in others] == [None] * 3


def test_a_matrix_of_format_four_has_all_of_them() -> None:
    """One of format 3 has none: incidents pinned to it have no escalations of providers."""
    document = json.loads(POLICIES[APPROVAL_MATRIX].content)
    for kind in [kind for kind in document["rules"] if kind.startswith("third_party.")]:
        del document["rules"][kind]
    with pytest.raises(ValidationError, match=r"no rule for third_party\.invocation"):
        ApprovalMatrix.model_validate_json(json.dumps(document))
    older = ApprovalMatrix.model_validate_json(json.dumps(document | {"format": 3}))
    assert DecisionKind.THIRD_PARTY_REVIEW not in older.rules
