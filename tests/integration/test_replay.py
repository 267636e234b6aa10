"""Histories of earlier runs replay on today's code: what was decided then stays decided."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.opentelemetry import OpenTelemetryPlugin
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from workflows.communication import CommunicationWorkflow
from workflows.evidence_check import EvidenceCheckWorkflow
from workflows.incident import IncidentWorkflow
from workflows.recurrence import RecurrenceWorkflow

HISTORIES = {
    path.stem: path.read_text()
    for path in sorted((Path(__file__).parent.parent / "histories").glob("*.json"))
}


def test_there_are_histories_to_replay() -> None:
    """An empty folder would prove nothing."""
    assert len(HISTORIES) >= 3


@pytest.mark.parametrize("recording", HISTORIES.values(), ids=HISTORIES.keys())
async def test_a_recorded_history_replays(recording: str) -> None:
    """`python -m tests.record_histories` records new ones; old ones are never recorded again."""
    recorded = json.loads(recording)
    history = WorkflowHistory.from_json(recorded["workflow_id"], recorded["history"])
    replayer = Replayer(
        workflows=[
            CommunicationWorkflow,
            EvidenceCheckWorkflow,
            IncidentWorkflow,
            RecurrenceWorkflow,
        ],
        data_converter=pydantic_data_converter,
        plugins=[OpenTelemetryPlugin()],
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    assert result.replay_failure is None
