"""The schedule of the monthly assessments: when it runs, what it starts, what it makes up for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    ScheduleBackfill,
    ScheduleHandle,
    ScheduleOverlapPolicy,
)

from holdfast.domain.events import EventKind
from holdfast.domain.recurrence.periods import Period, period_before
from holdfast.errors import StackError
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.parts import prepare_namespace
from holdfast.stack.recurrence_schedule import RECURRENCE_SCHEDULE, schedule_recurrence
from tests.recurrence_at_work import Installation, installed


@pytest_asyncio.fixture
async def month(
    settings: Settings, postgres: DatabaseUrls, temporal: Client
) -> AsyncIterator[Installation]:
    """An installation whose schedule starts its own workflows."""
    del postgres
    async with installed(temporal, settings) as installation:
        await schedule_recurrence(temporal, installation.settings)
        yield installation
    await temporal.get_schedule_handle(RECURRENCE_SCHEDULE).delete()


async def _started(handle: ScheduleHandle, number: int) -> list[str]:
    """The ids of the workflows that the schedule has started, once there are so many."""
    async with asyncio.timeout(20):
        while len(actions := (await handle.describe()).info.recent_actions) < number:
            await asyncio.sleep(0.1)
    ids = []
    for result in actions:
        assert isinstance(result.action, ScheduleActionExecutionStartWorkflow)
        ids.append(result.action.workflow_id)
    return ids


async def test_the_namespace_is_prepared_with_the_schedule(
    temporal: Client, settings: Settings
) -> None:
    """By `holdfast up` and `holdfast migrate`: on the first of each month, six o'clock UTC."""
    await prepare_namespace(settings)
    handle = temporal.get_schedule_handle(RECURRENCE_SCHEDULE)
    times = (await handle.describe()).info.next_action_times[:3]
    assert {(moment.day, moment.hour, moment.minute) for moment in times} == {(1, 6, 0)}
    assert len({moment.month for moment in times}) == 3
    await handle.delete()


async def test_it_is_brought_to_the_settings_and_stays_paused(
    temporal: Client, month: Installation
) -> None:
    """Another day comes into force; that operators have paused it stays."""
    handle = temporal.get_schedule_handle(RECURRENCE_SCHEDULE)
    await handle.pause(note="while we move the database")
    other = month.settings.model_copy(update={"recurrence_schedule": "0 7 3 * *"})
    await schedule_recurrence(temporal, other)
    description = await handle.describe()
    assert description.schedule.state.paused
    times = description.info.next_action_times
    assert {(moment.day, moment.hour) for moment in times} == {(3, 7)}


async def test_what_is_no_cron_expression_stops_the_start(
    temporal: Client, month: Installation
) -> None:
    """And says which setting it is."""
    wrong = month.settings.model_copy(update={"recurrence_schedule": "0 6 99 * *"})
    with pytest.raises(StackError, match="HOLDFAST_RECURRENCE_SCHEDULE"):
        await schedule_recurrence(temporal, wrong)


async def test_it_assesses_the_month_before_and_that_once(
    temporal: Client, month: Installation
) -> None:
    """However often it runs within a month: by hand, and then on the first of it."""
    handle = temporal.get_schedule_handle(RECURRENCE_SCHEDULE)
    now = datetime.now(UTC)
    period = period_before(now)
    await handle.trigger()
    await _started(handle, 1)
    first = datetime(now.year, now.month, 1, 6, tzinfo=UTC)
    minute = timedelta(minutes=1)
    await handle.backfill(ScheduleBackfill(start_at=first - minute, end_at=first + minute))
    started = await _started(handle, 2)
    results = {await temporal.get_workflow_handle(name).result() for name in started}
    assert results == {period.name, f"{period.name} has been started before"}
    await temporal.get_workflow_handle(period.workflow_id).result()
    assert [event.kind for event in await month.events(period)] == [EventKind.RECURRENCE_ASSESSED]


async def test_months_missed_during_an_outage_are_caught_up(
    temporal: Client, month: Installation
) -> None:
    """The server runs what it missed as a backfill, each for its own moment: none is skipped."""
    handle = temporal.get_schedule_handle(RECURRENCE_SCHEDULE)
    policy = (await handle.describe()).schedule.policy
    assert (policy.catchup_window or timedelta(0)) >= timedelta(days=365)
    assert policy.overlap is ScheduleOverlapPolicy.BUFFER_ALL

    begin, end = datetime(2000, 1, 15, tzinfo=UTC), datetime(2000, 4, 15, tzinfo=UTC)
    await handle.backfill(ScheduleBackfill(start_at=begin, end_at=end, overlap=policy.overlap))
    await _started(handle, 3)
    for name in ("2000-01", "2000-02", "2000-03"):
        period = Period(month=name)
        await month.until(period, EventKind.RECURRENCE_ASSESSED)
        assert (await month.assessment(period))["month"] == name
