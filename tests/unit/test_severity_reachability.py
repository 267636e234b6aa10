"""Random trees: what the validator says of them, held against every fact sheet that matters."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.severity_trees import document, flaws, node, sheet, tree

Value = bool | int | None

BOOLEANS = ("impact_growing", "data_loss", "data_integrity_lost")
VALUES: dict[str, tuple[Value, ...]] = {
    "malicious_access": (None, False, True),
    **dict.fromkeys(BOOLEANS, (None, False, True)),
    "clients_affected": (None, *range(6)),
}
QUESTIONS = [
    *BOOLEANS,
    *(f"clients_affected {comparison} {limit}" for comparison in (">", ">=") for limit in range(4)),
]
OTHER_LOSSES = ("data_availability_lost", "data_authenticity_lost", "data_confidentiality_lost")
SHEETS = [
    sheet({**dict(zip(VALUES, values, strict=True)), **dict.fromkeys(OTHER_LOSSES, others)})
    for values in product(*VALUES.values())
    for others in (None, False)
]
# What a question sees of each sheet: a loss of data follows from its kinds.
SEEN = [
    {name: fact.value if (fact := facts.highest(name)) else None for name in VALUES}
    for facts in SHEETS
]


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Documents of a sound shape: branches lead further down, or to a leaf of their own."""
    count = draw(st.integers(2, 6))
    nodes = {"start": node("malicious_access", "leaf-start n0 n0")}
    for number in range(count):
        below = st.integers(number + 1, count)
        to = [draw(below) for _ in range(3)]
        ways = [f"n{at}" if at < count else f"leaf-{number}-{way}" for way, at in enumerate(to)]
        nodes[f"n{number}"] = node(draw(st.sampled_from(QUESTIONS)), " ".join(ways))
        if number + 1 < count and f"n{number + 1}" not in _named(nodes):
            nodes[f"n{number}"]["yes"] = f"n{number + 1}"
    leaves = sorted(_named(nodes) - nodes.keys())
    return document(nodes, {name: 1 + place % 4 for place, name in enumerate(leaves)})


def _named(nodes: dict[str, dict[str, Any]]) -> set[str]:
    return {content[answer] for content in nodes.values() for answer in ("yes", "no", "unknown")}


def _answer(asked: dict[str, Any], value: Value) -> str:
    if value is None:
        return "unknown"
    if asked["operator"] == "is_true":
        return "yes" if value else "no"
    met = value > asked["limit"] if asked["operator"] == "above" else value >= asked["limit"]
    return "yes" if met else "no"


def _walked(content: dict[str, Any], seen: dict[str, Any]) -> tuple[list[str], str]:
    """The branches that these facts take, and the leaf that they come to."""
    name, taken = content["root"], []
    while name in content["nodes"]:
        asked = content["nodes"][name]
        answer = _answer(asked, seen[asked["fact"]])
        taken.append(f"nodes.{name}.{answer}")
        name = asked[answer]
    return taken, name


@settings(max_examples=300, deadline=None)
@given(documents())
def test_the_validator_names_exactly_the_branches_that_no_facts_take(
    content: dict[str, Any],
) -> None:
    """Every sheet is walked by hand: what none takes is refused, and nothing else is."""
    walks = [_walked(content, seen) for seen in SEEN]
    taken = {step for steps, _ in walks for step in steps}
    reached = {leaf for _, leaf in walks} | {step.split(".")[1] for step in taken}
    nodes, leaves = content["nodes"], content["leaves"]
    expected = {
        f"nodes.{name}.{answer}"
        for name in nodes
        for answer in ("yes", "no", "unknown")
        if name in reached
    } - taken
    expected |= {f"nodes.{name}" for name in nodes.keys() - reached}
    expected |= {f"leaves.{name}" for name in leaves.keys() - reached}
    event("refused" if expected else "accepted")
    assert set(flaws(content)) == expected


@settings(max_examples=40, deadline=None)
@given(documents().filter(lambda content: not flaws(content)))
def test_in_an_accepted_tree_facts_reach_one_leaf_and_each_leaf_is_reached(
    content: dict[str, Any],
) -> None:
    """Complete, without overlap, and without a leaf that nothing leads to."""
    accepted = tree(content)
    leaves = set()
    for facts, seen in zip(SHEETS, SEEN, strict=True):
        proposal = accepted.propose(facts)
        taken, leaf = _walked(content, seen)
        assert [f"nodes.{step.node}.{step.answer}" for step in proposal.path] == taken
        assert proposal.leaf == leaf
        leaves.add(leaf)
    assert leaves == content["leaves"].keys()
