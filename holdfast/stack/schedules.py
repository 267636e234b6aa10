"""Temporal Schedules of ours: created, or brought to what they should be, on any Temporal."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from temporalio.client import (
    Client,
    Schedule,
    ScheduleAlreadyRunningError,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from holdfast.errors import StackError

__all__ = ["keep_schedule"]

_ANSWERS_WITHIN = timedelta(seconds=10)


async def keep_schedule(client: Client, name: str, wanted: Schedule, *, setting: str) -> None:
    """Create the schedule of that name, or bring the one that is there to what is wanted.

    Whether operators have paused it, and their notes, stay as they are.

    Raises:
        StackError: the cron expression is none; names the setting that it comes from.
    """
    try:
        await _create_or_update(client, name, wanted)
    except RPCError as error:
        if error.status is not RPCStatusCode.INVALID_ARGUMENT:
            raise
        message = f"{setting} is no cron expression: {error.message}"
        raise StackError(message) from error


async def _create_or_update(client: Client, name: str, wanted: Schedule) -> None:
    def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        return ScheduleUpdate(dataclasses.replace(wanted, state=found.description.schedule.state))

    try:
        await client.create_schedule(name, wanted, rpc_timeout=_ANSWERS_WITHIN)
    except ScheduleAlreadyRunningError:
        handle = client.get_schedule_handle(name)
        await handle.update(update, rpc_timeout=_ANSWERS_WITHIN)
