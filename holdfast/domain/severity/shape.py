"""The shape of a tree: every name leads somewhere, nothing runs in a circle, all is reached.

Nothing here recurses: a document of any depth is judged, not crashed on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from holdfast.domain.severity.flaws import Flaw
from holdfast.domain.severity.questions import Node

__all__ = ["below_before_above", "depth", "flaws_of_shape"]


def flaws_of_shape(root: str, nodes: Mapping[str, Node], leaves: Collection[str]) -> list[Flaw]:
    """Find names given twice, branches that lead nowhere, circles, and what nothing leads to."""
    flaws = [
        Flaw(("leaves", name), f"a node and a leaf share a name: '{name}'")
        for name in leaves
        if name in nodes
    ]
    nowhere = list(_leading_nowhere(root, nodes, leaves))
    circles = list(_circles(root, nodes))
    flaws += [*nowhere, *circles]
    # What lies behind a mistyped name is not lost, only not found yet: that would be noise.
    return flaws if nowhere else flaws + list(_unreached(root, nodes, leaves))


def below_before_above(root: str, nodes: Mapping[str, Node]) -> list[str]:
    """All nodes of a tree without circles, each after every node below it."""
    return [name for name, circle in _explored(root, nodes) if circle is None]


def depth(root: str, nodes: Mapping[str, Node]) -> int:
    """How many questions the longest path of a tree without circles asks."""
    depths: dict[str, int] = {}
    for name in below_before_above(root, nodes):
        depths[name] = 1 + max(depths.get(to, 0) for to in nodes[name].branches.values())
    return depths.get(root, 0)


def _leading_nowhere(
    root: str, nodes: Mapping[str, Node], leaves: Collection[str]
) -> Iterator[Flaw]:
    named: list[tuple[tuple[str, ...], str]] = [(("root",), root)]
    named += [
        (("nodes", name, answer), to)
        for name, node in nodes.items()
        for answer, to in node.branches.items()
    ]
    for place, to in named:
        if to not in nodes and to not in leaves:
            yield Flaw(place, f"'{to}' is neither a node nor a leaf")


def _circles(root: str, nodes: Mapping[str, Node]) -> Iterator[Flaw]:
    for name, circle in _explored(root, nodes):
        if circle is not None:
            answer, way = circle
            message = f"the tree runs in a circle: {' → '.join(way)}"
            yield Flaw(("nodes", name, answer), message)


def _unreached(root: str, nodes: Mapping[str, Node], leaves: Collection[str]) -> Iterator[Flaw]:
    reached, pending = {root}, [root]
    while pending:
        node = nodes.get(pending.pop())
        new = set(node.branches.values()) - reached if node else set()
        reached |= new
        pending += new
    for kind, names in (("nodes", nodes), ("leaves", leaves)):
        for name in names:
            if name not in reached:
                yield Flaw((kind, name), f"nothing leads to '{name}'")


def _explored(
    root: str, nodes: Mapping[str, Node]
) -> Iterator[tuple[str, tuple[str, list[str]] | None]]:
    """Go through all nodes depth first: each once when all below it is done, and each circle."""
    seen: set[str] = set()
    for start in (root, *nodes):
        way = [start] if start in nodes and start not in seen else []
        pending = [iter(nodes[name].branches.items()) for name in way]
        seen.update(way)
        while way:
            answer, to = next(pending[-1], ("", ""))
            if not to:
                yield way.pop(), None
                pending.pop()
            elif to in way:
                yield way[-1], (answer, [*way[way.index(to) :], to])
            elif to in nodes and to not in seen:
                seen.add(to)
                way.append(to)
                pending.append(iter(nodes[to].branches.items()))
