"""Policies pinned to an incident at its start: exactly these bytes, for as long as it lives."""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, model_validator

from holdfast.domain.approval_matrix import ApprovalMatrix
from holdfast.domain.events import PolicyPin
from holdfast.domain.schedules import Schedule
from holdfast.domain.severity import SeverityTree
from holdfast.domain.values import Frozen, Identifier, Line, Token, canonical_json, digest_of
from holdfast.dora.policy import ClassificationPolicy

__all__ = [
    "APPROVAL_MATRIX",
    "DORA_CLASSIFICATION",
    "ESCALATION",
    "PINNED_ONLY",
    "RECOVERY",
    "REGISTER",
    "SEVERITY_TREE",
    "PinnedPolicy",
    "RecoveryPolicy",
    "approval_matrix",
    "classification_policy",
    "pinned",
    "recovery_policy",
    "severity_tree",
]

APPROVAL_MATRIX = "approval-matrix"
DORA_CLASSIFICATION = "dora-classification"
ESCALATION = "escalation"
RECOVERY = "recovery"
REGISTER = "register"
SEVERITY_TREE = "severity-tree"

PINNED_ONLY = frozenset({REGISTER})
"""Policies that may be large and that no workflow reads: they travel as a pin, without content."""


class PinnedPolicy(Frozen):
    """One version of a policy with its content: canonical JSON, whose digest is the pin's."""

    pin: PolicyPin
    # One copy in the process, however many open incidents are pinned to the same bytes.
    content: Annotated[str, AfterValidator(sys.intern)]

    @model_validator(mode="after")
    def _content_is_the_pinned_one(self) -> PinnedPolicy:
        if digest_of(json.loads(self.content)) != self.pin.digest:
            message = f"the content is not the pinned version of {self.pin.name}"
            raise ValueError(message)
        return self


class RecoveryPolicy(Frozen):
    """What must have passed, or been waived, before a recovery counts (DORA Art. 12(7))."""

    name: Identifier
    version: Identifier
    checks: dict[Token, Line]
    contain: Schedule
    review: Schedule


def pinned(content: dict[str, object]) -> PinnedPolicy:
    """Pin a policy document: its name, its version, and the digest of its canonical bytes."""
    text = canonical_json(content).decode()
    pin = PolicyPin(
        name=str(content["name"]), version=str(content["version"]), digest=digest_of(content)
    )
    return PinnedPolicy(pin=pin, content=text)


# Parsed once a process and shared by all workflows that pin the same bytes: a pure function of
# its argument, so replay sees the same, and a thousand open incidents hold one matrix.
@lru_cache(maxsize=64)
def approval_matrix(content: str) -> ApprovalMatrix:
    """Read the approval matrix from its pinned content."""
    return ApprovalMatrix.model_validate_json(content)


@lru_cache(maxsize=64)
def recovery_policy(content: str) -> RecoveryPolicy:
    """Read the recovery policy from its pinned content."""
    return RecoveryPolicy.model_validate_json(content)


@lru_cache(maxsize=64)
def severity_tree(content: str) -> SeverityTree:
    """Read the severity tree from its pinned content."""
    return SeverityTree.model_validate_json(content)


@lru_cache(maxsize=64)
def classification_policy(content: str) -> ClassificationPolicy:
    """Read the classification policy from its pinned content."""
    return ClassificationPolicy.model_validate_json(content)
