"""What a severity tree is refused for, with the place and the words that its owner reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from holdfast.domain.fact_catalogue import FACTS, FactType
from holdfast.domain.policies import SEVERITY_TREE
from holdfast.domain.severity import SeverityTree
from holdfast.errors import InvalidInput
from holdfast.store.policies import load_policy
from tests.severity_trees import FORMER_POLICY, PRESENT_POLICY, document, flaws, node, tree

LEAVES = {"one": 1, "two": 2, "three": 3, "four": 4}


def _sound() -> dict[str, Any]:
    return document(
        {
            "first": node("malicious_access", "one second second"),
            "second": node("clients_affected > 100", "two third third"),
            "third": node("clients_affected >= 10", "three four four"),
        },
        LEAVES,
    )


def test_a_small_tree_without_a_flaw_is_accepted() -> None:
    """Otherwise the refusals below would prove nothing."""
    assert flaws(_sound()) == {}


Edit = Callable[[dict[str, Any]], object]


def _node(name: str, **changes: object) -> Edit:
    return lambda content: content["nodes"][name].update(changes)


def _leaf(name: str, **changes: object) -> Edit:
    return lambda content: content["leaves"][name].update(changes)


def _without(kind: str, name: str, field: str) -> Edit:
    return lambda content: content[kind][name].pop(field)


@pytest.mark.parametrize(
    ("edit", "place", "words"),
    [
        (_without("nodes", "first", "unknown"), "nodes.first.unknown", "Field required"),
        (_without("nodes", "first", "dimension"), "nodes.first.dimension", "what it weighs"),
        (_without("nodes", "first", "criterion"), "nodes.first.criterion", "criterion in words"),
        (
            _node("first", criterion="malicious_access?"),
            "nodes.first.criterion",
            "not the question again",
        ),
        (lambda content: content["leaves"]["four"].update(severity="SEV3"), "leaves", "gives SEV4"),
        (_without("leaves", "one", "severity"), "leaves.one.severity", "Field required"),
        (_without("leaves", "one", "priority"), "leaves.one.priority", "Field required"),
        (_without("leaves", "one", "because"), "leaves.one.because", "Field required"),
        (_without("leaves", "one", "involve"), "leaves.one.involve", "at least one role"),
        (_leaf("one", involve=[]), "leaves.one.involve", "name at least one role"),
        (_leaf("one", involve=["system"]), "leaves.one.involve", "no person has the role system"),
        (_without("leaves", "one", "update_every"), "leaves.one.update_every", "how often"),
        (_leaf("one", update_every="PT0S"), "leaves.one.update_every", "at least one"),
        (_leaf("one", update_every="PT1.5S"), "leaves.one.update_every", "whole seconds"),
        (_without("leaves", "one", "ladder"), "leaves.one.ladder", "update is late"),
        (
            _leaf("one", ladder=[{"after": "PT1H", "roles": []}]),
            "leaves.one.ladder",
            "tells nobody",
        ),
        (
            _without("leaves", "one", "management_body"),
            "leaves.one.management_body",
            "must be told",
        ),
        (_without("leaves", "one", "clients"), "leaves.one.clients", "clients may need"),
        (_without("leaves", "one", "authority"), "leaves.one.authority", "authority may need"),
        (_leaf("one", clients="must"), "leaves.one.clients", "'may' or 'no'"),
        (_node("first", yes="onne"), "nodes.first.yes", "'onne' is neither a node nor a leaf"),
        (
            lambda content: content.update(root="firsst"),
            "root",
            "'firsst' is neither a node nor a leaf",
        ),
        (
            lambda content: content["leaves"].update(second=content["leaves"]["two"]),
            "leaves.second",
            "a node and a leaf share a name: 'second'",
        ),
        (
            lambda content: content["leaves"].update(spare=content["leaves"]["two"]),
            "leaves.spare",
            "nothing leads to 'spare'",
        ),
        (
            _node("third", no="second"),
            "nodes.third.no",
            "the tree runs in a circle: second → third → second",
        ),
        (_node("third", no="third"), "nodes.third.no", "in a circle: third → third"),
        (_node("first", fact="malice"), "nodes.first.fact", "there is no fact 'malice'; known:"),
        (
            _node("first", fact="clients_affected"),
            "nodes.first.operator",
            "'is_true' asks a boolean; 'clients_affected' is a count",
        ),
        (
            _node("second", fact="malicious_access"),
            "nodes.second.operator",
            "'above' asks a count; 'malicious_access' is a boolean",
        ),
        (
            _node("third", fact="root_cause"),
            "nodes.third.operator",
            "'at_least' asks a count; 'root_cause' is a text",
        ),
        (_node("second", limit=None), "nodes.second", "'above' needs a limit"),
        (_node("first", limit=1), "nodes.first", "'is_true' takes no limit"),
        (_node("first", dimension="weather"), "nodes.first.dimension", "'operational_risk'"),
        (
            lambda content: content.update(format=3),
            "format",
            "there is no format 3 of a severity tree; known: 1, 2",
        ),
        (lambda content: content.update(format="2"), "format", "valid integer"),
        (lambda content: content.update(format=1), "nodes.first.criterion", "'format: 2'"),
        (lambda content: content.pop("format"), "leaves.one.involve", "'format: 2'"),
    ],
)
def test_a_flawed_tree_is_refused_with_the_place_and_the_reason(
    edit: Edit, place: str, words: str
) -> None:
    """Incomplete, overlapping, cyclic, mistyped, unknown facts and formats, missing fields."""
    content = _sound()
    edit(content)
    found = flaws(content)
    assert place in found
    assert words in found[place]


def test_all_flaws_are_told_at_once() -> None:
    """Who edits a tree does not want to hear of one mistake after the other."""
    content = _sound()
    del content["nodes"]["first"]["criterion"]
    del content["leaves"]["four"]["clients"]
    content["nodes"]["second"]["fact"] = "clients"
    assert set(flaws(content)) == {
        "nodes.first.criterion",
        "leaves.four.clients",
        "nodes.second.fact",
    }


def _chain(length: int, *, of: str = "clients_affected >= {}") -> dict[str, Any]:
    nodes = {f"n{i}": node(of.format(i), f"n{i + 1} two three") for i in range(1, length)}
    nodes[f"n{length}"] = node(of.format(length), "one four four")
    return document(nodes, LEAVES)


def test_a_tree_too_deep_to_follow_is_refused() -> None:
    """Fifty questions are the most."""
    asked = "clients_affected >= {}"
    content = _chain(51, of=asked)
    assert "asks 51 questions; at most 50" in flaws(content)["nodes"]
    assert "nodes" not in flaws(_chain(50, of=asked))


@pytest.mark.parametrize("length", [501, 5_000])
def test_a_tree_with_too_many_nodes_is_refused_and_not_crashed_on(length: int) -> None:
    """No document makes the validator recurse."""
    assert f"{length} nodes" in flaws(_chain(length))["nodes"]


def test_a_deep_circle_is_found() -> None:
    """Nothing recurses there either."""
    content = _chain(400)
    content["nodes"]["n400"]["yes"] = "n1"
    assert "the tree runs in a circle" in flaws(content)["nodes.n400.yes"]


def test_a_tree_with_too_many_ways_through_it_is_refused_in_time() -> None:
    """Shared nodes that ask every fact again multiply the ways beyond any reading."""
    facts = [name for name, fact in FACTS.items() if fact.type is FactType.BOOLEAN][:11]
    asked = [*facts, *facts]
    nodes = {}
    for i, fact in enumerate(asked):
        step = "one" if i + 1 == len(asked) else f"n{i + 1}"
        nodes[f"n{i}"] = node(fact, f"{step} {step} {step}")
    nodes["n21"] = node(asked[-1], "one two last")
    nodes["last"] = node("clients_affected > 1", "two three four")
    assert "ways lead through the tree" in flaws(document(nodes, LEAVES))["nodes"]


def test_a_tree_of_format_1_is_held_to_its_shape_only() -> None:
    """What incidents have pinned must load as long as they run, whatever it asks."""
    content = json.loads(FORMER_POLICY.content)
    content["nodes"]["many_clients"]["fact"] = "customers_of_old"
    content["nodes"]["data"]["fact"] = "malicious_access"
    assert flaws(content) == {}
    content["nodes"]["data"]["yes"] = "malicious"
    assert "the tree runs in a circle" in flaws(content)["nodes.data.yes"]


def test_two_nodes_with_one_name_are_refused_by_the_reader(tmp_path: Path) -> None:
    """In YAML the second would silently win."""
    text = PRESENT_POLICY.content.replace('"critical":{', '"data":{')
    (tmp_path / "severity-tree.yaml").write_text(text)
    with pytest.raises(InvalidInput, match=r"nodes\.data.*already"):
        load_policy(tmp_path, SEVERITY_TREE, SeverityTree)


def test_the_tree_in_the_folder_is_sound() -> None:
    """The one that incidents are started with."""
    assert flaws(json.loads(PRESENT_POLICY.content)) == {}
    assert tree(json.loads(PRESENT_POLICY.content)).format == 2
