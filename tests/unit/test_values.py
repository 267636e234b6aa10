"""The value domain of evidence, held against an independent RFC 8785 encoder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from holdfast.domain.values import (
    MAX_SAFE_INTEGER,
    Count,
    Identifier,
    Instant,
    JsonValue,
    Line,
    canonical_json,
    digest_of,
    require_canonical,
    rfc3339,
)

_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]))
_CANONICAL = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="ascii")), inner),
    max_leaves=20,
)


@given(_CANONICAL)
def test_canonical_bytes_are_those_of_rfc_8785(value: JsonValue) -> None:
    """Within the domain the fast encoder and the standard one agree to the byte."""
    require_canonical(value)
    assert canonical_json(value) == rfc8785.dumps(value)


# The input files of RFC 8785's reference test set that lie within the domain, and their output.
_VECTORS = {
    "arrays": ([56, {"d": True, "10": None, "1": []}], b'[56,{"1":[],"10":null,"d":true}]'),
    "structures": (
        {
            "1": {"f": {"f": "hi", "F": 5}, "\n": 56},
            "10": {},
            "": "empty",
            "a": {},
            "111": [{"e": "yes", "E": "no"}],
            "A": {},
        },
        (
            b'{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}]'
            b',"A":{},"a":{}}'
        ),
    ),
    "unicode": (
        {"Unnormalized Unicode": "A\u030a"},
        b'{"Unnormalized Unicode":"A\xcc\x8a"}',
    ),
    "values": (
        {"string": '\u20ac$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]},
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    ),
}


@pytest.mark.parametrize(("value", "expected"), _VECTORS.values(), ids=_VECTORS.keys())
def test_canonical_bytes_are_those_of_the_reference(value: JsonValue, expected: bytes) -> None:
    """Published pairs, beside the encoder that is held against ours above."""
    assert canonical_json(value) == expected


@given(_CANONICAL)
def test_a_digest_depends_on_the_value_only(value: object) -> None:
    """The order in which keys were put in does not matter."""
    if isinstance(value, dict):
        assert digest_of(value) == digest_of(dict(reversed(value.items())))


@pytest.mark.parametrize(
    "value",
    [1.5, MAX_SAFE_INTEGER + 1, "\x00", "\ud800", {"ä": 1}, {1: 2}, {"a": [{"b": 0.1}]}, b"x"],
    ids=["float", "integer", "nul", "surrogate", "key", "number key", "nested", "bytes"],
)
def test_what_lies_outside_of_the_domain_is_refused(value: object) -> None:
    """Nothing that two languages would write differently enters evidence."""
    with pytest.raises(ValueError, match=r"^\$|^control|^lone"):
        require_canonical(value)


@pytest.mark.parametrize(
    "value",
    ["2026-03-04T09:30:00", "2026-03-04", 1767225600, "1767225601", True, "tomorrow", None],
)
def test_a_time_without_an_offset_or_of_another_type_is_refused(value: object) -> None:
    """A naive time would mean another moment on another machine."""
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(value)


def test_an_instant_is_kept_in_utc_with_six_decimals() -> None:
    """One moment has one form."""
    berlin = datetime(2026, 3, 4, 10, 30, tzinfo=timezone(timedelta(hours=1)))
    assert rfc3339(berlin) == "2026-03-04T09:30:00.000000Z"
    assert rfc3339(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01T00:00:00.000000Z"
    read = TypeAdapter(Instant).validate_python("2026-03-04T10:30:00+01:00")
    assert read == berlin
    assert read.tzinfo is UTC


_ADAPTERS: dict[str, TypeAdapter[object]] = {
    "count": TypeAdapter(Count),
    "line": TypeAdapter(Line),
    "identifier": TypeAdapter(Identifier),
}


@pytest.mark.parametrize("value", [-1, True, "1", 1.0, MAX_SAFE_INTEGER + 1], ids=repr)
def test_a_count_of_the_wrong_shape_is_refused(value: object) -> None:
    """Wrong types are refused rather than converted."""
    with pytest.raises(ValidationError):
        _ADAPTERS["count"].validate_python(value)


@pytest.mark.parametrize("value", ["", "a\nb", " ", "x" * 201, 7, "a\x00"], ids=repr)
def test_a_line_of_the_wrong_shape_is_refused(value: object) -> None:
    """A line is one line, with something on it."""
    with pytest.raises(ValidationError):
        _ADAPTERS["line"].validate_python(value)


@pytest.mark.parametrize("value", ["", "a b", "-a", "\u00e4", "a\n", "x" * 201, 7], ids=repr)
def test_an_identifier_of_the_wrong_shape_is_refused(value: object) -> None:
    """An id is plain ASCII without spaces, to its very end."""
    with pytest.raises(ValidationError):
        _ADAPTERS["identifier"].validate_python(value)
