"""Strict JSON: everything with one meaning gets in, nothing else does, and nothing breaks it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.problems import Problem
from api.strict_json import DEEPEST, parse_strict
from holdfast.domain.values import MAX_SAFE_INTEGER, JsonValue

_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | _TEXTS
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


def _code_of(body: bytes) -> str | None:
    try:
        parse_strict(body)
    except Problem as problem:
        return problem.code
    return None


@given(value=_VALUES, escaped=st.booleans())
def test_every_value_with_one_meaning_is_read_as_it_was_written(
    *, value: JsonValue, escaped: bool
) -> None:
    """What any writer writes, escaped or not, is read back."""
    assert parse_strict(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """No bytes raise anything but the typed problem."""
    assert _code_of(body) in {None, "invalid_json"}


@given(st.text(alphabet='{}[]",:\\u0dD8aF129.eE+-ntrufals \n', max_size=80))
def test_anything_that_looks_like_json_is_read_or_refused(text: str) -> None:
    """As above, with bytes that come further."""
    assert _code_of(text.encode()) in {None, "invalid_json"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"   ", id="white space"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', id="byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'"\xff"', id="not UTF-8"),
        pytest.param(b'{"a": 1, "a": 1}', id="duplicate key"),
        pytest.param(b'{"a": {"b": 1, "c": 2, "b": 3}}', id="duplicate key further in"),
        pytest.param(b'{"\\u0061": 1, "a": 2}', id="duplicate key by escape"),
        pytest.param(b"NaN", id="NaN"),
        pytest.param(b"[Infinity]", id="Infinity"),
        pytest.param(b"-Infinity", id="minus Infinity"),
        pytest.param(b"1e999", id="a number that would be infinite"),
        pytest.param(b"9007199254740992", id="2^53"),
        pytest.param(b"-9007199254740992", id="minus 2^53"),
        pytest.param(b"1" * 100_000, id="a hundred thousand digits"),
        pytest.param(b'"\\ud800"', id="lone high surrogate"),
        pytest.param(b'"\\udc00\\ud800"', id="surrogates the wrong way round"),
        pytest.param(b'{"\\ud800": 1}', id="lone surrogate in a key"),
        pytest.param(b'["a\\u0000b"]', id="escaped NUL"),
        pytest.param(b'"a\x00b"', id="NUL"),
        pytest.param(b'"a\nb"', id="line break in a text"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b"[1,]", id="trailing comma"),
        pytest.param(b"[1] [2]", id="two texts"),
        pytest.param(b"[" * 500_000, id="half a million brackets"),
        pytest.param(b'{"a":' * 100_000, id="a hundred thousand objects"),
        pytest.param(b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), id="one level too deep"),
    ],
)
def test_what_could_mean_two_things_is_refused(body: bytes) -> None:
    """Each is an invalid_json problem, and its sentence holds nothing of the body."""
    with pytest.raises(Problem) as refused:
        parse_strict(body)
    assert refused.value.code == "invalid_json"
    assert len(refused.value.message) < 200


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'"\\\\ud800"', "\\ud800", id="an escaped backslash before ud800"),
        pytest.param(b'"\\ud83d\\ude00"', "😀", id="a pair of surrogates"),
        pytest.param(b"9007199254740991", MAX_SAFE_INTEGER, id="2^53-1"),
        pytest.param(b" 1.5 ", 1.5, id="a fraction"),
    ],
)
def test_what_only_looks_suspect_is_read(body: bytes, value: JsonValue) -> None:
    """The checks hit what they are for, not what resembles it."""
    assert parse_strict(body) == value


def test_values_may_be_nested_as_deep_as_said() -> None:
    """Thirty-two levels get in, arrays and objects alike, with a value at the bottom."""
    arrays = b"[" * DEEPEST + b"1" + b"]" * DEEPEST
    objects = b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST
    assert parse_strict(arrays) is not None
    assert parse_strict(objects) is not None
