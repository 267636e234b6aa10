"""Request bodies: read with a limit, and parsed as I-JSON (RFC 7493), which has one meaning only.

Two parsers may read duplicate keys, huge integers or lone surrogates differently; what is signed
and kept as evidence must not depend on the reader, so none of it gets past this door.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import NoReturn

from fastapi import Request
from starlette.datastructures import Headers

from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.domain.values import MAX_SAFE_INTEGER, JsonValue

__all__ = [
    "DEEPEST",
    "LARGEST_BODY",
    "parse_strict",
    "read_body",
    "require_json",
    "require_plain",
]

LARGEST_BODY = 1024 * 1024
DEEPEST = 32

_JSON_TYPE = re.compile(r"application/json\s*(;\s*charset\s*=\s*\"?utf-8\"?\s*)?", re.IGNORECASE)
_SUSPECT_ESCAPE = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_LONGEST_NUMBER = 400


def require_json(headers: Headers) -> None:
    """Refuse a body that does not say that it is plain JSON."""
    content_type = headers.get("content-type", "")
    if not _JSON_TYPE.fullmatch(content_type.strip()):
        raise Problem(
            DoorCode.UNSUPPORTED_MEDIA_TYPE, f"the content type is '{content_type[:100]}'"
        )
    require_plain(headers)


def require_plain(headers: Headers) -> None:
    """Refuse a body that is compressed: what it would become has no limit that a reader can see."""
    encoding = headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        raise Problem(
            DoorCode.UNSUPPORTED_MEDIA_TYPE, f"the content encoding is '{encoding[:100]}'"
        )


async def read_body(request: Request, largest: int = LARGEST_BODY) -> bytes:
    """Read the whole body, but no more than so many bytes, whatever its length header says."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and len(declared) < _LONGEST_NUMBER and int(declared) > largest:
        _too_large(largest)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > largest:
            _too_large(largest)
        chunks.append(chunk)
    return b"".join(chunks)


def parse_strict(body: bytes) -> JsonValue:
    """Parse a JSON text with one meaning only.

    Raises:
        Problem: what is wrong, by code; nothing of the body's content is in the message.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8"
        raise _invalid(message) from error
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        reason = error.msg.split(":")[0]
        message = f"{reason} at line {error.lineno}, column {error.colno}"
        raise _invalid(message) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check(value, _require_text if _SUSPECT_ESCAPE.search(text) else _accept)
    return value


def _check(value: JsonValue, check_text: Callable[[str], None]) -> None:
    """Walk the value level by level, without recursion: its depth, and every text in it."""
    level = [[value]]
    for _ in range(DEEPEST + 1):
        below = []
        for values in level:
            for item in values:
                if isinstance(item, str):
                    check_text(item)
                elif isinstance(item, list):
                    below.append(item)
                elif isinstance(item, dict):
                    below.append([*item, *item.values()])
        level = below
        if not level:
            return
    raise _too_deep()


def _accept(_: str) -> None:
    """Accept any text: no escape in the whole body could have made a bad one."""


def _require_text(text: str) -> None:
    if "\x00" in text:
        message = "a text contains the character NUL"
        raise _invalid(message)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = "a text contains a lone surrogate"
        raise _invalid(message) from error


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    value = dict(pairs)
    if len(value) != len(pairs):
        message = "an object has the same key twice"
        raise _invalid(message)
    return value


def _integer(literal: str) -> int:
    # Length first: converting a million digits would take quadratic time.
    if len(literal) > len(str(MAX_SAFE_INTEGER)) + 1 or abs(int(literal)) > MAX_SAFE_INTEGER:
        message = "an integer is beyond 2^53-1, where readers stop agreeing"
        raise _invalid(message)
    return int(literal)


def _number(literal: str) -> float:
    value = float(literal)
    if value in {float("inf"), float("-inf")}:
        message = "a number is too large"
        raise _invalid(message)
    return value


def _constant(literal: str) -> NoReturn:
    message = f"{literal} is not JSON"
    raise _invalid(message)


def _invalid(detail: str) -> Problem:
    return Problem(DoorCode.INVALID_JSON, detail)


def _too_deep() -> Problem:
    return Problem(DoorCode.INVALID_JSON, f"values are nested deeper than {DEEPEST} levels")


def _too_large(largest: int) -> NoReturn:
    detail = f"the body has more than {largest} bytes"
    raise Problem(DoorCode.BODY_TOO_LARGE, detail, most_bytes=largest)
