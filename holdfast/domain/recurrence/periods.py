"""The months that are assessed, and the names of their assessments.

The first assessment of a month has the month's name, such as `2026-03`; one made again, because
facts have changed since, has a number behind it, such as `2026-03-2`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.domain.addressee import Addressee
from holdfast.domain.recurrence.asking import AssessmentNumber, Month
from holdfast.domain.values import Frozen

__all__ = [
    "ASSESSMENT_PATTERN",
    "CHAIN_PREFIX",
    "Period",
    "months_before",
    "period_before",
    "period_named",
]

ASSESSMENT_PATTERN = r"^2[0-9]{3}-(0[1-9]|1[0-2])(-[1-9][0-9]?)?$"
"""What the name of an assessment looks like."""

CHAIN_PREFIX = "recurrence-"
"""What the chain of an assessment has before its name."""

_MONTHS_A_YEAR = 12


class Period(Frozen):
    """One assessment of one month; `number` counts the assessments of that month from 1 on."""

    month: Month
    number: AssessmentNumber = 1

    @property
    def name(self) -> str:
        """What people call the assessment, such as `2026-03`."""
        return self.month if self.number == 1 else f"{self.month}-{self.number}"

    @property
    def chain(self) -> str:
        """What its entries name as their incident."""
        return f"{CHAIN_PREFIX}{self.name}"

    @property
    def workflow_id(self) -> str:
        """The id of its workflow."""
        repeated = "" if self.number == 1 else f"/{self.number}"
        return f"recurrence/{self.month}{repeated}"

    @property
    def addressee(self) -> Addressee:
        """Whom an answer to one of its questions is for."""
        return Addressee(self.workflow_id, self.chain, f"the assessment of recurrence {self.name}")

    @property
    def begins(self) -> datetime:
        """The first moment of the month, aware and in UTC."""
        year, month = self.month.split("-")
        return datetime(int(year), int(month), 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """The first moment after the month, aware and in UTC."""
        return months_before(self.begins, -1)


def period_before(moment: datetime) -> Period:
    """The month before that of a moment (aware): the latest one that is over by then."""
    before = months_before(moment.astimezone(UTC), 1)
    return Period(month=f"{before:%Y-%m}")


def period_named(name: str) -> Period:
    """The assessment of that name, which fits `ASSESSMENT_PATTERN`.

    Raises:
        ValueError: it fits not, or names what is called otherwise.
    """
    month, number = name[:7], name[8:]
    period = Period(month=month, number=int(number) if number.isdecimal() else 1)
    if period.name != name:
        message = f"there is no assessment '{name}'"
        raise ValueError(message)
    return period


def months_before(moment: datetime, months: int) -> datetime:
    """The beginning of the month so many months before that of a moment."""
    count = moment.year * _MONTHS_A_YEAR + moment.month - 1 - months
    year, month = divmod(count, _MONTHS_A_YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)
