"""Forms as browsers send them: byte for byte, each field once, and never a file's name."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.problems import Problem
from api.vendor.forms import SentForm, read_form

_BOUNDARY = {"content-type": 'multipart/form-data; boundary="x"'}


def sent(**request: Any) -> tuple[Headers, bytes]:  # noqa: ANN401 - what httpx takes
    """A form as a client writes it."""
    made = httpx.Request("POST", "http://api/", **request)
    return Headers(dict(made.headers)), made.read()


@given(st.binary(min_size=1, max_size=300), st.text(st.characters(codec="utf-8"), max_size=50))
def test_a_file_is_read_byte_for_byte(content: bytes, text: str) -> None:
    """Whatever is in it, line breaks at its ends as well."""
    given = {"name": f"a{text}z"}
    form = read_form(*sent(data=given, files={"file": ("jo-doe.pdf", content, "image/png")}))
    assert form.files["file"].content == content
    assert form.files["file"].media_type == "image/png"
    assert "jo-doe" not in repr(form)
    assert form.fields["name"] == f"a{text}z".replace("\r\n", "\n")


def test_fields_are_read_and_what_is_empty_was_not_filled_in() -> None:
    """Line breaks are what they are everywhere else."""
    form = read_form(*sent(data={"a": "1 ä +&=", "b": " ", "c": "x\r\ny"}))
    assert form == SentForm({"a": "1 ä +&=", "c": "x\ny"}, {})
    nothing = read_form(*sent(data={"a": ""}, files={"file": ("", b"", "a/b")}))
    assert nothing == SentForm({}, {})


def part(head: bytes, content: bytes = b"v") -> bytes:
    """A form of one part."""
    return b"--x\r\n" + head + b"\r\n\r\n" + content + b"\r\n--x--\r\n"


_NAMED = b'Content-Disposition: form-data; name="a"'


def test_a_part_is_read_as_it_was_written() -> None:
    """A preamble of nothing, an epilogue, blanks after the boundary."""
    body = part(_NAMED).replace(b"--x\r\n", b"--x \t\r\n", 1) + b"epilogue"
    assert read_form(Headers(_BOUNDARY), body).fields == {"a": "v"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"a=b",
        part(_NAMED)[:-8],
        part(b""),
        part(b"X: y"),
        part(b'Content-Disposition: attachment; name="a"'),
        part(b"Content-Disposition: form-data"),
        part(b"Content-Disposition: form-data; name*=klingon''a"),
        part(_NAMED + b"\r\nX: " + b"a" * 5_000),
        part(_NAMED, b"\xff"),
        b"before" + part(_NAMED),
        part(_NAMED)[:-6] + b"\r\n" + part(_NAMED),
        b"".join(part(b'Content-Disposition: form-data; name="%d"' % n)[:-6] for n in range(40)),
    ],
)
def test_what_is_no_form_is_refused(body: bytes) -> None:
    """With a reason, and without a word of what was sent."""
    with pytest.raises(Problem) as refused:
        read_form(Headers(_BOUNDARY), body)
    assert refused.value.code == "bad_request"


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary="])
def test_a_form_without_boundary_is_refused(kind: str) -> None:
    """Nobody guesses where it ends."""
    with pytest.raises(Problem):
        read_form(Headers({"content-type": kind}), part(_NAMED))


def test_a_file_of_a_wrong_type_is_refused() -> None:
    """As an attachment of that type would be."""
    head = _NAMED + b'; filename="x"\r\nContent-Type: multipart/mixed'
    with pytest.raises(Problem) as refused:
        read_form(Headers(_BOUNDARY), part(head))
    assert refused.value.code == "unsupported_media_type"
