"""The forms of values: each reads what was given, and returns the one form that is kept.

Raises:
    NotInForm: in all of them, if it does not fit; the message says what would.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.values import MAX_SAFE_INTEGER, Text
from holdfast.dora.register.codes import is_lei
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.quantities import half_up

__all__ = [
    "LONGEST_TEXT",
    "NotInForm",
    "amount",
    "choice",
    "choices",
    "clean_text",
    "code",
    "count",
    "currency",
    "duration",
    "instant",
    "lei",
    "leis",
    "mail",
    "percent",
    "phone",
    "reference",
    "yes_no",
]

LONGEST_TEXT = 10_000
"""Characters of a text: what evidence keeps. The reports' JSON would take 32,767."""

_TEXT: TypeAdapter[str] = TypeAdapter(Text)
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DURATION = re.compile(r"([0-9]{1,3}):([01][0-9]|2[0-3]):([0-5][0-9])")
_DECIMAL = re.compile(r"[0-9]{1,15}(\.[0-9]{1,10})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_REFERENCE = re.compile(r"[A-Za-z0-9](-?[A-Za-z0-9])*")
_LONGEST_CODE, _LONGEST_REFERENCE, _LONGEST_MAIL = 120, 100, 254
_LOOKS_LIKE_AN_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_MAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")
_PHONE = re.compile(r"\+[1-9][0-9 ()./-]*[0-9]")
_DIGITS = range(5, 16)
"""Of a telephone number, the prefix of the country among them (ITU-T E.164)."""
_MOST_PERCENT = 99_999
"""In tenths: five digits."""
_MOST_DECIMALS = 5
"""Of an amount in thousands: down to a cent."""
_WORDS_OF_A_CHOICE = 60


class NotInForm(ValueError):
    """What was given does not fit; the message says what would."""


def clean_text(value: FieldValue) -> str:
    """A text without blanks around it, of at most 10,000 characters."""
    if not isinstance(value, str):
        _refuse("give a text")
    try:
        return _TEXT.validate_python(value)
    except ValidationError as error:
        found = error.errors()[0]
        if found["type"] == "string_too_short":
            _refuse("give a text that is not empty")
        if found["type"] == "string_too_long":
            _refuse(f"give at most {LONGEST_TEXT:,} characters")
        raise NotInForm(found["msg"].removeprefix("Value error, ")) from error


def yes_no(value: FieldValue) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        _refuse("give true or false")
    return value


def count(value: FieldValue) -> int:
    """A number of things, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse("give a whole number, such as 60000")
    if not 0 <= value <= MAX_SAFE_INTEGER:
        _refuse("give a whole number from 0 to 2^53-1")
    return value


def percent(value: FieldValue) -> str:
    """A percentage with one decimal, such as `12.5`."""
    number = _decimal(value, "give a percentage with one decimal as a text, such as '12.5'")
    tenths = number * 10
    if tenths != tenths.to_integral_value():
        _refuse(f"give one decimal, rounded half up: '{half_up(number, 1)}'")
    if tenths > _MOST_PERCENT:
        _refuse("a percentage has at most five digits: give at most '9999.9'")
    return half_up(number, 1)


def amount(value: FieldValue) -> str:
    """An amount in thousands of the reporting currency, such as `2.5` for 2,500."""
    wanted = "give an amount in thousands as a text, such as '2.5' for 2,500"
    number = _decimal(value, wanted)
    text = f"{number:f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > _MOST_DECIMALS:
        _refuse(f"an amount in thousands has at most {_MOST_DECIMALS} decimals")
    return f"{whole}.{decimals}" if decimals else whole


def instant(value: FieldValue) -> str:
    """An instant in UTC without fractions of a second."""
    wanted = "give a date-time with an offset, such as 2026-03-04T09:30:00Z"
    if not isinstance(value, str) or not _INSTANT.fullmatch(value.strip()):
        _refuse(wanted)
    try:
        at = datetime.fromisoformat(value.strip().upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        _refuse(f"'{value.strip()}' is no time of a calendar: {wanted}")
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def duration(value: FieldValue) -> str:
    """A length in days, hours and minutes, such as `02:03:30`."""
    found = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        _refuse("give days, hours and minutes as DD:HH:MM, such as 02:03:30")
    return f"{int(found[1]):02d}:{found[2]}:{found[3]}"


def currency(value: FieldValue) -> str:
    """A code of ISO 4217."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value.strip()):
        _refuse("give three capital letters of ISO 4217, such as EUR")
    return value.strip()


def lei(value: FieldValue) -> str:
    """An LEI whose check digits hold."""
    if not isinstance(value, str) or not _LOOKS_LIKE_AN_LEI.fullmatch(value.strip()):
        _refuse("an LEI has 20 characters: 18 capital letters or digits and 2 check digits")
    if not is_lei(value.strip()):
        _refuse(f"the check digits of the LEI '{value.strip()}' do not hold (ISO 17442)")
    return value.strip()


def leis(value: FieldValue) -> str:
    """One LEI, or several parted by semicolons."""
    if not isinstance(value, str):
        _refuse("give an LEI, or several parted by semicolons")
    found = [lei(part) for part in value.split(";")]
    if len(set(found)) < len(found):
        _refuse("the same LEI stands there twice")
    return clean_text(";".join(found))


def code(value: FieldValue) -> str:
    """An LEI, or another code of a register in one word."""
    if not isinstance(value, str) or not value.strip().isascii():
        _refuse("give an LEI, or another code of the register of information")
    text = value.strip()
    if _LOOKS_LIKE_AN_LEI.fullmatch(text):
        return lei(text)
    if not text.isprintable() or " " in text or not 2 <= len(text) <= _LONGEST_CODE:  # noqa: PLR2004
        _refuse(f"give a code of 2 to {_LONGEST_CODE} characters without blanks")
    return text


def reference(value: FieldValue) -> str:
    """A reference of letters, digits and hyphens."""
    if not isinstance(value, str) or not _REFERENCE.fullmatch(value.strip()):
        _refuse("give letters, digits and single hyphens only")
    if len(value.strip()) > _LONGEST_REFERENCE:
        _refuse(f"give at most {_LONGEST_REFERENCE} characters")
    return value.strip()


def mail(value: FieldValue) -> str:
    """An e-mail address."""
    text = clean_text(value)
    if len(text) > _LONGEST_MAIL or not _MAIL.fullmatch(text):
        _refuse("give an e-mail address")
    return text


def phone(value: FieldValue) -> str:
    """A telephone number with the international prefix."""
    text = clean_text(value)
    digits = sum(character.isdigit() for character in text)
    if digits not in _DIGITS or not _PHONE.fullmatch(text):
        _refuse("give a telephone number with its international prefix, such as +49 30 123456")
    return text


def choice(known: Sequence[str], value: FieldValue) -> str:
    """One of the choices."""
    if not isinstance(value, str) or value.strip() not in known:
        _refuse(f"{_shown(value)} is no choice here: give one of {', '.join(known)}")
    return value.strip()


def choices(known: Sequence[str], value: FieldValue) -> tuple[str, ...]:
    """One or more of the choices, each once, in the order of the catalogue."""
    if not isinstance(value, tuple | list) or not value:
        _refuse(f"give a list of one or more of {', '.join(known)}")
    for each in value:
        if each not in known:
            _refuse(f"{_shown(each)} is no choice here: give one or more of {', '.join(known)}")
    if len(set(value)) < len(value):
        _refuse("the same choice stands there twice")
    return tuple(each for each in known if each in value)


def _decimal(value: FieldValue, wanted: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | str):
        _refuse(wanted)
    text = str(value).strip()
    if not _DECIMAL.fullmatch(text):
        _refuse(wanted)
    return Decimal(text)


def _shown(value: FieldValue) -> str:
    if not isinstance(value, str):
        return "this"
    text = " ".join(value.split())
    return f"'{text[:_WORDS_OF_A_CHOICE]}'"


def _refuse(problem: str) -> NoReturn:
    raise NotInForm(problem)
