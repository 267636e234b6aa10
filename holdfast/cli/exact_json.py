"""Reads a JSON text with one meaning only, and numbers exactly.

Duplicate keys, NaN, infinities, lone surrogates and texts that are not UTF-8 are refused; a number
with a fraction is a Decimal, so that nothing is lost before it is compared with a limit.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from holdfast.domain.values import JsonObject, JsonValue
from holdfast.errors import InvalidInput

__all__ = ["read_exact_json"]

_DEEPEST = 32
_LONGEST_NUMBER = 60


def read_exact_json(body: bytes) -> JsonValue:
    """Read a JSON text.

    Raises:
        InvalidInput: it is not UTF-8, is no JSON, is nested more than 32 deep, holds a key twice or
            a number that is none.
    """
    try:
        text = body.decode("utf-8")
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_constant,
        )
    except UnicodeDecodeError as error:
        message = f"the input is not UTF-8: byte {error.start}"
        raise InvalidInput(message) from error
    except json.JSONDecodeError as error:
        reason = error.msg.split(":")[0]
        message = f"the input is no JSON: {reason} at line {error.lineno}, column {error.colno}"
        raise InvalidInput(message) from error
    except RecursionError as error:
        raise _too_deep() from error
    _check_depth(value)
    _check_texts(value)
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        message = f"{ascii(twice)[1:-1][:80]}: the key is given twice"
        raise InvalidInput(message)
    return found


def _integer(text: str) -> int:
    _require_short(text)
    return int(text)


def _decimal(text: str) -> Decimal:
    _require_short(text)
    try:
        return Decimal(text)
    except InvalidOperation as error:  # an exponent beyond what a decimal can hold
        message = f"the number {text} is out of range"
        raise InvalidInput(message) from error


def _require_short(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        message = f"the number {text[:20]}… has more than {_LONGEST_NUMBER} characters"
        raise InvalidInput(message)


def _constant(text: str) -> NoReturn:
    message = f"{text} is no number of JSON"
    raise InvalidInput(message)


def _check_depth(value: JsonValue) -> None:
    level = [value]
    for _ in range(_DEEPEST):
        below: list[JsonValue] = []
        for each in level:
            if isinstance(each, list):
                below.extend(each)
            elif isinstance(each, dict):
                below.extend(each.values())
        level = below
        if not level:
            return
    raise _too_deep()


def _check_texts(value: JsonValue) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        message = "a text of the input holds a lone surrogate"
        raise InvalidInput(message) from error


def _too_deep() -> InvalidInput:
    message = f"the input is nested more than {_DEEPEST} deep"
    return InvalidInput(message)
