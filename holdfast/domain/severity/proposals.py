"""What the severity tree proposes: the path taken is the reason."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.severity.leaves import Response
from holdfast.domain.severity.levels import Priority, Severity
from holdfast.domain.severity.questions import Dimension
from holdfast.domain.values import Frozen, Line, Text, Token

__all__ = ["ReasonStep", "SeverityProposal"]


class ReasonStep(Frozen):
    """One step of the path: what was asked, of which value, and the answer."""

    node: Token
    question: Line
    fact: Token
    value: bool | int | str | None
    limit: int | None
    estimate: bool
    answer: Token
    dimension: Dimension | None = Field(default=None, exclude_if=lambda given: given is None)
    criterion: Line | None = Field(default=None, exclude_if=lambda given: given is None)


class SeverityProposal(Frozen):
    """What the tree proposes, with the path that led there.

    A tree of format 2 also gives the `leaf` by name and the `response` that follows.
    """

    severity: Severity
    priority: Priority
    because: Text
    path: tuple[ReasonStep, ...]
    leaf: Token | None = Field(default=None, exclude_if=lambda given: given is None)
    response: Response | None = Field(default=None, exclude_if=lambda given: given is None)
