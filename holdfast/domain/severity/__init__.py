"""Severity of an incident, and the decision tree that proposes it.

A node asks one question of one fact; each branch is explicit, the one for "not known yet" too, so
that an unknown is decided by the policy and never by accident. The path taken is the reason.
"""

from __future__ import annotations

from holdfast.domain.severity.leaves import Leaf, MayBeTold, Response, ToBeTold
from holdfast.domain.severity.levels import Priority, Severity
from holdfast.domain.severity.proposals import ReasonStep, SeverityProposal
from holdfast.domain.severity.questions import Dimension, Node, Operator
from holdfast.domain.severity.tree import SeverityTree

__all__ = [
    "Dimension",
    "Leaf",
    "MayBeTold",
    "Node",
    "Operator",
    "Priority",
    "ReasonStep",
    "Response",
    "Severity",
    "SeverityProposal",
    "SeverityTree",
    "ToBeTold",
]
