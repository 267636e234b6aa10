"""Whether a value fits its field, and the one form in which a field holds it.

An instant is UTC without fractions, a length `DD:HH:MM`, a percentage a text with one decimal, an
amount a text in thousands; choices stand in the order of the catalogue.
"""

from __future__ import annotations

from holdfast.dora.report.catalogue import FIELDS
from holdfast.dora.report.content import FieldValue
from holdfast.dora.report.definitions import FieldDefinition
from holdfast.dora.report.forms import NotInForm
from holdfast.dora.report.quantities import half_up, percentage_of, thousands_of
from holdfast.dora.report.reading import read_as

__all__ = ["FieldInvalid", "check_value", "half_up", "percentage_of", "thousands_of"]

_AT_MOST_ALL = frozenset({"3.5", "3.7"})
"""A share of all that there are; of a daily average more than all can be affected (3.10)."""

_NO_ORIGIN = frozenset({"no", "none", "n/a", "na", "-", "not applicable"})


class FieldInvalid(ValueError):
    """A value that does not fit its field; `problem` says why, and what would fit."""

    def __init__(self, number: str, problem: str) -> None:
        """Of that field, with that problem."""
        super().__init__(problem)
        self.number = number
        self.problem = problem


def check_value(number: str, value: FieldValue) -> FieldValue:
    """The value in the form in which the field holds it; checked once more, it stays the same.

    Raises:
        KeyError: there is no such field.
        FieldInvalid: it does not fit; how fields go together is for `completeness`.
    """
    field = FIELDS[number]
    try:
        return _checked(field, value)
    except NotInForm as problem:
        raise FieldInvalid(number, str(problem)) from problem


def _checked(field: FieldDefinition, value: FieldValue) -> FieldValue:
    read = read_as(field.kind, field.choices, value)
    if field.number in _AT_MOST_ALL and isinstance(read, str) and _above_all(read):
        message = f"'{read}' is more than all there are: give at most 100.0"
        raise NotInForm(message)
    if field.number == "2.8" and isinstance(read, str) and read.lower() in _NO_ORIGIN:
        message = "where no third party is its origin, leave the field without a value"
        raise NotInForm(message)
    return read


def _above_all(percentage: str) -> bool:
    return int(percentage.replace(".", "")) > 1000  # noqa: PLR2004 - 100.0 in tenths
