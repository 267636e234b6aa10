"""Values read as their kind wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.dora.report import forms
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.definitions import FieldKind

__all__ = ["read_as"]

_READERS: dict[FieldKind, Callable[[FieldValue], FieldValue]] = {
    FieldKind.TEXT: forms.clean_text,
    FieldKind.REFERENCE: forms.reference,
    FieldKind.YES_NO: forms.yes_no,
    FieldKind.INSTANT: forms.instant,
    FieldKind.DURATION: forms.duration,
    FieldKind.COUNT: forms.count,
    FieldKind.PERCENT: forms.percent,
    FieldKind.MONEY: forms.amount,
    FieldKind.CURRENCY: forms.currency,
    FieldKind.LEI: forms.lei,
    FieldKind.LEIS: forms.leis,
    FieldKind.CODE: forms.code,
    FieldKind.MAIL: forms.mail,
    FieldKind.PHONE: forms.phone,
}


def read_as(kind: FieldKind, choices: Sequence[str], value: FieldValue) -> FieldValue:
    """The value in the one form of that kind.

    Raises:
        NotInForm: it does not fit; the message says what would.
    """
    if kind is FieldKind.CHOICE:
        return forms.choice(choices, value)
    if kind is FieldKind.CHOICES:
        return forms.choices(choices, value)
    return _READERS[kind](value)
