"""Policies as data: complete, without contradictions, and what they propose."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.escalation import EscalationPolicy
from holdfast.domain.facts import FactChange, FactSheet, Quality
from holdfast.domain.policies import APPROVAL_MATRIX, ESCALATION, SEVERITY_TREE, PinnedPolicy
from holdfast.domain.severity import Severity, SeverityTree
from holdfast.errors import InvalidInput
from holdfast.store.policies import load_policy_folder
from tests.rulebook import FOLDER, POLICIES
from tests.statements import NOON, ROBIN, SERVICE

TREE = SeverityTree.model_validate_json(POLICIES[SEVERITY_TREE].content)


def sheet(**values: bool | int | None) -> FactSheet:
    """A fact sheet over one service and the incident as a whole."""
    known = FactSheet(services=(SERVICE,))
    for name, value in values.items():
        whole = name in {"malicious_access", "data_loss"}
        change = FactChange(
            fact=name,
            service=None if whole else SERVICE,
            value=value,
            quality=Quality.ESTIMATE,
            source="estimate of the desk",
        )
        known = known.changed(change, ROBIN, NOON)
    return known


@pytest.mark.parametrize(
    ("facts", "severity"),
    [
        (sheet(), Severity.SEV2),
        (sheet(malicious_access=True), Severity.SEV1),
        (sheet(data_loss=True), Severity.SEV1),
        (sheet(data_loss=True, supports_critical_function=False), Severity.SEV2),
        (
            sheet(
                supports_critical_function=True, service_unavailable=True, clients_affected=100_000
            ),
            Severity.SEV2,
        ),
        (
            sheet(
                supports_critical_function=True, service_unavailable=True, clients_affected=100_001
            ),
            Severity.SEV1,
        ),
        (sheet(supports_critical_function=False), Severity.SEV3),
        (sheet(supports_critical_function=False, service_unavailable=False), Severity.SEV4),
        (sheet(supports_critical_function=False, service_unavailable=None), Severity.SEV3),
    ],
    ids=[
        "nothing known",
        "attack",
        "data",
        "ordinary data",
        "at the limit",
        "above the limit",
        "ordinary",
        "ordinary usable",
        "taken back",
    ],
)
def test_the_tree_proposes_a_severity_from_what_is_known(
    facts: FactSheet, severity: Severity
) -> None:
    """Limits are strictly greater, and what is unknown leads to caution."""
    assert TREE.propose(facts).severity is severity


def test_a_proposal_shows_the_path_that_led_to_it() -> None:
    """Each step names question, fact, value, limit and answer."""
    path = TREE.propose(
        sheet(supports_critical_function=True, service_unavailable=True, clients_affected=7)
    ).path
    assert [(step.fact, step.answer) for step in path] == [
        ("malicious_access", "unknown"),
        ("data_loss", "unknown"),
        ("supports_critical_function", "yes"),
        ("service_unavailable", "yes"),
        ("clients_affected", "no"),
        ("cut_off_at_risk", "unknown"),
        ("controls_weakened", "unknown"),
        ("impact_growing", "unknown"),
    ]
    assert (path[4].value, path[4].limit, path[4].estimate) == (7, 100_000, True)


@given(
    st.dictionaries(
        st.sampled_from(
            ["malicious_access", "data_loss", "service_unavailable", "supports_critical_function"]
        ),
        st.sampled_from([True, False, None]),
    )
)
def test_every_combination_of_facts_has_exactly_one_proposal(
    values: dict[str, bool | None],
) -> None:
    """The tree is complete, and pure: the same facts give the same proposal."""
    assert TREE.propose(sheet(**values)) == TREE.propose(sheet(**values))


def _edited(policy: str, edit: Callable[[Any], None]) -> str:
    document = json.loads(POLICIES[policy].content)
    edit(document)
    return json.dumps(document)


def _set(*path: str, to: object) -> Callable[[Any], None]:
    def edit(document: dict[str, Any]) -> None:
        for name in path[:-1]:
            document = document[name]
        document[path[-1]] = to

    return edit


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (_set("root", to="nowhere"), "neither a node nor a leaf"),
        (_set("root", to="ordinary_unavailable"), "nothing leads to"),
        (_set("nodes", "data", "yes", to="malicious"), "circle"),
        (_set("nodes", "many_clients", "limit", to=None), "needs a limit"),
        (_set("nodes", "data", "limit", to=1), "takes no limit"),
        (
            _set("leaves", "data", to={"severity": "SEV1", "priority": "P1", "because": "x"}),
            "share a name",
        ),
        (_set("nodes", "data", "wat", to=1), "Extra inputs"),
    ],
    ids=[
        "root",
        "unreached",
        "circle",
        "limit missing",
        "limit given",
        "name twice",
        "unknown key",
    ],
)
def test_a_severity_tree_that_is_no_tree_is_refused(
    edit: Callable[[Any], None], complaint: str
) -> None:
    """Mistakes are found when a policy is loaded, not when an incident needs it."""
    with pytest.raises(ValidationError, match=complaint):
        SeverityTree.model_validate_json(_edited(SEVERITY_TREE, edit))


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        (
            lambda document: document["rules"].pop("incident.closure"),
            "no rule for incident.closure",
        ),
        (lambda document: document["exception_codes"].clear(), "without a meaning"),
        (
            _set("rules", "containment.approval", "bypass", "options", to=["perhaps"]),
            "do not exist",
        ),
        (
            _set(
                "rules",
                "bypass.ratification",
                "bypass",
                to={"codes": ["E-UNREACHABLE"], "roles": ["responder"], "options": ["ratified"]},
            ),
            "cannot itself be bypassed",
        ),
    ],
    ids=["rule missing", "code undefined", "option undefined", "ratification bypassed"],
)
def test_an_approval_matrix_with_a_hole_is_refused(
    edit: Callable[[Any], None], complaint: str
) -> None:
    """Every decision point has a rule, every code a meaning."""
    with pytest.raises(ValidationError, match=complaint):
        ApprovalMatrix.model_validate_json(_edited(APPROVAL_MATRIX, edit))


def test_a_trigger_without_a_condition_is_refused() -> None:
    """It would fire for everything."""
    edit = _set("triggers", "always", to={"because": "no reason", "roles": ["compliance"]})
    with pytest.raises(ValidationError, match="always fire"):
        EscalationPolicy.model_validate_json(_edited(ESCALATION, edit))


def test_a_pin_with_other_content_is_refused() -> None:
    """A workflow cannot be started with another text under a published digest."""
    policy = POLICIES[APPROVAL_MATRIX]
    with pytest.raises(ValidationError, match="not the pinned version"):
        PinnedPolicy(pin=policy.pin, content=POLICIES[ESCALATION].content)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name: recovery\nname: recovery\n",
        "name: other\n",
        "name: recovery\nversion: 1.5\n",
        "[",
        "- 1",
    ],
    ids=["empty", "duplicate key", "other policy", "float", "no yaml", "list"],
)
def test_a_policy_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, text: str) -> None:
    """The error names the file."""
    for name, policy in POLICIES.items():
        (tmp_path / f"{name}.yaml").write_text(policy.content)
    copytree(FOLDER / "playbooks", tmp_path / "playbooks")
    (tmp_path / "recovery.yaml").write_text(text)
    with pytest.raises(InvalidInput, match="recovery"):
        load_policy_folder(tmp_path)
