"""Digests that a sender declares of a body: RFC 9530 `Content-Digest`, RFC 3230 `Digest`.

A declared digest is never left unverified: one that is there and has no SHA-256 is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from starlette.datastructures import Headers

from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.errors import InvalidInput

__all__ = ["content_digest", "declared_digests", "require_declared"]

_FIELD = "Content-Digest"
_OLDER_FIELD = "Digest"
_ALGORITHM = "sha-256"
_BYTES = hashlib.sha256().digest_size


def declared_digests(headers: Headers) -> tuple[bytes, ...]:
    """Read the SHA-256 digests that the headers declare: none, one, or one of each form.

    Raises:
        InvalidInput: a header is there and declares no SHA-256, or is not of its form.
    """
    found = []
    if (value := headers.get(_FIELD)) is not None:
        # A byte sequence between colons, perhaps with parameters (RFC 8941 section 3.3.5).
        written = _member(value, _FIELD).split(";")[0].strip()
        if len(written) < len("::") or written[0] != ":" or written[-1] != ":":
            raise _malformed(_FIELD)
        found.append(_decoded(written[1:-1], _FIELD))
    if (value := headers.get(_OLDER_FIELD)) is not None:
        found.append(_decoded(_member(value, _OLDER_FIELD), _OLDER_FIELD))
    return tuple(found)


def require_declared(content: bytes, declared: tuple[bytes, ...]) -> None:
    """Check that the content is what was declared.

    Raises:
        Problem: it is not.
    """
    digest = hashlib.sha256(content).digest()
    if any(wanted != digest for wanted in declared):
        detail = f"the {len(content)} bytes that came have the digest {content_digest(digest)}"
        raise Problem(DoorCode.DIGEST_MISMATCH, detail)


def content_digest(digest: bytes) -> str:
    """Write a SHA-256 digest as the value of `Content-Digest` (RFC 9530 section 2)."""
    return f"{_ALGORITHM}=:{base64.b64encode(digest).decode()}:"


def _member(value: str, header: str) -> str:
    for member in value.split(","):
        name, _, written = member.strip().partition("=")
        if name.lower() == _ALGORITHM:
            return written
    raise _malformed(header)


def _decoded(written: str, header: str) -> bytes:
    try:
        digest = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(header) from error
    if len(digest) != _BYTES:
        raise _malformed(header)
    return digest


def _malformed(header: str) -> InvalidInput:
    message = f"{header} declares no SHA-256 digest in its form"
    return InvalidInput(message, errors=[{"pointer": f"header:{header}", "message": message}])
