"""The Temporal Schedule that starts a check of the evidence each night, on any Temporal."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from holdfast.errors import StackError
from holdfast.evidence.nightly_check import EVIDENCE_CHECK_WORKFLOW, EvidenceCheckInput
from holdfast.settings import Settings

__all__ = ["CHECK_SCHEDULE", "schedule_checks"]

CHECK_SCHEDULE = "evidence-check"
"""The schedule's id, and the beginning of the ids of its workflows."""

# A machine that is off at night makes up for it when it is back.
_POLICY = SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=timedelta(days=1))
_ANSWERS_WITHIN = timedelta(seconds=10)


async def schedule_checks(client: Client, settings: Settings) -> None:
    """Create the schedule, or bring the one that is there to these settings.

    Whether operators have paused it, and their notes, stay as they are.

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
    try:
        await _create_or_update(client, wanted)
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        message = f"HOLDFAST_CHECK_SCHEDULE is no cron expression: {error.message}"
        raise StackError(message) from error


async def _create_or_update(client: Client, wanted: Schedule) -> None:
    def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(dataclasses.replace(wanted, state=found.description.schedule.state))

    try:
        await client.create_schedule(CHECK_SCHEDULE, wanted, rpc_timeout=_ANSWERS_WITHIN)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(CHECK_SCHEDULE)
        await handle.update(update, rpc_timeout=_ANSWERS_WITHIN)
