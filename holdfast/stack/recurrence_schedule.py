"""The Temporal Schedule that has each month assessed for recurring incidents, on any Temporal."""

from __future__ import annotations

from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from holdfast.domain.recurrence.state import MONTHLY_WORKFLOW, MonthlyInput
from holdfast.settings import Settings
from holdfast.stack.schedules import keep_schedule

__all__ = ["RECURRENCE_SCHEDULE", "schedule_recurrence"]

RECURRENCE_SCHEDULE = "recurrence-monthly"
"""The schedule's id, and the beginning of the ids of its workflows."""

# However long Temporal was away, each month that it missed is assessed when it is back, one after
# the other: 2024/1772 Art. 8(2) asks for every month.
_POLICY = SchedulePolicy(
    overlap=ScheduleOverlapPolicy.BUFFER_ALL, catchup_window=timedelta(days=366)
)


async def schedule_recurrence(client: Client, settings: Settings) -> None:
    """Create the schedule, or bring the one that is there to these settings.

    Raises:
        StackError: the cron expression of the settings is none.
    """
    wanted = Schedule(
        action=ScheduleActionStartWorkflow(
            MONTHLY_WORKFLOW,
            MonthlyInput(history_limit=settings.history_limit),
            id=RECURRENCE_SCHEDULE,
            task_queue=settings.task_queue,
            static_summary="Starts the assessment of recurring incidents of the month before",
        ),
        spec=ScheduleSpec(cron_expressions=[settings.recurrence_schedule]),
        policy=_POLICY,
    )
    await keep_schedule(client, RECURRENCE_SCHEDULE, wanted, setting="HOLDFAST_RECURRENCE_SCHEDULE")
