"""The regulatory reporting as a workflow: on the real server, and over thirteen months."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.reporting.asking import ExplainDelay
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.values import JsonObject
from holdfast.dora.report_stages import ReportStage
from holdfast.settings import Settings
from holdfast.store.policy_installation import install_policies
from holdfast.store.replaying import replay_incident
from tests.incident_at_work import IncidentAtWork, working
from tests.reporting_at_work import ReportingAtWork
from tests.reporting_scene import play_reporting
from tests.statements import BOARD, COMPLIANCE, ROBIN, facts, incident_facts

_SECOND, _HOUR, _DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


async def test_reports_are_filled_signed_off_handed_over_and_taken_back(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Short runs that continue as new; everything judged again comes out the same."""
    await install_policies(engine, Settings().policies_folder)
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=60)
        reporting = await play_reporting(incident)
        ended = await temporal.get_workflow_handle(reporting.workflow_id).result()
        async with engine.connect() as connection:
            report = await replay_incident(connection, incident.incident_id)
        await incident.handle.terminate()
    judged = [each for each in report.judgements if each.verdict is not Verdict.SAME]
    assert judged == []
    assert ended == "reclassified"
    submitted = [entry.event for entry in await reporting.all("report.submitted")]
    approved = [entry.event for entry in await reporting.all("report.approved")]
    assert [event.payload["kind"] for event in submitted] == [
        *("initial", "initial", "intermediate", "delay_notice", "reclassification")
    ]
    assert [event.payload["corrects"] for event in submitted][:2] == [None, 2]
    assert [event.subject for event in submitted] == [event.subject for event in approved]
    refused = await reporting.all("submission.refused")
    assert len(refused) == 2


async def test_thirteen_months_of_one_reporting(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Initial, three intermediates, a limit that is missed, the final, and it all taken back."""
    await install_policies(engine, Settings().policies_folder)
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = IncidentAtWork(time_skipping.client, engine, task_queue, history_limit=10_000)
        reporting = await ReportingAtWork.begin(incident)
        [armed, *_] = await reporting.all("clock.armed")
        begun = armed.occurred_at
        await time_skipping.sleep(2.5 * _HOUR)
        await reporting.report(ReportKind.INITIAL)
        await time_skipping.sleep(2.25 * _DAY)
        await reporting.report(ReportKind.INTERMEDIATE)
        await time_skipping.sleep(20 * _DAY)
        await reporting.report(ReportKind.INTERMEDIATE)
        await time_skipping.sleep(20 * _DAY)
        last = await reporting.report(ReportKind.INTERMEDIATE)
        await time_skipping.sleep(27.5 * _DAY)
        expected = last.occurred_at + 340 * _DAY
        late = ExplainDelay(
            stage=ReportStage.FINAL, because="Forensics go on.", expected_at=expected
        )
        await reporting.submit(ROBIN, late)
        await reporting.sign_off(ReportKind.DELAY_NOTICE)
        await reporting.submission(5)
        await time_skipping.sleep(310 * _DAY)
        await reporting.report(ReportKind.FINAL)
        await time_skipping.sleep(14 * _DAY)
        never = facts(supports_critical_function=False, regulated_service=False)
        await incident.submit(ROBIN, never)
        await incident.submit(ROBIN, incident_facts(malicious_access=False))
        for who in (COMPLIANCE, BOARD):
            await incident.answer(who, "classification.reversal-1", "never_met")
        await reporting.report(ReportKind.RECLASSIFICATION)
        await reporting.until("reporting.closed")
        clocks = await reporting.clocks()
        computed = await reporting.all("deadlines.computed")
        submitted = await reporting.all("report.submitted")
        ended = (await reporting.entries())[-1].occurred_at - begun
        await incident.handle.terminate()
    assert ended > 390 * _DAY
    assert clocks == _THIRTEEN_MONTHS
    assert [entry.event.payload["kind"] for entry in submitted] == [
        *("initial", "intermediate", "intermediate", "intermediate"),
        *("delay_notice", "final", "reclassification"),
    ]
    limits = computed[-1].event.payload["deadlines"]
    told = [datetime.fromisoformat(entry.event.payload["submitted_at"]) for entry in submitted]
    assert _strict(limits["initial"]) - begun == pytest.approx(4 * _HOUR, abs=_SECOND)
    assert _strict(limits["intermediate"]) == told[0] + 72 * _HOUR
    assert 28 * _DAY - _HOUR <= _strict(limits["final"]) - told[3] <= 31 * _DAY + _HOUR
    assert told[4] < _strict(limits["final"]) < told[5]


def _strict(limit: JsonObject) -> datetime:
    return datetime.fromisoformat(limit["strict_due_at"])


_THIRTEEN_MONTHS = {
    "initial": ["armed", "warned -2:00:00", "met"],
    "intermediate": ["armed", "warned -24:00:00", "met"],
    "final": [
        *("armed", "armed", "armed"),
        *("warned -240:00:00", "warned -72:00:00", "warned -24:00:00", "missed 0:00:00"),
        *("escalated 0:00:00", "escalated 2:00:00", "met"),
    ],
    "channel": ["armed", "met"] * 7,
    "open": ["armed", "cancelled"],
    "update": ["armed", "cancelled"],
}
"""Every entry of the reporting's own clocks; what time alone has brought, as hours from the limit.

On which day a limit falls depends on the day of the run: weekends and holidays move it.
"""
