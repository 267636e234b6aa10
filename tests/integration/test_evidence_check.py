"""The nightly check on the real Temporal server: in slices, recorded once, shown to operators."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from temporalio.client import (
    Client,
    ScheduleActionExecutionStartWorkflow,
    WorkflowHandle,
)
from temporalio.testing import ActivityEnvironment

from activities.evidence_check import EvidenceCheckActivities
from holdfast.errors import StackError
from holdfast.evidence.check_report import Progress
from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.nightly_check import (
    EVIDENCE_CHECK_WORKFLOW,
    CheckSlice,
    EvidenceCheckInput,
)
from holdfast.evidence.signature import PrincipalVerifier
from holdfast.settings import Settings
from holdfast.stack.check_schedule import CHECK_SCHEDULE, schedule_checks
from holdfast.stack.database_urls import DatabaseUrls
from tests.filled_log import FilledLog, fill_log
from tests.incident_at_work import KEY
from tests.sequenced import sequence
from worker import create_worker

_CHECKED = """
    SELECT body FROM evidence.record WHERE kind = 'evidence.checked' AND workflow_id = $1
"""


@pytest_asyncio.fixture(scope="module")
async def filled(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[FilledLog]:
    """A log in a database of its own."""
    del postgres
    log = await fill_log(settings, incidents=3)
    yield log
    await log.engine.dispose()


async def _check(
    client: Client, log: FilledLog, workflow_id: str, leaves: int = 200_000
) -> WorkflowHandle[Any, Any]:
    """Run a check to its end."""
    verifier = PrincipalVerifier(KEY.public_key())
    settings = log.settings.model_copy(update={"task_queue": workflow_id})
    async with create_worker(client, log.engine, verifier, settings):
        handle = await client.start_workflow(
            EVIDENCE_CHECK_WORKFLOW,
            EvidenceCheckInput(leaves=leaves),
            id=workflow_id,
            task_queue=workflow_id,
        )
        await handle.result()
    return handle


async def _recorded(log: FilledLog, workflow_id: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(log.urls.application)
    rows = await connection.fetch(_CHECKED, workflow_id)
    await connection.close()
    return [json.loads(row["body"]) for row in rows]


async def _change_kind(log: FilledLog, index: int, kind: str) -> tuple[str, str]:
    """Change a record past its guards; return its id, and the kind that it had."""
    connection = await asyncpg.connect(log.urls.migration)
    async with connection.transaction():
        row = await connection.fetchrow(
            "SELECT entry_id, kind FROM evidence.record JOIN evidence.log_entry USING (entry_id)"
            " WHERE index = $1",
            index,
        )
        statement = "UPDATE evidence.record SET kind = $2 WHERE entry_id = $1"
        for trigger in ("record_is_append_only", "record_is_only_emptied"):
            await connection.execute(f"ALTER TABLE evidence.record DISABLE TRIGGER {trigger}")
        await connection.execute(statement, row["entry_id"], kind)
        for trigger in ("record_is_append_only", "record_is_only_emptied"):
            await connection.execute(f"ALTER TABLE evidence.record ENABLE ALWAYS TRIGGER {trigger}")
    await connection.close()
    return row["entry_id"], row["kind"]


def _findings_shown(log: FilledLog) -> float | None:
    labels = {"log": log.settings.log_origin}
    return REGISTRY.get_sample_value("holdfast_evidence_findings", labels)


async def test_a_check_of_a_sound_log_is_recorded_as_evidence(
    temporal: Client, filled: FilledLog, task_queue: str
) -> None:
    """In as many slices as it takes, with the range, the root, and no finding."""
    handle = await _check(temporal, filled, f"evidence-check-{task_queue}", leaves=40)
    (record,) = await _recorded(filled, handle.id)
    payload = record["payload"]
    assert (record["id"], record["incident"]) == (f"{handle.id}#0", "evidence-log")
    assert (payload["first"], payload["count"], payload["findings"]) == (0, 0, [])
    assert payload["end"] == payload["size"] > 150
    assert _findings_shown(filled) == 0
    events = (await handle.fetch_history()).events
    slices = [
        event for event in events if event.HasField("activity_task_scheduled_event_attributes")
    ]
    assert len(slices) > 3
    described = await handle.describe()
    assert await described.memo() == {"findings": 0}
    assert (await handle.result()).endswith("everything holds.")


async def test_what_does_not_hold_is_recorded_and_shown(
    temporal: Client, filled: FilledLog, task_queue: str
) -> None:
    """The record names it, and so do the workflow's result, its memo and the worker's gauge."""
    changed, before = await _change_kind(filled, 7, "incident.forged")
    handle = await _check(temporal, filled, f"evidence-check-{task_queue}")
    await _change_kind(filled, 7, before)
    (record,) = await _recorded(filled, handle.id)
    payload = record["payload"]
    assert payload["count"] == 1
    (finding,) = payload["findings"]
    assert (finding["code"], finding["record"]) == ("record_columns", changed)
    assert changed in finding["words"]
    assert _findings_shown(filled) == 1
    assert await (await handle.describe()).memo() == {"findings": 1}
    assert changed in await handle.result()


async def test_the_record_of_a_check_is_checked_itself(
    temporal: Client, filled: FilledLog, task_queue: str
) -> None:
    """It goes into the log like any other, and the next check covers it."""
    first = await _check(temporal, filled, f"evidence-check-{task_queue}-1")
    await sequence(filled.settings)
    second = await _check(temporal, filled, f"evidence-check-{task_queue}-2")
    (before,), (after,) = await _recorded(filled, first.id), await _recorded(filled, second.id)
    assert after["payload"]["end"] > before["payload"]["end"]
    assert after["payload"]["count"] == 0


async def test_an_attempt_goes_on_where_the_one_before_gave_its_last_sign(
    filled: FilledLog,
) -> None:
    """Nothing that was checked is checked again after a worker died."""
    keys = LogKeys(filled.settings.log_keys_folder, filled.settings.log_origin)
    checks = EvidenceCheckActivities(filled.engine, keys, filled.settings.checkpoint_file)
    whole = CheckSlice(start=None, leaves=10**9)
    beaten: list[Progress] = []
    environment = ActivityEnvironment()
    environment.on_heartbeat = beaten.append
    end = await environment.run(checks.check_evidence, whole)
    assert end.done
    beaten.clear()

    half = await ActivityEnvironment().run(checks.check_evidence, CheckSlice(start=None, leaves=1))
    assert not half.done
    again = ActivityEnvironment()
    again.on_heartbeat = beaten.append
    died = half.model_dump(mode="json")
    again.info = dataclasses.replace(again.info, heartbeat_details=[died], attempt=2)
    assert (await again.run(checks.check_evidence, whole)).report == end.report
    assert min(progress.next for progress in beaten) >= half.next


async def test_checks_are_scheduled_for_each_night(temporal: Client, settings: Settings) -> None:
    """At half past two, UTC; a machine that is off then makes up for it."""
    await schedule_checks(temporal, settings)
    description = await temporal.get_schedule_handle(CHECK_SCHEDULE).describe()
    times = description.info.next_action_times[:3]
    assert {(moment.hour, moment.minute) for moment in times} == {(2, 30)}
    assert len({moment.date() for moment in times}) == 3


async def test_a_schedule_that_is_there_is_brought_to_the_settings(
    temporal: Client, settings: Settings
) -> None:
    """Another hour comes into force; that operators have paused it stays."""
    await schedule_checks(temporal, settings)
    handle = temporal.get_schedule_handle(CHECK_SCHEDULE)
    await handle.pause(note="while we move the database")
    async with asyncio.timeout(20):
        while not (await handle.describe()).schedule.state.paused:
            await asyncio.sleep(0.02)
    other = settings.model_copy(update={"check_schedule": "15 4 * * *"})
    await schedule_checks(temporal, other)
    await schedule_checks(temporal, other)
    description = await handle.describe()
    assert description.schedule.state.paused
    assert description.schedule.state.note == "while we move the database"
    await handle.unpause()
    times = (await handle.describe()).info.next_action_times
    assert {(moment.hour, moment.minute) for moment in times} == {(4, 15)}


async def test_a_schedule_that_is_no_cron_expression_stops_the_start(
    temporal: Client, settings: Settings
) -> None:
    """And says which setting it is."""
    wrong = settings.model_copy(update={"check_schedule": "99 2 * * *"})
    with pytest.raises(StackError, match="HOLDFAST_CHECK_SCHEDULE"):
        await schedule_checks(temporal, wrong)


async def test_the_schedule_starts_the_check(
    temporal: Client, filled: FilledLog, task_queue: str
) -> None:
    """Once, and the check that it starts is the same."""
    await schedule_checks(temporal, filled.settings.model_copy(update={"task_queue": task_queue}))
    handle = temporal.get_schedule_handle(CHECK_SCHEDULE)
    verifier = PrincipalVerifier(KEY.public_key())
    own = filled.settings.model_copy(update={"task_queue": task_queue})
    async with create_worker(temporal, filled.engine, verifier, own):
        await handle.trigger()
        async with asyncio.timeout(20):
            while not (actions := (await handle.describe()).info.recent_actions):
                await asyncio.sleep(0.1)
        action = actions[-1].action
        assert isinstance(action, ScheduleActionExecutionStartWorkflow)
        started = action.workflow_id
        await temporal.get_workflow_handle(started).result()
    await handle.delete()
    assert started.startswith(f"{CHECK_SCHEDULE}-")
    assert len(await _recorded(filled, started)) == 1
