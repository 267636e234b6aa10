"""Differences between two documents: complete, readable, and none where there is none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.policy_diff import DifferenceKind, differences
from holdfast.domain.values import JsonObject

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.sampled_from("abc"),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3)
    ),
    max_leaves=10,
)
_OBJECTS = st.dictionaries(st.sampled_from("xyz"), _VALUES, max_size=3)


def _said(before: JsonObject, after: JsonObject) -> list[tuple[str, str, object, object]]:
    found = differences(before, after)
    return [(one.path, str(one.kind), one.before, one.after) for one in found]


def test_paths_say_what_was_added_removed_and_changed() -> None:
    """With both values, at the deepest place that differs."""
    before = {"version": "1", "rules": {"a": {"roles": ["x", "y"]}, "gone": 1}}
    after = {"version": "2", "rules": {"a": {"roles": ["x", "z"]}, "new": {"b": 1}}}
    assert _said(before, after) == [
        ("version", "changed", "1", "2"),
        ("rules.a.roles[1]", "changed", "y", "z"),
        ("rules.new", "added", None, {"b": 1}),
        ("rules.gone", "removed", 1, None),
    ]


def test_what_is_put_into_a_list_changes_nothing_behind_it() -> None:
    """A new first rung is one difference."""
    before = {"ladder": [{"after": "PT1H"}, {"after": "PT2H"}]}
    after = {"ladder": [{"after": "PT0S"}, {"after": "PT1H"}, {"after": "PT2H"}]}
    assert _said(before, after) == [("ladder[0]", "added", None, {"after": "PT0S"})]
    assert _said(after, before) == [("ladder[0]", "removed", {"after": "PT0S"}, None)]


def test_values_of_another_type_differ() -> None:
    """True is not 1."""
    assert _said({"a": True}, {"a": 1}) == [("a", "changed", True, 1)]


@given(_OBJECTS, _OBJECTS)
def test_there_is_a_difference_exactly_where_documents_differ(
    before: JsonObject, after: JsonObject
) -> None:
    """The same both ways: what was added in one direction was removed in the other."""
    there, back = differences(before, after), differences(after, before)
    assert bool(there) == (repr(before) != repr(after) and _differ(before, after))
    assert bool(there) == bool(back)
    assert not differences(before, before)
    assert all(
        one.kind is not DifferenceKind.CHANGED
        or one.before != one.after
        or type(one.before) is not type(one.after)
        for one in there
    )


def _differ(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) != set(other) or any(_differ(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        pairs = zip(one, other, strict=False)
        return len(one) != len(other) or any(_differ(*pair) for pair in pairs)
    return type(one) is not type(other) or one != other
