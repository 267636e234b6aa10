"""Relief on days that are no working days: Delegated Regulation (EU) 2025/301 Art. 5(4) to 5(6)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from holdfast.domain.values import Frozen, Line
from holdfast.dora.clock_cases import ReportingEntity
from holdfast.dora.register.entities import EntityType
from holdfast.dora.working_days import WorkingCalendar

__all__ = ["Relief", "Withheld", "relief_from", "withheld"]

_CLAUSE = "2025/301 Art. 5(4)"

_WITHOUT_RELIEF = frozenset(
    {
        EntityType.CREDIT_INSTITUTION,
        EntityType.CENTRAL_COUNTERPARTY,
        EntityType.TRADING_VENUE,
    }
)


class Withheld(StrEnum):
    """Why there is no relief, in the words that follow a reason; "" where nobody expects it."""

    BY_TYPE = ""
    BY_NIS2 = "essential or important under NIS2, Art. 5(5)"
    UNKNOWN = "whether the entity is essential or important under NIS2 is unknown, Art. 5(5)"
    BY_DECISION = "withdrawn by decision of the authority, Art. 5(6)"


class Relief(Frozen):
    """Why a limit moved to noon of the next working day: the day that it fell on."""

    clause: Line
    day: date
    reason: Line


def relief_from(limit: datetime, calendar: WorkingCalendar) -> tuple[datetime, Relief] | None:
    """Until when a report may be submitted whose limit is no working day there; None if it is one.

    Raises:
        ValueError: the calendar does not know the days around the limit.
    """
    day = calendar.day_of(limit)
    reason = calendar.free_because(day)
    if reason is None:
        return None
    relief = Relief(clause=_CLAUSE, day=day, reason=reason)
    return calendar.noon_of_next_working_day(day), relief


def withheld(
    entity: ReportingEntity, reported_at: datetime, calendar: WorkingCalendar
) -> Withheld | None:
    """Why the entity has no relief for its first two reports; None if it has.

    `reported_at` is when the incident was reported, or will be at the latest. A decision under
    Art. 5(6) holds for incidents reported after the day on which it was notified.
    """
    if entity.type in _WITHOUT_RELIEF:
        return Withheld.BY_TYPE
    if entity.nis2_essential_or_important is None:
        return Withheld.UNKNOWN
    if entity.nis2_essential_or_important:
        return Withheld.BY_NIS2
    decided = entity.relief_withdrawn_from
    if decided is not None and calendar.day_of(reported_at) > calendar.day_of(decided):
        return Withheld.BY_DECISION
    return None
