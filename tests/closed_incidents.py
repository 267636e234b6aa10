"""Incidents that closed long ago, in the log, with artifacts of their own: ripe for disposal."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.retention import RETENTION, RetentionPolicy
from holdfast.domain.roles import Actor
from holdfast.domain.values import canonical_json
from holdfast.evidence.entry import Entry, entry_id
from holdfast.settings import Settings
from holdfast.store.artifacts import store_artifact
from holdfast.store.evidence import append
from holdfast.store.policies import load_policy, store_policies
from tests.incident_at_work import new_incident_id
from tests.rulebook import POLICIES
from tests.sequenced import sequence
from tests.statements import ALERTMANAGER, alert_batch
from tests.walk import Body, Walk

__all__ = [
    "LONG_AGO",
    "POLICY",
    "ClosedIncident",
    "bodies_of",
    "content_of",
    "new_closed_incident",
]

LONG_AGO = datetime(2010, 3, 4, 12, 0, tzinfo=UTC)
POLICY: PinnedPolicy = load_policy(Settings().policies_folder, RETENTION, RetentionPolicy)

_BODIES = text(
    "SELECT entry_id, body FROM evidence.record WHERE incident_id = :id ORDER BY position"
)
_CONTENT = text("SELECT content FROM evidence.artifact WHERE digest = :digest")


class _WalkWithAlerts(Walk):
    """A walk that alerts join which no other incident has, with submissions of its own names."""

    def __init__(self, incident_id: str) -> None:
        super().__init__(incident_id)
        self.batch = alert_batch(f"b-{uuid.uuid4()}")

    def submit(self, actor: Actor, body: Body, submission_id: str | None = None) -> Event:
        return super().submit(actor, body, submission_id or f"s-{uuid.uuid4()}")

    def to_triage(self) -> None:
        super().to_triage()
        self.submit(ALERTMANAGER, self.batch)


@dataclass(frozen=True, slots=True)
class ClosedIncident:
    """An incident that has ended, its entries, and an artifact that only its records name."""

    incident_id: str
    entries: tuple[Entry, ...]
    manifest: str


async def new_closed_incident(
    engine: AsyncEngine,
    settings: Settings | None,
    at: datetime = LONG_AGO,
    incident_id: str | None = None,
) -> ClosedIncident:
    """Write an incident that closed at that moment; put it into the log, if settings are given."""
    await store_policies(engine, {**POLICIES, RETENTION: POLICY})
    walk = _WalkWithAlerts(incident_id or new_incident_id())
    walk.to_closed()
    workflow_id = f"incident/{walk.state.incident_id}"
    entries = tuple(
        Entry(
            id=entry_id(workflow_id, number),
            incident=walk.state.incident_id,
            workflow=workflow_id,
            sequence=number,
            occurred_at=at,
            event=event,
            nonce=uuid.uuid4().hex,
        )
        for number, event in enumerate(walk.events)
    )
    async with engine.begin() as connection:
        # What every walk names, and what only this one does.
        await store_artifact(connection, canonical_json("b0"), "application/json")
        own = await store_artifact(connection, canonical_json(walk.batch.batch), "application/json")
    assert own == walk.batch.manifest
    await append(engine, entries)
    if settings is not None:
        await sequence(settings)
    return ClosedIncident(walk.state.incident_id, entries, own)


async def bodies_of(engine: AsyncEngine, incident_id: str) -> dict[str, bytes | None]:
    """The bodies of an incident's records, by entry id."""
    async with engine.connect() as connection:
        rows = await connection.execute(_BODIES, {"id": incident_id})
        return {row.entry_id: None if row.body is None else bytes(row.body) for row in rows}


async def content_of(engine: AsyncEngine, digest: str) -> bytes | None:
    """What is kept under a digest: None once it was disposed of."""
    async with engine.connect() as connection:
        content = (await connection.execute(_CONTENT, {"digest": digest})).scalar_one()
    return None if content is None else bytes(content)
