"""Until when it is decided whether an incident is major, and the clock of who reports by hand."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.incident.work import Work
from holdfast.domain.schedules import Schedule
from holdfast.dora.limits import initial_limit
from holdfast.dora.policy import ClassificationPolicy

__all__ = [
    "CLASSIFICATION_CLOCK",
    "NOTIFICATION_CLOCK",
    "arm_classification",
    "arm_notification",
    "take_up_classification",
]

CLASSIFICATION_CLOCK = "classification"
NOTIFICATION_CLOCK = "initial-notification"
"""Of an incident whose reporting has no workflow: no financial entity of the register is hit."""


def arm_classification(
    clocks: Clocks, policy: ClassificationPolicy, aware_at: datetime, now: datetime, cause: str
) -> Clock:
    """Set the time within which to decide, counted from awareness; `cause` is the entry before."""
    title = "Decide whether the incident is major"
    return clocks.arm(
        CLASSIFICATION_CLOCK, title, now, policy.decision, since=aware_at, causes=(cause,)
    )


def arm_notification(
    clocks: Clocks, policy: ClassificationPolicy, aware_at: datetime, now: datetime, decided: str
) -> Clock:
    """Set the limit of the initial notification, before relief (2025/301 Art. 5(1)(a), 5(2))."""
    # In a drill the time since awareness counts at the pace too: it is longer than on the wall.
    due_at = initial_limit(now - (now - aware_at) * clocks.pace, now).at
    schedule = policy.initial_notification
    within = Schedule(
        due_after=due_at - now, warn_before=schedule.warn_before, ladder=schedule.ladder
    )
    title = "Send the initial notification to the competent authority"
    return clocks.arm(NOTIFICATION_CLOCK, title, now, within, causes=(decided,))


def take_up_classification(work: Work, cause: str, now: datetime) -> None:
    """Set the time within which to decide, where that is neither set nor decided yet."""
    state, policy = work.state, work.state.classification_policy
    unset = state.classification is None and work.clocks.get(CLASSIFICATION_CLOCK) is None
    if policy is not None and state.aware_at is not None and unset:
        arm_classification(work.clocks, policy, state.aware_at, now, cause)
