"""Records histories for the replay test: `python -m tests.record_histories NAME [SCENE …]`.

Run it before a release, with a new name, so that its histories join those of earlier releases;
what is recorded stays as it is for as long as such an incident may be open. Put the content of
policies that an incident is pinned to without carrying them (a register, or what it was re-pinned
to) into `histories/policies/`, under its digest.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle, WorkflowHistory

from holdfast.domain.events import EventKind
from holdfast.evidence.nightly_check import EVIDENCE_CHECK_WORKFLOW, EvidenceCheckInput
from holdfast.evidence.signature import PrincipalVerifier
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.stack.embedded_postgres import EmbeddedPostgres
from holdfast.stack.temporal_server import (
    register_search_attributes,
    temporal_is_ready,
    temporal_launch,
)
from holdfast.store import migrate
from holdfast.store.database import create_engine
from holdfast.store.policy_installation import install_policies
from holdfast.telemetry import configure_tracing
from holdfast.temporal_client import connect
from tests.closed_incidents import new_closed_incident
from tests.communication_scene import play_communications
from tests.incident_at_work import KEY, IncidentAtWork, working
from tests.integration.test_incident_workflow import walk_to_closure, walk_to_contain
from tests.major_incident import play_major_incident
from tests.real_parts import free_port, new_state_folder, running
from tests.recurrence_at_work import installed
from tests.remediation_scene import play_remediation
from tests.reporting_scene import play_reporting
from tests.sequenced import sequence
from tests.statements import COMPLIANCE, ROBIN, SASHA, disruptive, facts
from tests.third_party_scene import play_third_party
from worker import create_worker

_FOLDER = Path(__file__).parent / "histories"


async def _closed(incident: IncidentAtWork) -> None:
    await walk_to_closure(incident)
    await incident.handle.result()


async def _waiting(incident: IncidentAtWork) -> None:
    """Left open with a proposed action, a refused approval and a forged signal."""
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.submit(ROBIN, facts(service_unavailable=True, supports_critical_function=True))
    await incident.submit(SASHA, disruptive())
    await incident.answer(SASHA, "containment.approval-1", "approved")
    await incident.handle.signal("answer", "typed by hand")
    await incident.until("submission.refused")


_INCIDENTS: dict[str, tuple[Callable[[IncidentAtWork], Awaitable[None]], int]] = {
    "closed": (_closed, 1_000),
    "continued": (_closed, 60),
    "waiting": (_waiting, 1_000),
    "major": (play_major_incident, 1_000),
}
_EVIDENCE_CHECK = "evidence-check"
_RECURRENCE = "recurrence"
_COMMUNICATION = "communication"
_THIRD_PARTY = "third-party"
_REMEDIATION = "remediation"
_REPORTING = "reporting"


async def _record(name: str, scenes: Sequence[str]) -> None:
    folder = new_state_folder()
    settings = Settings(
        state_folder=folder, temporal_port=free_port(), temporal_ui_port=free_port()
    )
    configure_tracing(settings, "tests")
    postgres = EmbeddedPostgres(folder)
    await postgres.prepare()
    async with (
        running("postgres", postgres.launch, folder, postgres.is_ready),
        running("temporal", temporal_launch(settings), folder, lambda: temporal_is_ready(settings)),
    ):
        await postgres.create_database()
        await migrate.upgrade(database_urls(settings).migration)
        engine = create_engine(database_urls(settings).application)
        client = await connect(settings)
        await register_search_attributes(client)
        for scene in scenes:
            if scene == _EVIDENCE_CHECK:
                handle = await _check_evidence(client, engine, settings)
            elif scene == _RECURRENCE:
                handle = await _assess_recurrence(client, settings)
            elif scene == _COMMUNICATION:
                handle = await _communicate(client, engine, settings, name)
            elif scene == _THIRD_PARTY:
                handle = await _escalate(client, engine, settings, name)
            elif scene == _REMEDIATION:
                handle = await _remedy(client, engine, settings, name)
            elif scene == _REPORTING:
                handle = await _report(client, engine, settings, name)
            else:
                handle = await _play_incident(client, engine, settings, scene)
            _write(f"{name}-{scene}", handle.id, await handle.fetch_history())
        await engine.dispose()
    shutil.rmtree(folder)


async def _play_incident(
    client: Client, engine: AsyncEngine, settings: Settings, scene: str
) -> WorkflowHandle[Any, Any]:
    play, history_limit = _INCIDENTS[scene]
    async with working(client, engine, settings.task_queue):
        incident = IncidentAtWork(client, engine, settings.task_queue, history_limit=history_limit)
        await play(incident)
    return incident.handle


async def _communicate(
    client: Client, engine: AsyncEngine, settings: Settings, name: str
) -> WorkflowHandle[Any, Any]:
    """The message to clients; its incident is written too, as `communicating`."""
    async with working(client, engine, settings.task_queue):
        incident = IncidentAtWork(client, engine, settings.task_queue)
        await walk_to_contain(incident)
        communication = await play_communications(incident)
        await incident.until_said("Clock 'Publish the next update to clients' armed")
    history = await incident.handle.fetch_history()
    _write(f"{name}-communicating", incident.handle.id, history)
    return client.get_workflow_handle(communication.workflow_id)


async def _escalate(
    client: Client, engine: AsyncEngine, settings: Settings, name: str
) -> WorkflowHandle[Any, Any]:
    """The provider's escalation; its incident is written too, as `escalating`."""
    await install_policies(engine, settings.policies_folder)
    async with working(client, engine, settings.task_queue):
        incident = IncidentAtWork(client, engine, settings.task_queue)
        escalation = await play_third_party(incident)
        handle = client.get_workflow_handle(escalation.workflow_id)
        await handle.result()
    history = await incident.handle.fetch_history()
    _write(f"{name}-escalating", incident.handle.id, history)
    return handle


async def _remedy(
    client: Client, engine: AsyncEngine, settings: Settings, name: str
) -> WorkflowHandle[Any, Any]:
    """A task done in vain and again; its incident is written too, as `remedying`."""
    await install_policies(engine, settings.policies_folder)
    async with working(client, engine, settings.task_queue):
        incident = IncidentAtWork(client, engine, settings.task_queue)
        task, _ = await play_remediation(incident)
        handle = client.get_workflow_handle(task.workflow_id)
        await handle.result()
    history = await incident.handle.fetch_history()
    _write(f"{name}-remedying", incident.handle.id, history)
    return handle


async def _report(
    client: Client, engine: AsyncEngine, settings: Settings, name: str
) -> WorkflowHandle[Any, Any]:
    """An entity's reporting, taken back at its end; its incident is written too, as `notifying`."""
    await install_policies(engine, settings.policies_folder)
    async with working(client, engine, settings.task_queue):
        incident = IncidentAtWork(client, engine, settings.task_queue)
        reporting = await play_reporting(incident)
        handle = client.get_workflow_handle(reporting.workflow_id)
        await handle.result()
    history = await incident.handle.fetch_history()
    _write(f"{name}-notifying", incident.handle.id, history)
    return handle


async def _check_evidence(
    client: Client, engine: AsyncEngine, settings: Settings
) -> WorkflowHandle[Any, Any]:
    """A check in several slices."""
    await new_closed_incident(engine, None)
    await sequence(settings, limit=10)
    verifier = PrincipalVerifier(KEY.public_key())
    async with create_worker(client, engine, verifier, settings):
        handle = await client.start_workflow(
            EVIDENCE_CHECK_WORKFLOW,
            EvidenceCheckInput(leaves=20),
            id=_EVIDENCE_CHECK,
            task_queue=settings.task_queue,
        )
        await handle.result()
    return handle


async def _assess_recurrence(client: Client, settings: Settings) -> WorkflowHandle[Any, Any]:
    """A series, a forged answer, and the genuine one."""
    async with installed(client, settings) as installation:
        period, _ = await installation.month_of_incidents(["A lapsed certificate."] * 2)
        handle = await installation.assess(period)
        await handle.signal("answer", "typed by hand")
        await installation.until(period, EventKind.SUBMISSION_REFUSED)
        await installation.answer(period, COMPLIANCE, "confirm")
        await handle.result()
    return handle


def _write(name: str, workflow_id: str, history: WorkflowHistory) -> None:
    path = _FOLDER / f"{name}.json"
    if path.exists():
        message = f"{path.name} is recorded already, and a recording never changes"
        raise SystemExit(message)
    # The exported history does not hold the workflow's id, which replay needs.
    recording = {"workflow_id": workflow_id, "history": history.to_json_dict()}
    path.write_text(json.dumps(recording, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    asyncio.run(
        _record(
            sys.argv[1],
            sys.argv[2:]
            or [
                *_INCIDENTS,
                _EVIDENCE_CHECK,
                _RECURRENCE,
                _COMMUNICATION,
                _THIRD_PARTY,
                _REMEDIATION,
                _REPORTING,
            ],
        )
    )
