"""Scalar values that cross boundaries, each with the bounds that keep evidence canonical.

Evidence holds no floats, no integers beyond ±(2^53-1), no lone surrogates and no NUL, so that
its bytes are the same in every language (RFC 8785 section 3.2) and PostgreSQL can store them.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictInt,
    StringConstraints,
)

__all__ = [
    "MAX_SAFE_INTEGER",
    "CanonicalObject",
    "Count",
    "Digest",
    "Duration",
    "Frozen",
    "Identifier",
    "Instant",
    "JsonObject",
    "JsonValue",
    "Line",
    "Text",
    "Token",
    "canonical_json",
    "digest_of",
    "require_canonical",
    "rfc3339",
]

MAX_SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON implementation keeps exactly (RFC 7493 section 2.2)."""

_FIRST_PRINTABLE = 0x20
_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
"""Control characters but for line breaks and tabs, and the surrogate range of Unicode."""

JsonValue: TypeAlias = Any
"""A JSON value within the evidence's value domain; `require_canonical` checks it."""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object within the evidence's value domain; `require_canonical` checks it."""


class Frozen(BaseModel):
    """A value that crosses a boundary: immutable, and closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def rfc3339(instant: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC with six decimals and `Z`, the evidence's form."""
    utc = instant.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='microseconds')}Z"


def _instant_from_text_only(value: object) -> object:
    # pydantic would read 1767225600 or "1767225600" as an epoch: a wrong type must be refused.
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value.upper()):
        return value
    message = "give an RFC 3339 date-time with an offset, such as 2026-03-04T09:30:00Z"
    raise ValueError(message)


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        message = "the instant lies outside of the years 1 to 9999 in UTC"
        raise ValueError(message) from error


def _clean(value: str) -> str:
    found = _UNCLEAN.search(value)
    if found is None:
        return value
    character = found.group()
    if ord(character) < _FIRST_PRINTABLE:
        message = f"control character U+{ord(character):04X} is not allowed"
        raise ValueError(message)
    message = f"lone surrogate U+{ord(character):04X} is not allowed"
    raise ValueError(message)


def _one_line(value: str) -> str:
    if "\n" in value or "\r" in value or "\t" in value:
        message = "line breaks and tabs are not allowed here"
        raise ValueError(message)
    return value


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant_from_text_only),
    AfterValidator(_in_utc),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
"""A moment, aware and in UTC."""

Duration = Annotated[timedelta, Field(ge=timedelta(0))]
"""A length of time, not negative; ISO 8601 in data (`PT4H`)."""

Count = Annotated[StrictInt, Field(ge=0, le=MAX_SAFE_INTEGER)]
"""A number of things, zero or more."""

Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_clean),
    AfterValidator(_one_line),
]
"""One line of text for people, 1 to 200 characters."""

Text = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=10_000),
    AfterValidator(_clean),
]
"""Text for people, 1 to 10,000 characters."""

Identifier = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/#@+-]*$", max_length=200),
]
"""An id: ASCII letters, digits and `. _ : / # @ + -`, at most 200 characters."""

Token = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([_-][a-z0-9]+)*$", max_length=80)
]
"""A lower-case name from a closed vocabulary of data, such as `isolate_host`."""

Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
"""`sha256:` and 64 lower-case hexadecimal digits."""


def canonical_json(value: JsonValue) -> bytes:
    """Return the RFC 8785 bytes of a value of the evidence's value domain.

    Within that domain (`require_canonical`) sorted compact UTF-8 JSON is RFC 8785, eight times
    faster than a general encoder; a test holds the two against each other.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def digest_of(value: JsonValue) -> str:
    """Return the SHA-256 digest of a value's canonical bytes, as `sha256:…`."""
    return f"sha256:{hashlib.sha256(canonical_json(value)).hexdigest()}"


def require_canonical(value: JsonValue, path: str = "$") -> None:
    """Check that a value lies in the evidence's value domain.

    Raises:
        ValueError: a float, an integer beyond ±(2^53-1), a key that is not ASCII text, a control
            character or a lone surrogate, or a type that JSON does not know; names its path.
    """
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            message = f"{path}: integer beyond 2^53-1"
            raise ValueError(message)
    elif isinstance(value, str):
        _clean(value)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            require_canonical(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                message = f"{path}: keys must be ASCII text"
                raise ValueError(message)
            require_canonical(item, f"{path}.{key}")
    else:
        message = f"{path}: {type(value).__name__} has no place in evidence"
        raise ValueError(message)  # noqa: TRY004 - one error type for every breach of the domain


def _canonical(value: JsonObject) -> JsonObject:
    require_canonical(value)
    return value


CanonicalObject = Annotated[JsonObject, AfterValidator(_canonical)]
"""A JSON object that has been checked to lie in the evidence's value domain."""
