"""Renew the drawings in docs/ from the policies in policies/: `python -m holdfast.diagrams`."""

from __future__ import annotations

from pathlib import Path

from holdfast.diagrams.severity_tree import severity_tree_svg
from holdfast.domain.policies import SEVERITY_TREE
from holdfast.domain.severity import SeverityTree
from holdfast.store.policies import load_policy

__all__ = ["SEVERITY_TREE_PICTURE", "present_severity_tree"]

_ROOT = Path(__file__).resolve().parent.parent.parent

SEVERITY_TREE_PICTURE = _ROOT / "docs" / "severity-tree.svg"
"""The picture of the severity tree in the documentation."""


def present_severity_tree() -> str:
    """Draw the severity tree in the folder of policies, as SVG."""
    policy = load_policy(_ROOT / "policies", SEVERITY_TREE, SeverityTree)
    tree = SeverityTree.model_validate_json(policy.content)
    return severity_tree_svg(tree, digest=policy.pin.digest)


if __name__ == "__main__":
    SEVERITY_TREE_PICTURE.write_text(present_severity_tree(), encoding="utf-8")
