"""Communications over time, on a server whose time can be skipped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import ScheduledFor
from tests.communication_at_work import CommunicationAtWork, page_delivery, stored_draft
from tests.communication_walk import LEGAL
from tests.incident_at_work import IncidentAtWork, working
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN

HOUR = timedelta(hours=1)


async def contained(
    skipping: WorkflowEnvironment, engine: AsyncEngine, queue: str
) -> IncidentAtWork:
    """An incident with a severity."""
    incident = IncidentAtWork(skipping.client, engine, queue)
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
    return incident


async def test_what_is_scheduled_leaves_at_its_time(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Two hours after it was approved, and not a moment before."""
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = await contained(time_skipping, engine, task_queue)
        at = await time_skipping.get_current_time() + 2 * HOUR
        draft = await stored_draft(incident, "At ten.", release=ScheduledFor(at=at))
        communication = await CommunicationAtWork.open(incident, draft)
        await communication.hand_in(draft.message)
        await communication.answer(COMMANDER, "communication.approval-1", "approved")
        await time_skipping.sleep(3 * HOUR)
        released = await communication.until("communication.released")
        await communication.until("communication.closed")
        await incident.handle.terminate()
    assert at <= released.occurred_at < at + timedelta(minutes=1)


async def test_a_silent_approver_gives_way_by_the_ladder(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Legal may approve after 45 minutes; the incident has woken the ladder's roles by briefs."""
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = await contained(time_skipping, engine, task_queue)
        draft = await stored_draft(incident, "Stay calm.")
        communication = await CommunicationAtWork.open(incident, draft)
        await communication.hand_in(draft.message)
        early = await communication.answer(LEGAL, "communication.approval-1", "approved")
        assert early.result["reason"] == "role_not_entitled"
        await time_skipping.sleep(HOUR)
        await communication.answer(LEGAL, "communication.approval-1", "approved")
        await communication.until("communication.closed")
        lines = await incident.timeline()
        await incident.handle.terminate()
    opened = [line.summary for line in lines if line.kind == "communication.opened"]
    assert any("Overdue: Is exactly this message approved" in line for line in opened)


async def test_the_next_update_is_opened_before_it_is_due(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """The cadence of the severity runs from the publication."""
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = await contained(time_skipping, engine, task_queue)
        options = {"audience": Audience.CLIENTS, "purpose": Purpose.HOLDING_STATEMENT}
        draft = await stored_draft(incident, "We know.", deliveries=(page_delivery(),), **options)  # type: ignore[arg-type]
        communication = await CommunicationAtWork.open(incident, draft, **options)  # type: ignore[arg-type]
        await communication.hand_in(draft.message)
        await communication.answer(LEGAL, "communication.review-1", "cleared")
        await communication.answer(COMPLIANCE, "communication.review-2", "cleared")
        await communication.answer(BOARD, "communication.approval-1", "approved")
        await communication.until("communication.closed")
        await incident.until_said("Clock 'Publish the next update to clients' armed")
        await time_skipping.sleep(timedelta(days=1))
        await incident.until_said("Clock 'Publish the next update to clients' missed")
        lines = await incident.timeline()
        await incident.handle.terminate()
    said = [line.summary for line in lines]
    warned = next(n for n, line in enumerate(said) if "next update to clients' warned" in line)
    missed = next(n for n, line in enumerate(said) if "next update to clients' missed" in line)
    assert any("ituation update" in line for line in said[warned:missed])
