"""Policy text is untrusted: bounds on everything, and no more than plain data."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from holdfast.domain.values import JsonValue
from holdfast.store.policy_text import LARGEST_TEXT, UnreadableText, read_text

_BOMB = "".join(
    f"{letter}: &{letter} [{', '.join([f'*{before}'] * 10)}]\n"
    for before, letter in zip("abcdef", "bcdefg", strict=True)
)

_UNREADABLE = {
    "nothing": (b"", 1, "nothing in it"),
    "comment only": (b"# so\n", 1, "nothing in it"),
    "too large": (b"a: " + b"x" * LARGEST_TEXT, 1, "more than"),
    "not UTF-8": (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
    "control character": (b"a: 1\nb: \x01\n", 2, "does not allow"),
    "tab": (b"a:\n\tb: 1\n", 2, "cannot start any token"),
    "no end": (b"a: [1,\n", 2, "expected"),
    "two documents": (b"a: 1\n---\nb: 1\n", 2, "one document only"),
    "older YAML": (b"%YAML 1.1\n---\na: yes\n", 2, "directives"),
    "tag": (b"a: 1\nb: !!python/object:os.system x\n", 2, "tags"),
    "own tag": (b"a: !mine x\n", 1, "tags"),
    "tag of an object": (b"a: !!set {x}\n", 1, "tags"),
    "merge": (b"a: &x {b: 1}\nc:\n  <<: *x\n", 3, "merge keys"),
    "unknown anchor": (b"a: *x\n", 1, "no anchor"),
    "anchor in itself": (b"a: &x [*x]\n", 1, "no anchor"),
    "key that is a list": (b"? [a]\n: 1\n", 1, "a key is text"),
    "key that is an alias": (b"a: &x b\n*x : 1\n", 2, "an alias cannot be a key"),
    "deep": (b"[" * 50_000, 1, "deeper than 32"),
    "billion laughs": (f"a: &a [1]\n{_BOMB}h: [*g, *g, *g]\n".encode(), 6, "more than 100000"),
}


@pytest.mark.parametrize(
    ("content", "line", "reason"), _UNREADABLE.values(), ids=_UNREADABLE.keys()
)
def test_what_is_no_bounded_plain_data_is_refused(content: bytes, line: int, reason: str) -> None:
    """At the line where it stands, without taking memory or time that its length does not say."""
    with pytest.raises(UnreadableText) as refused:
        read_text(content)
    assert reason in refused.value.fault.message
    assert refused.value.fault.line == line


def test_faults_beyond_which_reading_goes_on_are_told_together() -> None:
    """Fractions, numbers that readers disagree on, keys that are no text, keys given twice."""
    text = b"a: 1.5\nb: 9007199254740992\n3: x\na: 2\nc: [1, .inf]\nd: {\xc3\xa9: 1}\n"
    _, faults = read_text(text)
    assert [(fault.line, fault.path) for fault in faults] == [
        (1, ("a",)),
        (2, ("b",)),
        (3, ("3",)),
        (4, ("a",)),
        (5, ("c", 1)),
        (6, ("d", "é")),
    ]


def test_anchors_within_bounds_are_written_out() -> None:
    """Both places have the value, each its own line."""
    placed, faults = read_text(b"a: &x {b: [1, 2]}\nc: *x\n")
    assert not faults
    assert placed.value == {"a": {"b": [1, 2]}, "c": {"b": [1, 2]}}
    assert placed.key_lines == {"a": 1, "c": 2}


def test_dates_and_words_of_older_versions_are_text() -> None:
    """YAML 1.2: `yes` is a word, and a date is what it looks like."""
    placed, faults = read_text(b"a: yes\nb: 2025-01-17\nc: 0o17\nd: 017\ne: ~\nf: 12:30\n")
    assert not faults
    assert placed.value == {
        "a": "yes", "b": "2025-01-17", "c": 15, "d": 17, "e": None, "f": "12:30",
    }  # fmt: skip


_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn", "Co")), max_size=20
    )
)
_KEYS = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=12)
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(_DOCUMENTS, st.sampled_from([None, 2]))
def test_json_is_read_as_json_readers_read_it(document: JsonValue, indent: int | None) -> None:
    """Every JSON text is YAML 1.2, with the same meaning."""
    text = json.dumps(document, indent=indent, ensure_ascii=False)
    placed, faults = read_text(text.encode())
    assert not faults
    assert placed.value == document
    assert json.dumps(placed.value) == json.dumps(document)


_PLAIN = st.from_regex(r"[A-Za-z_][A-Za-z0-9_. /#@+-]{0,11}[A-Za-z0-9]", fullmatch=True)


@given(st.dictionaries(_PLAIN, st.lists(_PLAIN | st.integers(0, 99), max_size=3), max_size=4))
def test_what_another_writer_writes_is_read_as_it_was(document: JsonValue) -> None:
    """ruamel.yaml's own dump, in blocks and in flow, read by this reader."""
    for flow in (False, True):
        yaml = YAML(typ="safe", pure=True)
        yaml.default_flow_style = flow
        stream = io.StringIO()
        yaml.dump(document, stream)
        placed, faults = read_text(stream.getvalue().encode())
        assert not faults
        assert placed.value == document
