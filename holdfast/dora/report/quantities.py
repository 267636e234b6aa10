"""Figures as reports want them: one decimal for percentages, thousands for money; never a float."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

__all__ = ["half_up", "percentage_of", "thousands_of"]


def half_up(value: int | Decimal | Fraction, places: int) -> str:
    """A figure from zero on with so many decimals, rounded half up, whatever its size."""
    exact = Fraction(value)
    scale = 10**places
    scaled = (2 * exact.numerator * scale + exact.denominator) // (2 * exact.denominator)
    if places == 0:
        return str(scaled)
    return f"{scaled // scale}.{scaled % scale:0{places}d}"


def percentage_of(part: int | Decimal, whole: int | Decimal) -> str:
    """The share in percent with one decimal, rounded half up, such as `12.5`.

    Raises:
        ZeroDivisionError: there is no share of nothing.
    """
    return half_up(Fraction(part) * 100 / Fraction(whole), 1)


def thousands_of(amount: int | Decimal) -> str:
    """An amount in thousands, exactly, such as `2.5` of 2,500."""
    exact = Decimal(amount).scaleb(-3)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
