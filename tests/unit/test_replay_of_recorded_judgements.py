"""What earlier releases judged, as it stands in their recorded histories, judged by this one."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from holdfast.activity_names import ActivityName
from holdfast.domain.incident.opening import INCIDENT_WORKFLOW, IncidentInput
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.verdicts import JudgedEvent, Verdict
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, EntryBatch, entry_id

_NEVER = datetime.max.replace(tzinfo=UTC)
_FOLDER = Path(__file__).parent.parent / "histories"
_WORKFLOWS = {
    path: json.loads(path.read_text())["workflow_id"] for path in sorted(_FOLDER.glob("*.json"))
}
HISTORIES = [path for path, name in _WORKFLOWS.items() if name.startswith("incident/")]

PINNED_WITHOUT_CONTENT = {
    f"sha256:{path.stem}": path.read_text() for path in (_FOLDER / "policies").glob("*.json")
}
"""Policies that no start argument carries: a register, and what incidents were re-pinned to."""


def _recorded(path: Path) -> tuple[list[JudgedEvent], dict[str, str]]:
    """The entries of an incident, with those of its recorded communications, and its policies."""
    events, contents = _written(path)
    communications = f"communication/{_WORKFLOWS[path].removeprefix('incident/')}/"
    for other, name in _WORKFLOWS.items():
        if name.startswith(communications):
            own, _ = _written(other)
            events = sorted([*events, *own], key=lambda judged: judged.occurred_at or _NEVER)
    return events, contents


def _written(path: Path) -> tuple[list[JudgedEvent], dict[str, str]]:
    """The entries and the policies in the history of a workflow."""
    recording = json.loads(path.read_text())
    entries: dict[int, Entry] = {}
    contents = dict(PINNED_WITHOUT_CONTENT)
    for event in recording["history"]["events"]:
        started = event.get("workflowExecutionStartedEventAttributes")
        if started and started["workflowType"]["name"] == INCIDENT_WORKFLOW:
            given = IncidentInput.model_validate_json(_payload(started))
            contents |= {pin.pin.digest: pin.content for pin in given.policies.values()}
        scheduled = event.get("activityTaskScheduledEventAttributes")
        if scheduled and scheduled["activityType"]["name"] == ActivityName.APPEND_ENTRIES:
            batch = EntryBatch.model_validate_json(_payload(scheduled))
            entries |= {entry.sequence: entry for entry in batch.entries}
    workflow_id = recording["workflow_id"]
    return [
        JudgedEvent(entry.id, entry.occurred_at, entry.event)
        if (entry := entries.get(number))
        else JudgedEvent(entry_id(workflow_id, number), None, None)
        for number in range(max(entries) + 1)
    ], contents


def _payload(attributes: JsonObject) -> bytes:
    return base64.b64decode(attributes["input"]["payloads"][0]["data"])


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_what_earlier_releases_judged_comes_out_the_same_today(path: Path) -> None:
    """A field added to what a rule returns would change old judgements: here it shows."""
    events, contents = _recorded(path)
    report = replay(events, contents)
    assert report.having(Verdict.DIFFERENT) == ()
    assert report.having(Verdict.SAME)
    if all(judged.event for judged in events):
        assert report.having(Verdict.NOT_REPLAYABLE) == ()
