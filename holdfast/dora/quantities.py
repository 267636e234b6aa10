"""Figures of an incident: exact, from zero to 2^53-1, never a float.

In data, a figure is an integer where it is integral, else a decimal string such as `"12.5"`, so
that it lies in the evidence's value domain and reads back equal.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, TypeAlias

from pydantic import PlainSerializer, PlainValidator, ValidationInfo

from holdfast.domain.values import MAX_SAFE_INTEGER

__all__ = [
    "NUMBERS_ONLY",
    "Quantity",
    "WholeNumber",
    "exact",
    "fraction_text",
    "is_above_share",
    "percentage",
    "written",
]

NUMBERS_ONLY = {"figures": "numbers"}
"""Validation context under which a figure is a number: what people write is not evidence yet."""

_DECIMAL_TEXT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,18})?")
_MOST_DECIMAL_PLACES = 18


def _read(value: object, info: ValidationInfo) -> int | Decimal:
    if isinstance(value, str):
        if info.context is NUMBERS_ONLY:
            message = "give a number, not a string"
            raise ValueError(message)
        value = _from_text(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        message = "give a number, whole or decimal, and no float"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError with its field
    if isinstance(value, Decimal) and not value.is_finite():
        message = "give a finite number"
        raise ValueError(message)
    if value < 0:
        message = "it is negative"
        raise ValueError(message)
    if value > MAX_SAFE_INTEGER:
        message = "it is larger than 2^53-1"
        raise ValueError(message)
    return value if isinstance(value, int) else _plain(value)


def _from_text(text: str) -> Decimal:
    if not _DECIMAL_TEXT.fullmatch(text):
        message = "give a number, or a decimal string such as '12.5'"
        raise ValueError(message)
    return Decimal(text)


def _plain(value: Decimal) -> int | Decimal:
    """The one form of a value: an integer where it is integral, else without trailing zeros."""
    # A tiny exponent would make a huge power of ten: it is looked at before anything is computed.
    if -value.adjusted() > _MOST_DECIMAL_PLACES and value != 0:
        _refuse_places()
    if value == value.to_integral_value():
        return int(value)
    digits = value.as_tuple().digits
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 - narrows the type for mypy only: it is finite
    while digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if -exponent > _MOST_DECIMAL_PLACES:
        _refuse_places()
    return Decimal((0, digits, exponent))


def _refuse_places() -> None:
    message = f"it has more than {_MOST_DECIMAL_PLACES} decimal places"
    raise ValueError(message)


def _read_whole(value: object, info: ValidationInfo) -> int:
    number = _read(value, info)
    if not isinstance(number, int):
        message = "give a whole number"
        raise ValueError(message)  # noqa: TRY004 - pydantic reports ValueError with its field
    return number


def written(value: int | Decimal) -> int | str:
    """The value as evidence holds it: an integer, or a decimal string."""
    return value if isinstance(value, int) else f"{value:f}"


Quantity: TypeAlias = Annotated[
    int | Decimal,
    PlainValidator(_read, json_schema_input_type=int | str),
    PlainSerializer(written, return_type=int | str, when_used="json"),
]
"""A figure, whole or decimal, from 0 to 2^53-1."""

WholeNumber: TypeAlias = Annotated[int, PlainValidator(_read_whole, json_schema_input_type=int)]
"""A number of clients or counterparts, from 0 to 2^53-1."""


def exact(value: int | Decimal | Fraction) -> int | Fraction:
    """The value for arithmetic that never rounds, whatever the decimal context is."""
    return value if isinstance(value, int) else Fraction(value)


def is_above_share(
    part: int | Decimal | Fraction, whole: int | Decimal | Fraction, percent: int
) -> bool:
    """Whether a part is more than so many percent of the whole; of nothing, any part is."""
    return exact(part) * 100 > exact(whole) * percent


def percentage(
    part: int | Decimal | Fraction, whole: int | Decimal | Fraction, limit: int
) -> str | None:
    """The share in percent as a decimal string, or None of a whole of zero.

    One decimal, rounded half up as field 3.5 of Implementing Regulation (EU) 2025/302 has it; more
    where that could not be told from the limit.
    """
    if whole == 0:
        return None
    if isinstance(part, int) and isinstance(whole, int):
        top, bottom = part * 100, whole
    else:
        share = Fraction(exact(part) * 100, exact(whole))
        top, bottom = share.numerator, share.denominator
    side = (top > limit * bottom) - (top < limit * bottom)
    places = 1
    while True:
        scale = 10**places
        scaled = (2 * top * scale + bottom) // (2 * bottom)
        if (scaled > limit * scale) - (scaled < limit * scale) == side:
            return f"{scaled // scale}.{scaled % scale:0{places}d}"
        places += 1


def fraction_text(value: int | Fraction) -> str:
    """An exact value for people; one that has no finite decimal form is rounded, and says so."""
    if isinstance(value, int) or value.denominator == 1:
        return f"{int(value):,}"
    left = value.denominator
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    places = 2
    if left == 1:
        while (value * 10**places).denominator != 1:
            places += 1
    scaled = (2 * value.numerator * 10**places + value.denominator) // (2 * value.denominator)
    text = f"{scaled // 10**places:,}.{scaled % 10**places:0{places}d}"
    return text.rstrip("0") if left == 1 else f"about {text}"
