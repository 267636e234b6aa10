"""Training as evidence: who was trained for which role, and when that is too long ago."""

from __future__ import annotations

import calendar
from datetime import date

from holdfast.domain.roles import Role

__all__ = ["TRAININGS", "UNTRAINED_ROLES", "months_before"]

TRAININGS = "trainings"
"""The chain of evidence on which training is recorded that was no drill."""

UNTRAINED_ROLES = frozenset({Role.ALERT_SOURCE, Role.SYSTEM, Role.VENDOR})
"""Roles that nobody of this house is trained for."""

_MONTHS = 12


def months_before(day: date, months: int) -> date:
    """The same day so many calendar months earlier, or the last of that month if it is shorter.

    Raises:
        ValueError: that lies before the year 1.
    """
    whole = day.year * _MONTHS + day.month - 1 - months
    year, month = divmod(whole, _MONTHS)
    if year < 1:
        message = f"{months} months before {day} there is no date"
        raise ValueError(message)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
