"""Clocks over weeks and months, on a server whose time can be skipped."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.actions import ReportReview
from tests.incident_at_work import IncidentAtWork, working
from tests.integration.test_incident_workflow import walk_to_learn
from tests.statements import REVIEW, ROBIN


async def test_an_unanswered_question_climbs_its_ladder(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str
) -> None:
    """Warned, missed, escalated twice, each at its moment of workflow time."""
    async with working(time_skipping.client, engine, task_queue):
        incident = IncidentAtWork(time_skipping.client, engine, task_queue)
        await incident.open()
        await time_skipping.sleep(timedelta(hours=1))
        await incident.until_said("Clock 'Is this an incident?' escalated", times=2)
        timeline = await incident.timeline()
        lines = [
            line
            for line in timeline
            if line.kind.startswith("clock.") and "Is this an incident?" in line.summary
        ]
        await incident.handle.terminate()
    minutes = [
        round((line.occurred_at - lines[0].occurred_at) / timedelta(minutes=1)) for line in lines
    ]
    assert [(line.kind, minute) for line, minute in zip(lines, minutes, strict=True)] == [
        ("clock.armed", 0),
        ("clock.warned", 10),
        ("clock.missed", 15),
        ("clock.escalated", 15),
        ("clock.escalated", 30),
    ]


async def test_an_incident_stays_open_for_more_than_a_year(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str
) -> None:
    """Thirteen months later the review is late, escalated, and still can be recorded.

    In one run: this server's clock stands still once a run with running children continues as new.
    """
    async with working(time_skipping.client, engine, task_queue):
        incident = IncidentAtWork(time_skipping.client, engine, task_queue)
        await walk_to_learn(incident)
        await time_skipping.sleep(timedelta(days=400))
        await incident.until("clock.escalated")
        await incident.submit(ROBIN, ReportReview(review=REVIEW))
        lines = await incident.timeline()
        await incident.handle.terminate()
    opened, recorded = lines[0], next(line for line in lines if line.kind == "review.recorded")
    assert recorded.occurred_at - opened.occurred_at > timedelta(days=395)
    met = [line.summary for line in lines if line.kind == "clock.met"]
    assert met[-1] == "Clock 'Record the post-incident review' met late"
