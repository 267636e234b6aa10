"""Remediation tasks as workflows: on the real server, and on one whose time can be skipped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.remediation.asking import WriteOffTask
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.replay.verdicts import Verdict
from holdfast.settings import Settings
from holdfast.store.policy_installation import install_policies
from holdfast.store.replaying import replay_incident
from tests.incident_at_work import IncidentAtWork, working
from tests.integration.test_incident_workflow import walk_to_closable
from tests.remediation_scene import play_remediation
from tests.remediation_walk import proposal
from tests.statements import COMMANDER, COMPLIANCE, ROBIN
from tests.task_at_work import TaskAtWork


async def test_a_task_is_done_in_vain_done_again_and_judged_the_same_again(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Extension, reassignment, an acceptance of risk; short runs that continue as new."""
    await install_policies(engine, Settings().policies_folder)
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=60)
        first, second = await play_remediation(incident)
        handle = temporal.get_workflow_handle(first.workflow_id)
        assert await handle.result() == "closed"
        async with engine.connect() as connection:
            report = await replay_incident(connection, incident.incident_id)
        await temporal.get_workflow_handle(second.workflow_id).terminate()
        await incident.handle.terminate()
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.SAME}
    kinds = [str(entry.event.kind) for entry in await first.entries()]
    assert kinds.count("remediation.implemented") == 2
    assert kinds.count("submission.refused") == 2
    assert kinds[-1] == "remediation.closed"


async def test_a_task_outlives_its_incident_and_wakes_people_after_it_was_closed(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """The incident is closed, a year goes by, and nothing is silent."""
    await install_policies(engine, Settings().policies_folder)
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = IncidentAtWork(time_skipping.client, engine, task_queue, history_limit=10_000)
        await walk_to_closable(incident)
        task = await TaskAtWork.propose(incident, body=proposal(TaskPriority.LOW))
        await task.answer(COMPLIANCE, "remediation.acceptance-1", "accepted")
        await incident.answer(COMMANDER, "incident.closure-1", "close")
        assert await incident.handle.result() == "resolved"
        await time_skipping.sleep(timedelta(days=420))
        await task.until("clock.escalated")
        handle = time_skipping.client.get_workflow_handle(task.workflow_id)
        running = (await handle.describe()).status
        entries = await task.entries()
        await handle.terminate()
    assert running is WorkflowExecutionStatus.RUNNING
    woken = [
        entry.event.payload["wish"]["roles"]
        for entry in entries
        if entry.event.kind == "communication.opened"
    ]
    assert woken == [
        ["responder"],
        ["incident_commander"],
        ["compliance"],
        ["management_body"],
    ]
    left = [file.read_text() for file in (tmp_path / "outbox").rglob("*") if file.is_file()]
    assert sum("Alert on the queue" in words for words in left) >= len(woken)


async def test_a_task_whose_workflow_was_terminated_is_opened_anew(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """It keeps the incident open under its new number, and takes what is handed in there."""
    await install_policies(engine, Settings().policies_folder)
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
        task = await TaskAtWork.propose(incident)
        await temporal.get_workflow_handle(task.workflow_id).terminate()
        receipt = await incident.submit(COMMANDER, WriteOffTask(task=1, because="Terminated."))
        anew = TaskAtWork(incident, 2)
        await anew.answer(COMPLIANCE, "remediation.acceptance-1", "accepted")
        await temporal.get_workflow_handle(anew.workflow_id).terminate()
        await incident.handle.terminate()
    assert receipt.accepted
