"""What a tree of format 2 must say: a criterion a branch, a response a leaf, facts that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.roles import Role
from holdfast.domain.severity.flaws import Flaw
from holdfast.domain.severity.leaves import Leaf, Response
from holdfast.domain.severity.levels import Severity
from holdfast.domain.severity.questions import Node, Operator

__all__ = ["flaws_of_completeness", "flaws_of_format_one"]

_MOST_NODES = 500
_ASKS = {
    Operator.IS_TRUE: FactType.BOOLEAN,
    Operator.ABOVE: FactType.COUNT,
    Operator.AT_LEAST: FactType.COUNT,
}
_MISSING = {
    "involve": "name at least one role to involve",
    "update_every": "say how often an update is due, such as PT1H",
    "ladder": "say who hears of it when an update is late: at least one step",
    "management_body": "say whether the management body must be told: must, may or no",
    "clients": "say whether clients may need to be told: may or no",
    "authority": "say whether the authority may need to be told: may or no",
}
_NO_PEOPLE = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR})


def flaws_of_format_one(nodes: Mapping[str, Node], leaves: Mapping[str, Leaf]) -> list[Flaw]:
    """Find what only a tree of format 2 may say."""
    told = [
        ("nodes", name, field)
        for name, node in nodes.items()
        for field in ("dimension", "criterion")
        if getattr(node, field) is not None
    ]
    told += [("leaves", name, field) for name, leaf in leaves.items() for field in leaf.given]
    message = "belongs to format 2 of the tree: say 'format: 2' at the top"
    return [Flaw(place, message) for place in sorted(told)]


def flaws_of_completeness(nodes: Mapping[str, Node], leaves: Mapping[str, Leaf]) -> list[Flaw]:
    """Find what a tree of format 2 leaves out, and facts asked that do not exist or do not fit."""
    if len(nodes) > _MOST_NODES:
        message = f"{len(nodes)} nodes; a tree that people can follow has at most {_MOST_NODES}"
        return [Flaw(("nodes",), message)]
    flaws = [flaw for name, node in nodes.items() for flaw in _flaws_of_node(name, node)]
    flaws += [flaw for name, leaf in leaves.items() for flaw in _flaws_of_leaf(name, leaf)]
    given = {leaf.severity for leaf in leaves.values()}
    missing = [str(severity) for severity in Severity if severity not in given]
    if missing:
        message = f"no leaf gives {', '.join(missing)}: what follows from it would be undecided"
        flaws.append(Flaw(("leaves",), message))
    return flaws


def _flaws_of_node(name: str, node: Node) -> Iterator[Flaw]:
    if node.dimension is None:
        message = "say what it weighs: impact, urgency or operational_risk"
        yield Flaw(("nodes", name, "dimension"), message)
    if node.criterion is None:
        yield Flaw(("nodes", name, "criterion"), "say the criterion in words")
    elif node.criterion.casefold() == node.question.casefold():
        message = "the criterion says what counts, not the question again"
        yield Flaw(("nodes", name, "criterion"), message)
    fact = FACTS.get(node.fact)
    if fact is None:
        message = f"there is no fact '{node.fact}'; known: {', '.join(FACTS)}"
        yield Flaw(("nodes", name, "fact"), message)
    elif fact.type is not _ASKS[node.operator]:
        message = f"'{node.operator}' asks a {_ASKS[node.operator]}; '{node.fact}' is a {fact.type}"
        yield Flaw(("nodes", name, "operator"), message)


def _flaws_of_leaf(name: str, leaf: Leaf) -> Iterator[Flaw]:
    for field in Response.model_fields:
        if field not in leaf.given:
            yield Flaw(("leaves", name, field), _MISSING[field])
    if leaf.update_every is not None and not leaf.whole_seconds:
        message = "updates are due after whole seconds, at least one"
        yield Flaw(("leaves", name, "update_every"), message)
    told = [("involve", leaf.involve), *(("ladder", step.roles) for step in leaf.ladder)]
    for field, roles in told:
        if nobody := sorted(_NO_PEOPLE.intersection(roles)):
            yield Flaw(("leaves", name, field), f"no person has the role {', '.join(nobody)}")
    if not all(step.roles for step in leaf.ladder):
        yield Flaw(("leaves", name, "ladder"), "a step that tells nobody")
