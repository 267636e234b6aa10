"""The due date of a task: reminders before it, and who hears that it is overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from holdfast.domain.remediation.work import TaskWork, end_of
from holdfast.domain.schedules import Schedule

__all__ = ["ACCEPTANCE", "DUE", "OBSERVATION", "arm", "is_past", "reopened_until"]

DUE, OBSERVATION, ACCEPTANCE = "due", "observation", "acceptance"
"""The clocks of a task, as their ids end."""


def arm(work: TaskWork, now: datetime, cause: str) -> None:
    """Set the clock of the due date, which may have passed: it is overdue at once then."""
    rules, state = work.rules, work.state
    schedule = Schedule(
        due_after=timedelta(0), warn_before=rules.remind_before, ladder=rules.ladder
    )
    title = f"{state.opening.task.title}: implement"
    work.arm(DUE, title, now, end_of(state.due_on), schedule, cause)


def reopened_until(work: TaskWork, now: datetime) -> date:
    """Until when a task is due that is open again: the old date, if that leaves enough time."""
    afresh = (now + work.policy.due_after_reopening).date()
    return max(work.state.due_on, afresh)


def is_past(day: date, now: datetime) -> bool:
    """Whether the end of the day lies behind."""
    return end_of(day) <= now
