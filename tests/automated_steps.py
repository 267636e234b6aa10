"""Automated steps that the evidence has started, without the incident that would do so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.automation import AutomationActivities
from holdfast.domain.automation.naming import step_id
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationOutcome
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.playbooks.play import step_content
from holdfast.domain.playbooks.policy import Step
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, entry_id
from holdfast.store.evidence import append
from tests.incident_at_work import new_incident_id
from tests.playbook_walk import step
from tests.statements import NOON

__all__ = ["attempt", "begun", "row_of", "started"]

_ROW = text("SELECT * FROM outgoing.automation_attempt WHERE key = :key")
_STEP = "isolate_host"
_BEGUN: JsonObject = {
    "play": 1,
    "step": _STEP,
    "owner": "responder",
    "expected_seconds": 600,
    "action": None,
}


async def started(
    engine: AsyncEngine, *, parameters: dict[str, str] | None = None, repeat: int = 1
) -> tuple[AutomationOpening, ...]:
    """Have the evidence say that a step was begun: dry run and earnest, so often in turn.

    Its automation is called `it`. Returns the openings, in the order of their attempts.
    """
    incident, words = new_incident_id(), parameters or {}
    automation = {"name": "it", "parameters": words}
    full = step_content(Step.model_validate(step(_STEP, automation=automation)))
    book = {"play": 1, "playbook": "ransomware", "title": "Ransomware", "steps": [full]}
    events = [_event(EventKind.PLAYBOOK_STARTED, incident, book)]
    modes = ["dry_run", "automated"] * repeat
    events += [
        _event(
            EventKind.STEP_STARTED,
            incident,
            {**_BEGUN, "title": full["title"], "attempt": number, "mode": mode},
        )
        for number, mode in enumerate(modes, 1)
    ]
    await append(engine, _entries(incident, events))
    return tuple(
        AutomationOpening(
            incident=incident,
            play=1,
            playbook="ransomware",
            step=_STEP,
            attempt=number,
            automation="it",
            parameters=words,
            dry_run=mode == "dry_run",
            opened=entry_id(incident_workflow_id(incident), number),
            timeout=timedelta(seconds=20),
        )
        for number, mode in enumerate(modes, 1)
    )


async def attempt(
    activity: AutomationActivities,
    opening: AutomationOpening,
    within: ActivityEnvironment | None = None,
) -> AutomationOutcome:
    """Make one attempt, as Temporal does."""
    environment = within or ActivityEnvironment()
    environment.info = replace(environment.info, attempt=1)
    return await environment.run(activity.run_step, opening)


async def begun(engine: AsyncEngine, opening: AutomationOpening) -> None:
    """Leave behind what a process leaves that has died after its claim."""
    claim = text(
        "INSERT INTO outgoing.automation_attempt (key, automation, ordered, dry_run, state, tries)"
        " SELECT :key, automation, ordered, :dry_run, 'running', 1"
        " FROM outgoing.automation_attempt WHERE key = :like"
    )
    like = opening.model_copy(update={"dry_run": True, "attempt": 1}).id
    async with engine.begin() as connection:
        await connection.execute(
            claim, {"key": opening.id, "dry_run": opening.dry_run, "like": like}
        )


async def row_of(engine: AsyncEngine, opening: AutomationOpening) -> tuple[str, int] | None:
    """What the ledger says of an attempt: its state, and how often it was begun."""
    async with engine.connect() as connection:
        row = (await connection.execute(_ROW, {"key": opening.id})).one_or_none()
    return None if row is None else (row.state, row.tries)


def _event(kind: EventKind, incident: str, payload: JsonObject) -> Event:
    return Event(
        kind=kind, subject=Subject(type="step", id=step_id(incident, 1, _STEP)), payload=payload
    )


def _entries(incident: str, events: Sequence[Event]) -> list[Entry]:
    workflow = incident_workflow_id(incident)
    return [
        Entry(
            id=entry_id(workflow, number),
            incident=incident,
            workflow=workflow,
            sequence=number,
            occurred_at=NOON,
            event=event,
            nonce="0" * 32,
        )
        for number, event in enumerate(events)
    ]
