"""A running incident keeps its policies; going on under others is a decision by somebody else."""

from __future__ import annotations

import json

from holdfast.domain.events import EventKind
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
    pinned,
)
from holdfast.domain.reconsidering import Repin
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, ROBIN
from tests.walk import Walk


def changed(name: str, version: str, **members: object) -> PinnedPolicy:
    """Another version of a policy."""
    return pinned({**json.loads(POLICIES[name].content), "version": version, **members})


LATER = changed(SEVERITY_TREE, "9.0.0")


def repin(*policies: PinnedPolicy) -> Repin:
    """Ask for these."""
    return Repin(policies=policies, reason="It knows the new cut-off.")


def test_nothing_changes_before_somebody_else_has_decided() -> None:
    """Who asks cannot decide; until then the incident goes by its own version."""
    walk = Walk()
    walk.to_contain()
    walk.submit(COMMANDER, repin(LATER))
    assert walk.state.pin(SEVERITY_TREE) == POLICIES[SEVERITY_TREE].pin
    own = walk.answer(COMMANDER, "policy.repinning-1", "approved")
    assert own.payload["reason"] == "self_approval"
    walk.answer(COMPLIANCE, "policy.repinning-1", "approved")
    assert walk.state.pin(SEVERITY_TREE) == LATER.pin
    repinned = walk.last(EventKind.POLICY_REPINNED).payload
    assert LATER.pin.model_dump() in repinned["policies"]
    assert POLICIES[SEVERITY_TREE].pin.model_dump() in repinned["before"]
    assert len(repinned["policies"]) == len(POLICIES)


def test_a_rejected_one_changes_nothing() -> None:
    """And the same can be asked again."""
    walk = Walk()
    walk.to_contain()
    walk.submit(COMMANDER, repin(LATER))
    walk.answer(COMPLIANCE, "policy.repinning-1", "rejected")
    assert walk.state.pin(SEVERITY_TREE) == POLICIES[SEVERITY_TREE].pin
    assert EventKind.POLICY_REPINNED not in walk.kinds()
    walk.submit(COMMANDER, repin(LATER))
    assert "policy.repinning-2" in walk.open_requests()


def test_a_later_request_takes_the_place_of_the_one_before() -> None:
    """What is decided is exactly what was asked last."""
    walk = Walk()
    walk.to_contain()
    walk.submit(COMMANDER, repin(LATER))
    latest = changed(SEVERITY_TREE, "9.1.0")
    walk.submit(COMMANDER, repin(latest))
    assert walk.state.requests["policy.repinning-1"].state == "voided"
    walk.answer(COMPLIANCE, "policy.repinning-2", "approved")
    assert walk.state.pin(SEVERITY_TREE) == latest.pin


def test_the_versions_that_it_has_are_refused() -> None:
    """There is nothing to decide."""
    walk = Walk()
    walk.to_contain()
    assert walk.submit(ROBIN, repin(POLICIES[SEVERITY_TREE])).payload["reason"] == "already_pinned"


def test_a_new_matrix_holds_for_the_next_question() -> None:
    """The desk goes by it from then on."""
    walk = Walk()
    walk.to_contain()
    rules = json.loads(POLICIES[APPROVAL_MATRIX].content)["rules"]
    rules["policy.repinning"]["roles"] = ["management_body"]
    matrix = changed(APPROVAL_MATRIX, "9.0.0", rules=rules)
    walk.submit(COMMANDER, repin(matrix))
    walk.answer(COMPLIANCE, "policy.repinning-1", "approved")
    walk.submit(COMMANDER, repin(LATER))
    assert walk.state.requests["policy.repinning-2"].roles == ("management_body",)


def test_an_incident_of_the_first_release_takes_classification_up() -> None:
    """It is evaluated, and asked, from its re-pinning on."""
    walk = Walk()
    first = {name: POLICIES[name] for name in walk.state.policies if name != DORA_CLASSIFICATION}
    walk.state.policies, walk.state.pins = first, {}
    walk.process = type(walk.process)(walk.state, walk._record)  # noqa: SLF001 - its own journal
    walk.state.policies = dict(first)
    walk.open_under(tuple(policy.pin for policy in first.values()))
    assert "classification" not in walk.state.clocks
    asked = Repin(
        policies=(POLICIES[DORA_CLASSIFICATION],),
        pins=(POLICIES[REGISTER].pin,),
        reason="Catch up.",
    )
    walk.submit(COMMANDER, asked)
    walk.answer(COMPLIANCE, "policy.repinning-1", "approved")
    assert walk.state.clocks["classification"].open
    assert "classification.confirmation-1" in walk.open_requests()
