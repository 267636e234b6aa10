"""The workflow of an attempt on a real server: tried, done, recorded, and the incident told."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RawValue
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.automation import AutomationActivities
from activities.evidence import EvidenceActivities
from holdfast.automation import load_automations
from holdfast.domain.automation.naming import AUTOMATED_STEP_WORKFLOW
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.events import Event, EventKind
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.notices import Noticed, NoticeRequest
from holdfast.evidence.signature import PrincipalVerifier
from holdfast.settings import Settings
from holdfast.store.noticed_entries import read_noticed
from tests.automated_steps import started
from tests.automations import command, content_of, process_ends, written
from tests.incident_at_work import KEY
from workflows.automated_step import AutomatedStepWorkflow

_HANGS = "import os, time; open('done', 'a').write(str(os.getpid())); time.sleep(60)"


@workflow.defn(name="ListeningIncident")
class ListeningIncident:
    """Stands where the incident would: it hears two notices, and ends."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self.heard: list[str] = []

    @workflow.signal(dynamic=True)
    def receive(self, _: str, arguments: Sequence[RawValue]) -> None:
        """Keep what a signal says."""
        self.heard += [value.payload.data.decode() for value in arguments]

    @workflow.run
    async def run(self) -> list[str]:
        """Return both, as they came."""
        await workflow.wait_condition(lambda: len(self.heard) == 2)
        return self.heard


@dataclass
class Bench:
    """A worker with the automation `it`, which works in the folder."""

    client: Client
    engine: AsyncEngine
    folder: Path
    queue: str

    async def begin(self, opening: AutomationOpening) -> WorkflowHandle[object, str]:
        """Start the workflow of an attempt, as the incident does."""
        return await self.client.start_workflow(
            AUTOMATED_STEP_WORKFLOW,
            opening,
            id=opening.workflow_id,
            task_queue=self.queue,
            result_type=str,
        )

    async def recorded(self, opening: AutomationOpening) -> Event:
        """The one entry of an attempt."""
        return (await self.entries(opening))[0].event

    async def entries(self, opening: AutomationOpening) -> tuple[Noticed, ...]:
        """Its entries; only the first of these three should be there."""
        names = tuple(f"{opening.workflow_id}#{number}" for number in range(3))
        async with self.engine.connect() as connection:
            return await read_noticed(
                connection, NoticeRequest(chain=opening.incident, entries=names)
            )


@contextlib.asynccontextmanager
async def _bench(
    client: Client, engine: AsyncEngine, folder: Path, automation: object
) -> AsyncIterator[Bench]:
    queue = f"automation-{uuid.uuid4()}"
    settings = Settings(state_folder=folder, automations_file=written(folder, {"it": automation}))
    worker = Worker(
        client,
        task_queue=queue,
        workflows=[AutomatedStepWorkflow, ListeningIncident],
        activities=[
            AutomationActivities(engine, load_automations(settings)).run_step,
            EvidenceActivities(engine, PrincipalVerifier(KEY.public_key())).append_entries,
        ],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_heartbeat_throttle_interval=timedelta(seconds=0.2),
    )
    async with worker:
        yield Bench(client, engine, folder, queue)


async def test_a_step_is_tried_then_done_and_the_incident_is_told_of_both(
    temporal: Client, engine: AsyncEngine, tmp_path: Path
) -> None:
    """One entry each, in the incident's chain."""
    dry, earnest = await started(engine)
    script = command("open('done', 'a').write('x'); print('done')", folder=str(tmp_path))
    async with _bench(temporal, engine, tmp_path, script) as bench:
        incident = await temporal.start_workflow(
            ListeningIncident.run,
            id=incident_workflow_id(dry.incident),
            task_queue=bench.queue,
        )
        assert await (await bench.begin(dry)).result() == "succeeded"
        assert await (await bench.begin(earnest)).result() == "succeeded"
        heard = await asyncio.wait_for(incident.result(), 10)
        tried, performed = await bench.recorded(dry), await bench.recorded(earnest)

    assert (tried.kind, tried.causes) == (EventKind.STEP_TRIED, (dry.opened,))
    assert (performed.kind, performed.payload["mode"]) == (EventKind.STEP_PERFORMED, "automated")
    assert performed.payload["output"].startswith("sha256:")
    assert all(
        f"{each.workflow_id}#0" in said for each, said in zip((dry, earnest), heard, strict=True)
    )
    assert len(await bench.entries(earnest)) == 1
    assert (tmp_path / "done").read_text() == "x"


async def test_a_cancellation_from_outside_is_recorded_as_a_failure(
    temporal: Client, engine: AsyncEngine, tmp_path: Path
) -> None:
    """What ran has ended by then, and nobody knows how far it came."""
    dry, earnest = await started(engine)
    async with _bench(temporal, engine, tmp_path, command(_HANGS, folder=str(tmp_path))) as bench:
        await (await bench.begin(dry)).result()
        running = await bench.begin(earnest)
        number = int(await content_of(tmp_path / "done"))
        await running.cancel()
        assert await running.result() == "unknown"
        failed = await bench.recorded(earnest)

    assert await process_ends(number)
    assert failed.kind is EventKind.STEP_FAILED
    assert failed.payload["because"] == (
        "it was broken off: it was cancelled from outside; "
        "nobody knows whether it was done: look, and report it by hand"
    )


async def test_a_workflow_that_somebody_has_started_by_hand_does_nothing(
    temporal: Client, engine: AsyncEngine, tmp_path: Path
) -> None:
    """The evidence has not started the step."""
    dry, _ = await started(engine)
    forged = dry.model_copy(update={"parameters": {"host": "everything"}})
    script = command("pass", "host", dry_run="open('done', 'a').write('x')", folder=str(tmp_path))
    async with _bench(temporal, engine, tmp_path, script) as bench:
        assert await (await bench.begin(forged)).result() == "failed"
        assert (await bench.recorded(forged)).payload["because"].endswith("is not automated so")
    assert not (tmp_path / "done").exists()
