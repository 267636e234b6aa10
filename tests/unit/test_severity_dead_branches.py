"""Branches that no facts can take: refused, with the way there in words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.severity_trees import document, flaws, node

LEAVES = {"one": 1, "two": 2, "three": 3, "four": 4}


@pytest.mark.parametrize(
    ("nodes", "place", "message"),
    [
        (
            {
                "many": node("clients_affected > 100000", "one more two"),
                "more": node("clients_affected > 200000", "three four four"),
            },
            "nodes.more.yes",
            (
                "many: no; node 'more', branch 'yes' can never be taken:"
                " 'clients_affected' is already known to be at most 100000"
            ),
        ),
        (
            {
                "attack": node("malicious_access", "one two again"),
                "again": node("malicious_access", "three four two"),
            },
            "nodes.again.yes",
            (
                "attack: unknown; node 'again', branch 'yes' can never be taken:"
                " 'malicious_access' is already known to be unknown"
            ),
        ),
        (
            {
                "attack": node("malicious_access", "again two three"),
                "again": node("malicious_access", "one four four"),
            },
            "nodes.again.no",
            (
                "attack: yes; node 'again', branch 'no' can never be taken:"
                " 'malicious_access' is already known to be true"
            ),
        ),
        (
            {
                "ten": node("clients_affected >= 10", "eleven one one"),
                "eleven": node("clients_affected > 10", "two exact four"),
                "exact": node("clients_affected >= 10", "three four four"),
            },
            "nodes.exact.no",
            (
                "ten: yes → eleven: no; node 'exact', branch 'no' can never be taken:"
                " 'clients_affected' is already known to be exactly 10"
            ),
        ),
        (
            {
                "ten": node("clients_affected >= 10", "twenty one one"),
                "twenty": node("clients_affected > 20", "two between four"),
                "between": node("clients_affected > 30", "three four four"),
            },
            "nodes.between.yes",
            (
                "ten: yes → twenty: no; node 'between', branch 'yes' can never be taken:"
                " 'clients_affected' is already known to be between 10 and 20"
            ),
        ),
        (
            {
                "any": node("clients_affected >= 0", "one two next"),
                "next": node("data_loss", "one three four"),
            },
            "nodes.any.no",
            (
                "node 'any', branch 'no' can never be taken:"
                " 'clients_affected' is always between 0 and 9007199254740991"
            ),
        ),
        (
            {
                "changed": node("data_integrity_lost", "lost one two"),
                "lost": node("data_loss", "three four four"),
            },
            "nodes.lost.no",
            (
                "changed: yes; node 'lost', branch 'no' can never be taken:"
                " 'data_loss' is decided by what is already known of data_integrity_lost"
            ),
        ),
    ],
    ids=["count", "unknown again", "true again", "exactly", "between", "always", "follows"],
)
def test_a_branch_that_no_facts_can_take_is_refused(
    nodes: dict[str, dict[str, Any]], place: str, message: str
) -> None:
    """It would be a rule that never holds; the way there is said in words."""
    assert flaws(document(nodes, LEAVES))[place] == f"Value error, {message}"


def test_what_lies_behind_such_a_branch_cannot_be_reached() -> None:
    """A leaf is not reached by being named somewhere."""
    content = document(
        {
            "attack": node("malicious_access", "again two three"),
            "again": node("malicious_access", "one behind behind"),
            "behind": node("data_loss", "four four four"),
        },
        LEAVES,
    )
    found = flaws(content)
    assert set(found) == {"nodes.again.no", "nodes.again.unknown", "nodes.behind", "leaves.four"}
    assert "every way to it takes a branch that can never be taken" in found["leaves.four"]


def test_a_shared_node_may_ask_again_what_only_some_ways_know() -> None:
    """A branch is refused if no way at all can take it."""
    content = document(
        {
            "data": node("data_loss", "many shared shared"),
            "many": node("clients_affected > 1000", "one shared shared"),
            "shared": node("clients_affected > 5000", "two three four"),
        },
        LEAVES,
    )
    assert flaws(content) == {}
