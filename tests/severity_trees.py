"""Severity trees and fact sheets as tests need them: the present, the former, small ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from holdfast.domain.fact_catalogue import FACTS
from holdfast.domain.facts import FactChange, FactSheet, Quality
from holdfast.domain.policies import SEVERITY_TREE, PinnedPolicy, pinned
from holdfast.domain.roles import Actor, Role
from holdfast.domain.severity import SeverityTree
from holdfast.store.policies import load_policy, read_yaml

__all__ = [
    "FORMER",
    "FORMER_POLICY",
    "PRESENT",
    "PRESENT_POLICY",
    "branch",
    "document",
    "flaws",
    "leaf",
    "node",
    "sheet",
    "tree",
]

_TESTS = Path(__file__).resolve().parent
_GOLDEN = _TESTS / "golden" / "severity-tree-1.0.0.yaml"
_SERVICE = "instant-payments"

PRESENT_POLICY: PinnedPolicy = load_policy(_TESTS.parent / "policies", SEVERITY_TREE, SeverityTree)
"""The severity tree in the policies' folder, as an incident pins it."""

PRESENT = SeverityTree.model_validate_json(PRESENT_POLICY.content)
"""The severity tree in the policies' folder."""


def _former() -> PinnedPolicy:
    content = read_yaml(_GOLDEN)
    assert isinstance(content, dict)
    return pinned(content)


FORMER_POLICY: PinnedPolicy = _former()
"""The severity tree of the first release, of format 1, as incidents have pinned it."""

FORMER = SeverityTree.model_validate_json(FORMER_POLICY.content)
"""The severity tree of the first release, of format 1."""


def sheet(values: dict[str, bool | int | None]) -> FactSheet:
    """A fact sheet over one service and the incident as a whole; None takes a statement back."""
    known = FactSheet(services=(_SERVICE,))
    stated_by = Actor(id="person-robin", role=Role.RESPONDER)
    for name, value in values.items():
        change = FactChange(
            fact=name,
            service=_SERVICE if FACTS[name].per_service else None,
            value=value,
            quality=Quality.ACTUAL,
            source="monitoring",
        )
        known = known.changed(change, stated_by, datetime(2026, 3, 4, 12, tzinfo=UTC))
    return known


def branch(answers: str) -> dict[str, str]:
    """Where a node leads: `yes no unknown`, three names."""
    return dict(zip(("yes", "no", "unknown"), answers.split(), strict=True))


def node(asked: str, answers: str) -> dict[str, Any]:
    """A node of format 2 that asks `fact`, `fact > limit` or `fact >= limit`."""
    fact, operator, limit = [*asked.split(), "", ""][:3]
    question: dict[str, Any] = {"fact": fact, "operator": "is_true"}
    if operator:
        question["operator"] = {">": "above", ">=": "at_least"}[operator]
        question["limit"] = int(limit)
    return {
        "question": f"{asked}?",
        "dimension": "impact",
        "criterion": f"It counts that {asked}.",
        **question,
        **branch(answers),
    }


def leaf(severity: int) -> dict[str, Any]:
    """A leaf of format 2."""
    return {
        "severity": f"SEV{severity}",
        "priority": f"P{severity}",
        "because": "It is so.",
        "involve": ["incident_commander"],
        "update_every": "PT1H",
        "ladder": [{"after": "PT0S", "roles": ["compliance"]}],
        "management_body": "may",
        "clients": "may",
        "authority": "no",
    }


def document(nodes: dict[str, dict[str, Any]], leaves: dict[str, int]) -> dict[str, Any]:
    """A document of format 2; its first node is the root, each leaf has the severity given."""
    return {
        "format": 2,
        "name": "severity-tree",
        "version": "9",
        "root": next(iter(nodes)),
        "nodes": nodes,
        "leaves": {name: leaf(severity) for name, severity in leaves.items()},
    }


def tree(content: dict[str, Any]) -> SeverityTree:
    """The tree of that document, read as pinned content is."""
    return SeverityTree.model_validate_json(json.dumps(content))


def flaws(content: dict[str, Any]) -> dict[str, str]:
    """What is wrong with that document: the message by its place; empty for a sound one."""
    try:
        tree(content)
    except ValidationError as refused:
        return {".".join(map(str, flaw["loc"])): flaw["msg"] for flaw in refused.errors()}
    return {}
