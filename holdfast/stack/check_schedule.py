"""The Temporal Schedule that starts a check of the evidence each night, on any Temporal."""

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

from holdfast.evidence.nightly_check import EVIDENCE_CHECK_WORKFLOW, EvidenceCheckInput
from holdfast.settings import Settings
from holdfast.stack.schedules import keep_schedule

__all__ = ["CHECK_SCHEDULE", "schedule_checks"]

CHECK_SCHEDULE = "evidence-check"
"""The schedule's id, and the beginning of the ids of its workflows."""

# A machine that is off at night makes up for it when it is back.
_POLICY = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1))


async def schedule_checks(client: Client, settings: Settings) -> None:
    """Create the schedule, or bring the one that is there to these settings.

    Raises:
        StackError: the cron expression of the settings is none.
    """
    wanted = Schedule(
        action=ScheduleActionStartWorkflow(
            EVIDENCE_CHECK_WORKFLOW,
            EvidenceCheckInput(),
            id=CHECK_SCHEDULE,
            task_queue=settings.task_queue,
            static_summary="Everything derived from the evidence is derived again and compared",
        ),
        spec=ScheduleSpec(cron_expressions=[settings.check_schedule]),
        policy=_POLICY,
    )
    await keep_schedule(client, CHECK_SCHEDULE, wanted, setting="HOLDFAST_CHECK_SCHEDULE")
