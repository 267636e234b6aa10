"""Which branches of a tree any facts at all can take.

What is known of a fact on the way is a range of values, or that nobody has stated it; a boolean is
0 or 1; facts that follow from others are held against them. A branch that no way through the tree
can take would be a rule that never holds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from holdfast.domain.fact_catalogue import FACTS
from holdfast.domain.severity.flaws import Flaw
from holdfast.domain.severity.questions import ANSWERS, Node, Operator
from holdfast.domain.severity.shape import below_before_above, depth
from holdfast.domain.values import MAX_SAFE_INTEGER

__all__ = ["flaws_of_reach"]

_DEEPEST = 50
# Shared nodes that ask many facts again multiply the ways; no tree that people read comes near.
_MOST_WAYS = 20_000


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a fact: between two values, both included, or (perhaps) never stated."""

    lowest: int
    highest: int
    perhaps_unknown: bool = False

    @property
    def perhaps_not_true(self) -> bool:
        """Of a boolean: whether it may be false or unknown."""
        return self.perhaps_unknown or self.lowest == 0


_UNKNOWN = _Known(1, 0, perhaps_unknown=True)
_ANY_BOOLEAN = _Known(0, 1, perhaps_unknown=True)
_FOLLOWING = {name: fact.follows_from for name, fact in FACTS.items() if fact.follows_from}


@dataclass(frozen=True, slots=True)
class _Step:
    """A way up to a node, and the answer given there."""

    before: _Step | None
    node: str
    answer: str


@dataclass(slots=True)
class _Survey:
    """What some way has come to, and the first way to each node with what is known there."""

    taken: set[tuple[str, str]] = field(default_factory=set)
    first: dict[str, tuple[_Step | None, dict[str, _Known]]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    complete: bool = True


def flaws_of_reach(root: str, nodes: Mapping[str, Node], leaves: Iterable[str]) -> list[Flaw]:
    """Find branches that no facts can take, and what is reached only by them.

    The tree has a sound shape: every name leads somewhere, and nothing runs in a circle.
    """
    if (deepest := depth(root, nodes)) > _DEEPEST:
        message = f"the longest path asks {deepest} questions; at most {_DEEPEST} can be followed"
        return [Flaw(("nodes",), message)]
    survey = _surveyed(root, nodes)
    if not survey.complete:
        message = (
            f"more than {_MOST_WAYS} ways lead through the tree, so that not all can be checked:"
            " ask fewer facts again below nodes that several branches share"
        )
        return [Flaw(("nodes",), message)]
    flaws = [flaw for name in nodes for flaw in _never_taken(name, nodes[name], survey)]
    message = "can never be reached: every way to it takes a branch that can never be taken"
    flaws += [Flaw(("nodes", name), message) for name in nodes if name not in survey.reached]
    flaws += [Flaw(("leaves", name), message) for name in leaves if name not in survey.reached]
    return flaws


def _surveyed(root: str, nodes: Mapping[str, Node]) -> _Survey:
    survey, asked = _Survey(), _asked_from(root, nodes)
    seen: set[tuple[str, frozenset[tuple[str, _Known]]]] = set()
    waiting: deque[tuple[str, dict[str, _Known], _Step | None]] = deque([(root, {}, None)])
    while waiting:
        name, known, way = waiting.popleft()
        survey.reached.add(name)
        # What is known of a fact that is not asked again makes no difference any more.
        known = {fact: value for fact, value in known.items() if fact in asked.get(name, ())}
        here = (name, frozenset(known.items()))
        if name not in nodes or here in seen:
            continue
        if len(seen) == _MOST_WAYS:
            survey.complete = False
            break
        seen.add(here)
        node = nodes[name]
        survey.first.setdefault(name, (way, known))
        for answer, after in _after(node, known):
            survey.taken.add((name, answer))
            waiting.append((node.branches[answer], after, _Step(way, name, answer)))
    return survey


def _asked_from(root: str, nodes: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    asked: dict[str, frozenset[str]] = {}
    for name in below_before_above(root, nodes):
        below = [asked.get(to, frozenset()) for to in nodes[name].branches.values()]
        asked[name] = _related(nodes[name].fact).union(*below)
    return asked


def _related(fact: str) -> frozenset[str]:
    groups = [(whole, *parts) for whole, parts in _FOLLOWING.items() if fact in (whole, *parts)]
    return frozenset({fact}).union(*groups)


def _anything(node: Node) -> _Known:
    return _Known(0, _most(node), perhaps_unknown=True)


def _most(node: Node) -> int:
    return 1 if node.operator is Operator.IS_TRUE else MAX_SAFE_INTEGER


def _after(node: Node, known: dict[str, _Known]) -> Iterator[tuple[str, dict[str, _Known]]]:
    """Each answer that is possible, and what is known after it."""
    for answer, of_fact in _of_fact_after(node, known.get(node.fact, _anything(node))):
        after = {**known, node.fact: of_fact}
        if all(_agrees(whole, parts, after) for whole, parts in _FOLLOWING.items()):
            yield answer, after


def _agrees(whole: str, parts: Iterable[str], known: dict[str, _Known]) -> bool:
    """Whether a fact and those that it follows from can be as they are known to be, all at once."""
    of_whole = known.get(whole, _ANY_BOOLEAN)
    of_parts = [known.get(part, _ANY_BOOLEAN) for part in parts]
    if of_whole.highest == 1:
        return True
    if not all(part.perhaps_not_true for part in of_parts):
        return False
    return of_whole.lowest == 0 or any(part.perhaps_unknown for part in of_parts)


def _of_fact_after(node: Node, known: _Known) -> Iterator[tuple[str, _Known]]:
    limit = 1 if node.limit is None else node.limit
    met_from = limit + 1 if node.operator is Operator.ABOVE else limit
    met = _Known(max(known.lowest, met_from), known.highest)
    missed = _Known(known.lowest, min(known.highest, met_from - 1))
    if met.lowest <= met.highest:
        yield "yes", met
    if missed.lowest <= missed.highest:
        yield "no", missed
    if known.perhaps_unknown:
        yield "unknown", _UNKNOWN


def _never_taken(name: str, node: Node, survey: _Survey) -> Iterator[Flaw]:
    if name not in survey.first:
        return
    way, known = survey.first[name]
    for answer in ANSWERS:
        if (name, answer) not in survey.taken:
            message = (
                f"{_in_words(way)}node '{name}', branch '{answer}' can never be taken:"
                f" {_known_in_words(node, known)}"
            )
            yield Flaw(("nodes", name, answer), message)


def _in_words(way: _Step | None) -> str:
    steps: list[str] = []
    while way is not None:
        steps.append(f"{way.node}: {way.answer}")
        way = way.before
    return f"{' → '.join(reversed(steps))}; " if steps else ""


def _known_in_words(node: Node, known: dict[str, _Known]) -> str:
    if (of_fact := known.get(node.fact)) is not None:
        return f"'{node.fact}' is already known to be {_range_in_words(node, of_fact)}"
    if related := sorted(_related(node.fact) & known.keys()):
        return f"'{node.fact}' is decided by what is already known of {', '.join(related)}"
    return f"'{node.fact}' is always between 0 and {_most(node)}"


def _range_in_words(node: Node, known: _Known) -> str:
    if known == _UNKNOWN:
        return "unknown"
    if node.operator is Operator.IS_TRUE:
        return "true" if known.lowest else "false"
    if known.lowest == known.highest:
        return f"exactly {known.lowest}"
    if known.lowest == 0:
        return f"at most {known.highest}"
    if known.highest == _most(node):
        return f"at least {known.lowest}"
    return f"between {known.lowest} and {known.highest}"
