"""Digests that a sender declares: read in both forms, never left unverified."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.content_digest import content_digest, declared_digests, require_declared
from api.problems import Problem
from holdfast.errors import InvalidInput

_CONTENT = b'{"hello": "world"}\n'
_DIGEST = hashlib.sha256(_CONTENT).digest()
_WRITTEN = base64.b64encode(_DIGEST).decode()


def test_the_example_of_the_specification_is_understood() -> None:
    """RFC 9530 appendix B.1: the digest of `{"hello": "world"}` and a line feed."""
    value = "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert declared_digests(Headers({"Content-Digest": value})) == (_DIGEST,)
    assert content_digest(_DIGEST) == value


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Digest": f"sha-256=:{_WRITTEN}:"},
        {"content-digest": f"md5=:eA==:, SHA-256=:{_WRITTEN}:;since=1"},
        {"Digest": f"SHA-256={_WRITTEN}"},
        {"Digest": f"md5=eA==,sha-256={_WRITTEN}"},
    ],
)
def test_a_declared_digest_is_compared(headers: dict[str, str]) -> None:
    """In either form, among others that are not known here."""
    declared = declared_digests(Headers(headers))
    assert declared == (_DIGEST,)
    require_declared(_CONTENT, declared)
    with pytest.raises(Problem, match="have the digest"):
        require_declared(_CONTENT + b"x", declared)


def test_both_forms_must_agree_with_the_content() -> None:
    """One that fits does not excuse one that does not."""
    other = base64.b64encode(bytes(32)).decode()
    headers = {"Content-Digest": f"sha-256=:{_WRITTEN}:", "Digest": f"sha-256={other}"}
    with pytest.raises(Problem):
        require_declared(_CONTENT, declared_digests(Headers(headers)))


def test_nothing_declared_is_nothing_to_compare() -> None:
    """A sender need not."""
    assert declared_digests(Headers({})) == ()
    require_declared(_CONTENT, ())


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Digest": ""},
        {"Content-Digest": "sha-512=:eA==:"},
        {"Content-Digest": f"sha-256={_WRITTEN}"},
        {"Content-Digest": "sha-256=:eA==:"},
        {"Content-Digest": "sha-256=:%%:"},
        {"Content-Digest": "sha-256=:"},
        {"Digest": f"sha-256=:{_WRITTEN}:"},
        {"Digest": "md5=eA=="},
    ],
)
def test_a_digest_that_cannot_be_compared_is_refused(headers: dict[str, str]) -> None:
    """Whoever declares one relies on it."""
    with pytest.raises(InvalidInput, match="declares no SHA-256"):
        declared_digests(Headers(headers))


@given(content=st.binary(max_size=200))
def test_what_is_written_is_read_back(content: bytes) -> None:
    """Our own header is one that we accept."""
    digest = hashlib.sha256(content).digest()
    declared = declared_digests(Headers({"Content-Digest": content_digest(digest)}))
    require_declared(content, declared)
