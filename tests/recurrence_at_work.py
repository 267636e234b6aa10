"""Assessments of recurring incidents on a real Temporal server, over incidents of a test's own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowHandle

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.recurrence.asking import AssessRecurrence
from holdfast.domain.recurrence.periods import Period
from holdfast.domain.recurrence.state import RECURRENCE_WORKFLOW, RecurrenceInput
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Answer, Origin, SignedSubmission, Submission
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, entry_from_bytes, entry_id
from holdfast.evidence.signature import PrincipalSigner, PrincipalVerifier
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.evidence import append
from holdfast.store.policy_installation import install_policies
from tests.api_doors import own_installation
from tests.incident_at_work import KEY, new_incident_id
from tests.statements import ROBIN, report
from tests.walk import Walk
from worker import create_worker

__all__ = [
    "HALF_MAJOR",
    "Installation",
    "at_work",
    "installed",
    "new_period",
    "sign",
    "stored_incident",
]

HALF_MAJOR: JsonObject = {
    "supports_critical_function": True,
    "clients_affected": 40_000,
    "costs_eur": 60_000,
}
"""Of an incident that is not major; two of these are: clients above 10 %, costs above 100,000."""

_SIGNER = PrincipalSigner(KEY)
_PATIENCE_SECONDS = 20.0
_PERIODS = count(12 * 2_101, 8)
_PAST_PERIODS = count(12 * 2_001, 8)

_RECEIPT = text("SELECT * FROM projection.receipt WHERE submission_id = :id")
_DECISION = text(
    "SELECT * FROM projection.decision WHERE incident_id = :chain AND request_id = :request"
)
_BODIES = text("SELECT body FROM evidence.record WHERE incident_id = :chain ORDER BY position")


def new_period(*, over: bool = False) -> Period:
    """A month that no other test assesses, nor writes incidents into; far ahead unless `over`.

    All tests share one Temporal, and incidents count for six months after they occurred.
    """
    year, month = divmod(next(_PAST_PERIODS if over else _PERIODS), 12)
    return Period(month=f"{year}-{month + 1:02d}")


async def stored_incident(  # noqa: PLR0913 - each is what some test is about
    engine: AsyncEngine,
    occurred_at: datetime,
    cause: str | None,
    *,
    service: str = "instant-payments",
    named: str | None = None,
    stated: JsonObject = HALF_MAJOR,
    outcome: str | None = None,
) -> str:
    """Write an incident as its workflow would; `named` links it to others by name."""
    incident_id = new_incident_id()
    texts = {"root_cause": cause, "root_cause_fingerprint": named}
    values = {**stated, **{name: words for name, words in texts.items() if words}}
    opening = report(Origin.HUMAN, ROBIN).model_copy(
        update={
            "aware_at": occurred_at,
            "services": (service,),
            "facts": tuple(_fact(name, value, service) for name, value in values.items()),
        }
    )
    walk = Walk(incident_id)
    walk.submit(ROBIN, opening, f"{incident_id}-report")
    events = list(walk.events)
    if outcome is not None:
        closed = {"outcome": outcome, "duplicate_of": None}
        subject = Subject(type="incident", id=incident_id)
        events.append(Event(kind=EventKind.INCIDENT_CLOSED, subject=subject, payload=closed))
    workflow_id = incident_workflow_id(incident_id)
    entries = [
        Entry(
            id=entry_id(workflow_id, number),
            incident=incident_id,
            workflow=workflow_id,
            sequence=number,
            occurred_at=occurred_at,
            event=event,
            nonce=uuid.uuid4().hex,
        )
        for number, event in enumerate(events)
    ]
    await append(engine, entries)
    return incident_id


def _fact(name: str, value: bool | int | str, service: str) -> FactChange:  # noqa: FBT001 - a value
    of_incident = name in {"costs_eur", "root_cause", "root_cause_fingerprint"}
    return FactChange(
        fact=name,
        service=None if of_incident else service,
        value=value,
        quality=Quality.ACTUAL,
        source="monitoring",
    )


@dataclass
class Installation:
    """A database of its own with policies installed, and a worker on it."""

    client: Client
    engine: AsyncEngine
    settings: Settings

    async def month_of_incidents(self, causes: list[str | None]) -> tuple[Period, list[str]]:
        """Write one incident a cause, a day apart, into a month that nobody has assessed."""
        period = new_period()
        days = (period.begins + timedelta(days=number) for number in range(len(causes)))
        incidents = [
            await stored_incident(self.engine, day, cause)
            for day, cause in zip(days, causes, strict=True)
        ]
        return period, incidents

    async def assess(
        self, period: Period, asked: SignedSubmission | None = None, history_limit: int = 1_000
    ) -> WorkflowHandle[Any, Any]:
        """Start the assessment, and wait until it is recorded."""
        handle = await self.client.start_workflow(
            RECURRENCE_WORKFLOW,
            RecurrenceInput(period=period, asked=asked, history_limit=history_limit),
            id=period.workflow_id,
            task_queue=self.settings.task_queue,
        )
        await self.until(period, EventKind.RECURRENCE_ASSESSED)
        return handle

    async def assessment(self, period: Period) -> JsonObject:
        """What the assessment has recorded."""
        events = await self.events(period)
        return next(e.payload for e in events if e.kind is EventKind.RECURRENCE_ASSESSED)

    async def events(self, period: Period) -> list[Event]:
        """All entries of the assessment, in order."""
        async with self.engine.connect() as connection:
            rows = await connection.execute(_BODIES, {"chain": period.chain})
            return [entry_from_bytes(bytes(row.body)).event for row in rows]

    async def until(self, period: Period, kind: EventKind) -> None:
        """Wait until an entry of that kind stands."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while kind not in [event.kind for event in await self.events(period)]:
                await asyncio.sleep(0.02)

    async def answer(
        self, period: Period, actor: Actor, option: str, data: JsonObject | None = None
    ) -> Row[Any]:
        """Answer the first question of the assessment, and return the receipt."""
        request_id = "recurrence.confirmation-1"
        request = await self._row(_DECISION, {"chain": period.chain, "request": request_id})
        answer = Answer(
            request_id=request_id,
            option=option,
            subject_digest=request.subject["digest"],
            rationale="For the reasons discussed.",
            data=data or {},
        )
        signed = sign(period, actor, answer)
        await self.client.get_workflow_handle(period.workflow_id).signal("answer", signed)
        return await self._row(_RECEIPT, {"id": signed.submission.submission_id})

    async def _row(self, statement: Any, names: dict[str, str]) -> Row[Any]:  # noqa: ANN401 - SQL text
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while True:
                async with self.engine.connect() as connection:
                    if row := (await connection.execute(statement, names)).first():
                        return row
                await asyncio.sleep(0.01)


def sign(period: Period, actor: Actor, body: Answer | AssessRecurrence) -> SignedSubmission:
    """Sign a submission to an assessment as the API does."""
    return _SIGNER.sign(
        Submission(
            submission_id=f"s-{uuid.uuid4()}",
            workflow_id=period.workflow_id,
            principal=actor,
            submitted_at=datetime.now(UTC),
            body=body,
        )
    )


@asynccontextmanager
async def installed(
    client: Client, settings: Settings, policies: Path | None = None
) -> AsyncIterator[Installation]:
    """Run a worker on a database of its own, under the policies of that folder."""
    own = await own_installation(settings)
    async with at_work(client, own) as installation:
        await install_policies(installation.engine, policies or own.policies_folder)
        yield installation


@asynccontextmanager
async def at_work(client: Client, own: Settings) -> AsyncIterator[Installation]:
    """Run a worker of an installation; leaving it is the death of the worker."""
    engine = create_engine(database_urls(own).application)
    verifier = PrincipalVerifier(KEY.public_key())
    async with create_worker(client, engine, verifier, own):
        yield Installation(client, engine, own)
    await engine.dispose()
