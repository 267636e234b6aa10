"""A node of the severity tree: one question of one fact, and where each answer leads."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from holdfast.domain.facts import FactValue
from holdfast.domain.values import Count, Frozen, Line, Token

__all__ = ["ANSWERS", "Dimension", "Node", "Operator"]

ANSWERS = ("yes", "no", "unknown")
"""The answers to a question; each is a branch of the node."""


class Operator(StrEnum):
    """How a node compares a fact with its limit. `above` is strictly greater."""

    IS_TRUE = "is_true"
    ABOVE = "above"
    AT_LEAST = "at_least"


class Dimension(StrEnum):
    """What a question weighs: what is hit, how time presses, what could still go wrong."""

    IMPACT = "impact"
    URGENCY = "urgency"
    OPERATIONAL_RISK = "operational_risk"


class Node(Frozen):
    """One question: the fact, the comparison, and where each answer leads (a node or a leaf).

    `dimension` and `criterion` (the criterion in words) are given from format 2 of the tree on.
    """

    question: Line
    fact: Token
    operator: Operator
    limit: Count | None = None
    yes: Token
    no: Token
    unknown: Token
    dimension: Dimension | None = Field(default=None, exclude_if=lambda given: given is None)
    criterion: Line | None = Field(default=None, exclude_if=lambda given: given is None)

    @model_validator(mode="after")
    def _limit_fits_the_operator(self) -> Node:
        if (self.limit is None) is not (self.operator is Operator.IS_TRUE):
            wanted = "needs a limit" if self.limit is None else "takes no limit"
            message = f"{self.fact}: '{self.operator}' {wanted}"
            raise ValueError(message)
        return self

    @property
    def branches(self) -> dict[str, str]:
        """The node or leaf that each answer leads to."""
        return {"yes": self.yes, "no": self.no, "unknown": self.unknown}

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
