"""When each report of a major incident is due: Delegated Regulation (EU) 2025/301 Art. 5.

Pure: the moments and a calendar go in, deadlines come out, each with its clause and its reason.
Deadlines chain on what was really submitted, never on what was planned.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.values import Frozen, Instant, Line
from holdfast.dora.clock_cases import ClockCase, ReportingEntity
from holdfast.dora.limits import Limit, final_limit, initial_limit, intermediate_limit
from holdfast.dora.relief import Relief, relief_from, withheld
from holdfast.dora.working_days import WorkingCalendar

__all__ = [
    "ClockCase",
    "Deadline",
    "Deadlines",
    "Relief",
    "ReportingEntity",
    "WorkingCalendar",
    "compute_deadlines",
]


class Deadline(Frozen):
    """Until when a report may be submitted: after relief, and before it."""

    due_at: Instant
    clause: Line
    strict_due_at: Instant
    relief: Relief | None
    because: Line


class Deadlines(Frozen):
    """One deadline a report; None where its anchor has not happened yet."""

    initial: Deadline | None
    intermediate: Deadline | None
    final: Deadline | None


def compute_deadlines(case: ClockCase, calendar: WorkingCalendar) -> Deadlines:
    """Compute all deadlines of an incident; `calendar` is that of the entity's place.

    Raises:
        ValueError: the calendar does not know the days on which limits fall, or until noon of the
            next working day after them.
    """
    return Deadlines(
        initial=_initial(case, calendar),
        intermediate=_intermediate(case, calendar),
        final=_final(case, calendar),
    )


def _initial(case: ClockCase, calendar: WorkingCalendar) -> Deadline | None:
    if case.classified_major_at is None:
        return None
    limit = initial_limit(case.aware_at, case.classified_major_at)
    return _unless_withheld(limit, case, calendar)


def _intermediate(case: ClockCase, calendar: WorkingCalendar) -> Deadline | None:
    if case.initial_submitted_at is None:
        return None
    return _unless_withheld(intermediate_limit(case.initial_submitted_at), case, calendar)


def _final(case: ClockCase, calendar: WorkingCalendar) -> Deadline | None:
    """Its relief stays with every entity: Art. 5(5) and 5(6) name the first two reports only."""
    submitted = case.intermediate_submitted_at
    if not submitted:
        return None
    limit = final_limit(calendar.one_month_after(max(submitted)), updated=len(submitted) > 1)
    relieved = relief_from(limit.at, calendar)
    return _strict(limit) if relieved is None else _relieved(limit, *relieved)


def _unless_withheld(limit: Limit, case: ClockCase, calendar: WorkingCalendar) -> Deadline:
    relieved = relief_from(limit.at, calendar)
    if relieved is None:
        return _strict(limit)
    due_at, relief = relieved
    # An incident that is not reported yet counts as reported at the limit that relief would give.
    reported_at = due_at if case.initial_submitted_at is None else case.initial_submitted_at
    reason = withheld(case.entity, reported_at, calendar)
    if reason is None:
        return _relieved(limit, due_at, relief)
    words = f"{limit.because}; no relief: {reason}" if reason else limit.because
    return _strict(limit._replace(because=words))


def _strict(limit: Limit) -> Deadline:
    return Deadline(
        due_at=limit.at,
        clause=limit.clause,
        strict_due_at=limit.at,
        relief=None,
        because=limit.because,
    )


def _relieved(limit: Limit, due_at: datetime, relief: Relief) -> Deadline:
    return Deadline(
        due_at=due_at,
        clause=limit.clause,
        strict_due_at=limit.at,
        relief=relief,
        because=limit.because,
    )
