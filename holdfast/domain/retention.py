"""Retention: how long content is kept after an incident has closed, in calendar years and months.

Ends of periods follow Regulation (EEC, Euratom) No 1182/71 Art. 3: the day of the event does not
count, and a period of years ends with the last hour of the same date, or of the last day of the
month where that date does not exist. Days are those of UTC.
"""

from __future__ import annotations

import calendar
import re
from datetime import MAXYEAR, UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, model_validator

from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen, Identifier, Line, Token

__all__ = ["RETENTION", "RetentionClass", "RetentionPolicy", "kept_until", "retention_policy"]

RETENTION = "retention"

_PERIOD = re.compile(r"P(?=[0-9])(?:([0-9]{1,3})Y)?(?:([0-9]{1,4})M)?")
_MONTHS = 12
_END_OF_TIME = datetime(MAXYEAR, 12, 31, 23, 59, 59, tzinfo=UTC)


def _period(text: str) -> str:
    if _months_of(text) == 0:
        message = f"give calendar years and months, such as P5Y, not '{text}'"
        raise ValueError(message)
    return text


def _months_of(text: str) -> int:
    match = _PERIOD.fullmatch(text)
    return _MONTHS * int(match[1] or 0) + int(match[2] or 0) if match else 0


_CalendarPeriod = Annotated[str, AfterValidator(_period)]


class RetentionClass(Frozen):
    """One class of incidents, and how long their content is kept; `keep` is ISO 8601 (`P5Y`)."""

    severities: tuple[Severity, ...]
    keep: _CalendarPeriod
    because: Line


class RetentionPolicy(Frozen):
    """Every severity has one class, and so have incidents that never got one (E 22(d))."""

    name: Identifier
    version: Identifier
    classes: dict[Token, RetentionClass]
    without_severity: Token

    @model_validator(mode="after")
    def _every_incident_has_one_class(self) -> RetentionPolicy:
        named = [severity for kept in self.classes.values() for severity in kept.severities]
        if sorted(named) != sorted(Severity):
            message = "every severity needs exactly one class"
            raise ValueError(message)
        if self.without_severity not in self.classes:
            message = f"without_severity names no class: '{self.without_severity}'"
            raise ValueError(message)
        return self

    def class_of(self, severity: Severity | None) -> Token:
        """Name the class of an incident by its severity; None is one that was never assigned."""
        found = (name for name, kept in self.classes.items() if severity in kept.severities)
        return next(found, self.without_severity)

    def kept_until(self, closed_at: datetime, severity: Severity | None) -> datetime:
        """Return the moment from which the content may be disposed of."""
        return kept_until(closed_at, self.classes[self.class_of(severity)].keep)

    def due_for_disposal(
        self, closed_at: datetime, severity: Severity | None, now: datetime
    ) -> bool:
        """Whether the retention of an incident closed then has ended by now."""
        return now >= self.kept_until(closed_at, severity)


def kept_until(closed_at: datetime, keep: str) -> datetime:
    """Return the first moment after a period that runs from the day of the closure.

    `closed_at` is aware, `keep` an ISO 8601 period of years and months. What would end beyond the
    year 9999 ends with it.
    """
    day = closed_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    months = day.year * _MONTHS + day.month - 1 + _months_of(keep)
    year, month = divmod(months, _MONTHS)
    if year >= MAXYEAR:
        return _END_OF_TIME
    last = calendar.monthrange(year, month + 1)[1]
    ends = day.replace(year=year, month=month + 1, day=min(day.day, last))
    return ends + timedelta(days=1)


@lru_cache(maxsize=16)
def retention_policy(content: str) -> RetentionPolicy:
    """Read the retention policy from its pinned content."""
    return RetentionPolicy.model_validate_json(content)
