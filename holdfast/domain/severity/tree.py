"""The entity's own severity decision tree, as data: validated on load, walked over the facts."""

from __future__ import annotations

from pydantic import Field, StrictInt, field_validator, model_validator

from holdfast.domain.facts import FactSheet
from holdfast.domain.severity.completeness import flaws_of_completeness, flaws_of_format_one
from holdfast.domain.severity.flaws import Flaw, refusal
from holdfast.domain.severity.leaves import Leaf, Response
from holdfast.domain.severity.levels import Priority, Severity
from holdfast.domain.severity.proposals import ReasonStep, SeverityProposal
from holdfast.domain.severity.questions import Node
from holdfast.domain.severity.reachability import flaws_of_reach
from holdfast.domain.severity.shape import flaws_of_shape
from holdfast.domain.values import Frozen, Identifier, Token

__all__ = ["SeverityTree"]

_FORMATS = (1, 2)


class SeverityTree(Frozen):
    """The entity's own decision tree, as data.

    A tree of format 1 is held to its shape only: incidents that run under one go on as they began.
    A tree of format 2 names the criterion of each branch and the response of each leaf, covers all
    severities, asks facts of the catalogue only, and has no branch that nothing can take.
    """

    format: StrictInt = Field(default=1, exclude_if=lambda given: given == 1)
    name: Identifier
    version: Identifier
    root: Token
    nodes: dict[Token, Node]
    leaves: dict[Token, Leaf]

    @field_validator("format")
    @classmethod
    def _format_is_known(cls, given: int) -> int:
        if given not in _FORMATS:
            message = f"there is no format {given} of a severity tree; known: 1, 2"
            raise ValueError(message)
        return given

    @model_validator(mode="after")
    def _is_sound(self) -> SeverityTree:
        if flaws := self._flaws():
            raise refusal(type(self).__name__, flaws)
        return self

    def _flaws(self) -> list[Flaw]:
        flaws = flaws_of_shape(self.root, self.nodes, self.leaves)
        if self.format == 1:
            return flaws + flaws_of_format_one(self.nodes, self.leaves)
        flaws += flaws_of_completeness(self.nodes, self.leaves)
        return flaws or flaws_of_reach(self.root, self.nodes, self.leaves)

    def propose(self, facts: FactSheet) -> SeverityProposal:
        """Walk the tree over the facts and return its leaf with the path as the reason."""
        name, path = self.root, []
        while node := self.nodes.get(name):
            step = _step(name, node, facts)
            path.append(step)
            name = node.branches[step.answer]
        leaf = self.leaves[name]
        return SeverityProposal(
            severity=leaf.severity,
            priority=leaf.priority,
            because=leaf.because,
            path=tuple(path),
            leaf=None if self.format == 1 else name,
            response=leaf.response,
        )

    def leaf_under(self, facts: FactSheet) -> str:
        """The name of the leaf that the facts lead to: as `propose`, without the reason."""
        name = self.root
        while node := self.nodes.get(name):
            fact = facts.highest(node.fact)
            name = node.branches[node.answer(fact.value if fact else None)]
        return name

    def leaf_for(self, severity: Severity, priority: Priority | None = None) -> str | None:
        """The name of the leaf that holds where people decide on a severity themselves.

        Of the leaves with that severity: one with that priority if there is any, else one with the
        fastest; of those the first by name. Names decide, for pinned content keeps no order.

        Returns:
            None if no leaf has that severity, which a tree of format 2 excludes.
        """
        fitting = [
            (leaf.priority is not priority, leaf.priority, name)
            for name, leaf in self.leaves.items()
            if leaf.severity is severity
        ]
        return min(fitting)[-1] if fitting else None

    def response_for(self, severity: Severity, priority: Priority | None = None) -> Response | None:
        """What follows where people decide on a severity themselves: see `leaf_for`.

        Returns:
            None for a tree of format 1, which does not say.
        """
        name = self.leaf_for(severity, priority)
        return self.leaves[name].response if name is not None else None


def _step(name: str, node: Node, facts: FactSheet) -> ReasonStep:
    fact = facts.highest(node.fact)
    value = fact.value if fact else None
    return ReasonStep(
        node=name,
        question=node.question,
        fact=node.fact,
        value=value,
        limit=node.limit,
        estimate=bool(fact and fact.estimate),
        answer=node.answer(value),
        dimension=node.dimension,
        criterion=node.criterion,
    )
