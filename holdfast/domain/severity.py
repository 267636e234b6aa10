"""Severity of an incident, and the decision tree that proposes it.

A node asks one question of one fact; each branch is explicit, the one for "not known yet" too, so
that an unknown is decided by the policy and never by accident. The path taken is the reason.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import model_validator

from holdfast.domain.facts import FactSheet, FactValue
from holdfast.domain.values import Count, Frozen, Identifier, Line, Text, Token

__all__ = ["Leaf", "Node", "Operator", "Priority", "Severity", "SeverityProposal", "SeverityTree"]


class Severity(StrEnum):
    """How bad it is, worst first."""

    SEV1 = "SEV1"
    SEV2 = "SEV2"
    SEV3 = "SEV3"
    SEV4 = "SEV4"

    def at_least(self, other: Severity) -> bool:
        """Whether this severity is as bad as the other, or worse."""
        return self.value <= other.value


class Priority(StrEnum):
    """How fast to respond, fastest first."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


class Operator(StrEnum):
    """How a node compares a fact with its limit. `above` is strictly greater."""

    IS_TRUE = "is_true"
    ABOVE = "above"
    AT_LEAST = "at_least"


class Node(Frozen):
    """One question: the fact, the comparison, and where each answer leads (a node or a leaf)."""

    question: Line
    fact: Token
    operator: Operator
    limit: Count | None = None
    yes: Token
    no: Token
    unknown: Token

    @model_validator(mode="after")
    def _limit_fits_the_operator(self) -> Node:
        if (self.limit is None) is not (self.operator is Operator.IS_TRUE):
            wanted = "needs a limit" if self.limit is None else "takes no limit"
            message = f"{self.fact}: '{self.operator}' {wanted}"
            raise ValueError(message)
        return self

    def answer(self, value: FactValue | None) -> str:
        """Answer `yes`, `no` or `unknown`."""
        if value is None:
            return "unknown"
        if self.operator is Operator.IS_TRUE:
            met = value is True
        elif not isinstance(value, int) or self.limit is None:
            return "unknown"
        else:
            met = value > self.limit if self.operator is Operator.ABOVE else value >= self.limit
        return "yes" if met else "no"


class Leaf(Frozen):
    """Where a path ends: the severity, the response priority, and why in words."""

    severity: Severity
    priority: Priority
    because: Text


class ReasonStep(Frozen):
    """One step of the path: what was asked, of which value, and the answer."""

    node: Token
    question: Line
    fact: Token
    value: bool | int | str | None
    limit: int | None
    estimate: bool
    answer: Token


class SeverityProposal(Frozen):
    """What the tree proposes, with the path that led there."""

    severity: Severity
    priority: Priority
    because: Text
    path: tuple[ReasonStep, ...]


class SeverityTree(Frozen):
    """The entity's own decision tree, as data."""

    name: Identifier
    version: Identifier
    root: Token
    nodes: dict[Token, Node]
    leaves: dict[Token, Leaf]

    @model_validator(mode="after")
    def _is_a_tree(self) -> SeverityTree:
        names = list(self.nodes) + list(self.leaves)
        if len(set(names)) != len(names):
            message = "a node and a leaf share a name"
            raise ValueError(message)
        reached = self._reach(self.root, ())
        if unreached := sorted(set(names) - reached):
            message = f"nothing leads to {', '.join(unreached)}"
            raise ValueError(message)
        return self

    def _reach(self, name: str, above: tuple[str, ...]) -> set[str]:
        if name in above:
            message = f"the tree runs in a circle: {' → '.join((*above, name))}"
            raise ValueError(message)
        if name in self.leaves:
            return {name}
        if name not in self.nodes:
            message = f"'{name}' is neither a node nor a leaf"
            raise ValueError(message)
        node = self.nodes[name]
        below = [self._reach(to, (*above, name)) for to in (node.yes, node.no, node.unknown)]
        return {name}.union(*below)

    def propose(self, facts: FactSheet) -> SeverityProposal:
        """Walk the tree over the facts and return its leaf with the path as the reason."""
        name, path = self.root, []
        while node := self.nodes.get(name):
            value = facts.highest(node.fact)
            answer = node.answer(value.value if value else None)
            path.append(
                ReasonStep(
                    node=name,
                    question=node.question,
                    fact=node.fact,
                    value=value.value if value else None,
                    limit=node.limit,
                    estimate=bool(value and value.estimate),
                    answer=answer,
                )
            )
            name = {"yes": node.yes, "no": node.no, "unknown": node.unknown}[answer]
        leaf = self.leaves[name]
        return SeverityProposal(
            severity=leaf.severity, priority=leaf.priority, because=leaf.because, path=tuple(path)
        )
