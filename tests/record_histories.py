"""Records histories for the replay test: `python -m tests.record_histories NAME`.

Run it before a release, with a new name, so that its histories join those of earlier releases;
what is recorded stays as it is for as long as such an incident may be open.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from temporalio.client import WorkflowHistory

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
from holdfast.telemetry import configure_tracing
from holdfast.temporal_client import connect
from tests.incident_at_work import IncidentAtWork, working
from tests.integration.test_incident_workflow import walk_to_closure
from tests.real_parts import free_port, new_state_folder, running
from tests.walk import ROBIN, SASHA, disruptive, facts

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


_SCENES: dict[str, tuple[Callable[[IncidentAtWork], Awaitable[None]], int]] = {
    "closed": (_closed, 1_000),
    "continued": (_closed, 60),
    "waiting": (_waiting, 1_000),
}


async def _record(name: str) -> None:
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
        async with working(client, engine, settings.task_queue):
            for scene, (play, history_limit) in _SCENES.items():
                incident = IncidentAtWork(
                    client, engine, settings.task_queue, history_limit=history_limit
                )
                await play(incident)
                _write(f"{name}-{scene}", incident.handle.id, await incident.handle.fetch_history())
        await engine.dispose()
    shutil.rmtree(folder)


def _write(name: str, workflow_id: str, history: WorkflowHistory) -> None:
    path = _FOLDER / f"{name}.json"
    if path.exists():
        message = f"{path.name} is recorded already, and a recording never changes"
        raise SystemExit(message)
    # The exported history does not hold the workflow's id, which replay needs.
    recording = {"workflow_id": workflow_id, "history": history.to_json_dict()}
    path.write_text(json.dumps(recording, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    asyncio.run(_record(sys.argv[1]))
