"""Histories of earlier runs replay on today's code: what was decided then stays decided."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

from temporalio.client import WorkflowHistory
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from workflows.automated_step import AutomatedStepWorkflow
from workflows.communication import CommunicationWorkflow
from workflows.cyber_threat import CyberThreatWorkflow
from workflows.evidence_check import EvidenceCheckWorkflow
from workflows.incident import IncidentWorkflow
from workflows.recurrence import RecurrenceWorkflow
from workflows.remediation import RemediationTaskWorkflow
from workflows.reporting import RegulatoryReportingWorkflow
from workflows.third_party import ThirdPartyEscalationWorkflow

HISTORIES = {
    path.stem: path.read_text()
    for path in sorted((Path(__file__).parent.parent / "histories").glob("*.json"))
}


def test_there_are_histories_to_replay() -> None:
    """An empty folder would prove nothing."""
    assert len(HISTORIES) >= 3


async def test_recorded_histories_replay() -> None:
    """`python -m tests.record_histories` records new ones; old ones are never recorded again.

    All by one replayer: it takes seconds to stop, however much it has replayed.
    """
    replayer = Replayer(
        workflows=[
            AutomatedStepWorkflow,
            CommunicationWorkflow,
            CyberThreatWorkflow,
            EvidenceCheckWorkflow,
            IncidentWorkflow,
            RecurrenceWorkflow,
            RegulatoryReportingWorkflow,
            RemediationTaskWorkflow,
            ThirdPartyEscalationWorkflow,
        ],
        data_converter=pydantic_data_converter,
        plugins=[OpenTelemetryPlugin()],
        # As the worker has it.
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    recorded = [json.loads(recording) for recording in HISTORIES.values()]
    histories = [
        WorkflowHistory.from_json(each["workflow_id"], each["history"]) for each in recorded
    ]
    failures = {}
    async with replayer.workflow_replay_iterator(_one_by_one(histories)) as results:
        replayed = 0
        async for result in results:
            replayed += 1
            if result.replay_failure is not None:
                failures[result.history.workflow_id] = result.replay_failure
    assert failures == {}
    assert replayed == len(HISTORIES)


async def _one_by_one(histories: list[WorkflowHistory]) -> AsyncIterator[WorkflowHistory]:
    for history in histories:
        yield history
