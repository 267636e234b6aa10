"""Both formats of the severity tree: what the first proposed stays, what the second adds."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from holdfast.domain.facts import FactSheet
from holdfast.domain.roles import Role
from holdfast.domain.severity import (
    Dimension,
    MayBeTold,
    Priority,
    Severity,
    SeverityProposal,
    SeverityTree,
    ToBeTold,
)
from holdfast.domain.values import canonical_json, digest_of, require_canonical
from tests.severity_trees import FORMER, FORMER_POLICY, PRESENT, PRESENT_POLICY, sheet

OLD_FACTS: dict[str, tuple[bool | int | None, ...]] = {
    "malicious_access": (True, False, None),
    "data_loss": (True, False, None),
    "supports_critical_function": (True, False, None),
    "service_unavailable": (True, False, None),
    "clients_affected": (0, 100_000, 100_001, None),
}
OLD_SHEETS = [
    sheet(dict(zip(OLD_FACTS, values, strict=True))) for values in product(*OLD_FACTS.values())
]


def test_a_tree_of_format_1_dumps_what_it_was_read_from() -> None:
    """New fields leave no trace in it, neither in the tree nor in what it proposes."""
    content = json.loads(FORMER_POLICY.content)
    asked_whether = [node for node in content["nodes"].values() if "limit" not in node]
    for node in asked_whether:
        node["limit"] = None
    assert FORMER.model_dump(mode="json") == content


def test_a_tree_of_format_1_proposes_the_bytes_that_it_always_did() -> None:
    """The digest of all its proposals, as the first release made them."""
    proposals = [FORMER.propose(facts).model_dump(mode="json") for facts in OLD_SHEETS]
    assert set(proposals[0]) == {"severity", "priority", "because", "path"}
    assert set(proposals[0]["path"][0]) == {
        *("node", "question", "fact", "value", "limit", "estimate", "answer")
    }
    assert (
        digest_of(proposals)
        == "sha256:e3350516b604238f68d22f14a5f7db7ca8c47ddbcf9293c0d1e2768dbfc77934"
    )


def test_a_tree_of_format_1_says_nothing_of_what_follows() -> None:
    """Incidents that run under one go on as they began."""
    assert [FORMER.response_for(severity) for severity in Severity] == [None] * 4


@pytest.mark.parametrize("facts", OLD_SHEETS, ids=lambda facts: facts.digest[7:15])
def test_where_nobody_states_urgency_and_risk_the_severity_is_as_before(facts: FactSheet) -> None:
    """The new questions change nothing until somebody answers them."""
    before, now = FORMER.propose(facts), PRESENT.propose(facts)
    assert (now.severity, now.priority) == (before.severity, before.priority)


@pytest.mark.parametrize(
    ("stated", "leaf"),
    [
        ({"cut_off_at_risk": True}, "worst"),
        ({"cut_off_at_risk": True, "workaround_available": True}, "high_now"),
        ({"controls_weakened": True}, "high_now"),
        ({"impact_growing": True}, "high_now"),
        ({"impact_growing": False}, "high"),
        ({"workaround_available": True}, "high"),
        ({"impact_growing": False, "workaround_available": True}, "medium_eased"),
        ({"supports_critical_function": False, "cut_off_at_risk": True}, "high"),
        ({"supports_critical_function": False, "impact_growing": True}, "medium_now"),
    ],
    ids=str,
)
def test_urgency_and_operational_risk_move_the_severity(
    stated: dict[str, bool | int | None], leaf: str
) -> None:
    """A workaround lowers it only where somebody says that nothing gets worse."""
    known: dict[str, bool | int | None] = {
        "supports_critical_function": True,
        "service_unavailable": True,
    }
    assert PRESENT.propose(sheet({**known, **stated})).leaf == leaf


def test_a_proposal_of_format_2_names_criteria_leaf_and_what_follows() -> None:
    """The reason says what each question weighs; the leaf says who acts, and how often."""
    proposal = PRESENT.propose(sheet({"malicious_access": True}))
    assert proposal.path[0].dimension is Dimension.OPERATIONAL_RISK
    assert proposal.path[0].criterion == PRESENT.nodes["malicious"].criterion
    assert proposal.leaf == "worst"
    assert proposal.response == PRESENT.leaves["worst"].response
    assert proposal.response is not None
    assert proposal.response.update_every == timedelta(minutes=30)
    assert Role.MANAGEMENT_BODY in proposal.response.involve
    assert proposal.response.management_body is ToBeTold.MUST
    assert proposal.response.clients is MayBeTold.MAY


def test_a_proposal_of_format_2_lies_in_the_domain_of_evidence() -> None:
    """It is recorded as it is, and read again as it was."""
    proposal = PRESENT.propose(sheet({}))
    content = proposal.model_dump(mode="json")
    require_canonical(content)
    assert content["response"]["update_every"] == "PT2H"
    assert SeverityProposal.model_validate_json(canonical_json(content)) == proposal


def test_what_is_pinned_is_what_is_read() -> None:
    """A tree of format 2 survives the canonical bytes that incidents pin."""
    again = SeverityTree.model_validate(PRESENT.model_dump())
    assert SeverityTree.model_validate_json(PRESENT_POLICY.content) == PRESENT == again


@pytest.mark.parametrize(
    ("severity", "priority", "leaf"),
    [
        (Severity.SEV1, None, "worst"),
        (Severity.SEV2, None, "high_data"),
        (Severity.SEV2, Priority.P2, "high"),
        (Severity.SEV2, Priority.P4, "high_data"),
        (Severity.SEV3, None, "medium_eased"),
        (Severity.SEV3, Priority.P3, "medium"),
        (Severity.SEV4, None, "low"),
    ],
)
def test_people_who_decide_otherwise_get_the_fastest_response_of_that_severity(
    severity: Severity, priority: Priority | None, leaf: str
) -> None:
    """Of equals, the first by name; a priority that they name decides where a leaf has it."""
    assert PRESENT.leaf_for(severity, priority) == leaf
    assert PRESENT.response_for(severity, priority) == PRESENT.leaves[leaf].response


def test_the_response_does_not_depend_on_the_order_in_the_document() -> None:
    """Pinned content has its keys sorted: order means nothing."""
    content: dict[str, Any] = json.loads(PRESENT_POLICY.content)
    content["leaves"] = dict(reversed(content["leaves"].items()))
    turned = SeverityTree.model_validate_json(json.dumps(content))
    for severity in Severity:
        assert turned.leaf_for(severity) == PRESENT.leaf_for(severity)
