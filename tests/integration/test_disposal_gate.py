"""The gate of disposal, `evidence.dispose`: what it refuses, whatever the application says."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry
from holdfast.settings import Settings
from holdfast.store.deeds import record_deed
from holdfast.store.evidence import append
from tests.closed_incidents import ClosedIncident, new_closed_incident
from tests.integration.test_evidence_store import whole_incident
from tests.statements import BOARD, COMPLIANCE

_DISPOSE = text("SELECT evidence.dispose(:id)")


@pytest_asyncio.fixture(scope="module")
async def closed(engine: AsyncEngine, settings: Settings) -> ClosedIncident:
    """An incident that has ended; what is asked for in vain here leaves it as it is."""
    return await new_closed_incident(engine, settings)


async def _proposed(
    connection: AsyncConnection, incident_id: str, actor: Actor = COMPLIANCE
) -> Entry:
    name = f"p-{uuid.uuid4()}"
    event = Event(
        kind=EventKind.RETENTION_PROPOSED,
        subject=Subject(type="disposal", id=name),
        actor=actor,
        payload={"reason": "x", "count": 1},
    )
    return await record_deed(connection, incident_id, f"retention/{name}", event)


async def _disposed(
    connection: AsyncConnection, incident_id: str, proposal: str, **payload: object
) -> Entry:
    event = Event(
        kind=EventKind.RETENTION_DISPOSED,
        subject=Subject(type="disposal", id="p"),
        actor=BOARD,
        payload={"proposal": proposal, "count": 1, "artifacts": [], **payload},
    )
    return await record_deed(connection, incident_id, f"disposal/{uuid.uuid4()}", event)


async def _hold(
    connection: AsyncConnection, incident_id: str, kind: EventKind, actor: Actor
) -> None:
    payload: JsonObject = {"type": "legal", "reason": "x"}
    event = Event(kind=kind, subject=Subject(type="hold", id="h"), actor=actor, payload=payload)
    await record_deed(connection, incident_id, f"hold/{uuid.uuid4()}", event)


async def _require_refusal(connection: AsyncConnection, entry_id: str, why: str) -> None:
    with pytest.raises(DBAPIError, match=why) as caught:
        await connection.execute(_DISPOSE, {"id": entry_id})
    assert caught.value.orig is not None
    assert getattr(caught.value.orig, "sqlstate", None) == "42501"


@pytest_asyncio.fixture
async def attempt(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction of the application, which comes to nothing."""
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()


async def test_a_disposal_that_this_transaction_has_not_recorded_is_refused(
    engine: AsyncEngine, attempt: AsyncConnection, closed: ClosedIncident
) -> None:
    """Neither one that is made up nor one that stands already."""
    async with engine.begin() as connection:
        proposal = await _proposed(connection, closed.incident_id)
        earlier = await _disposed(connection, closed.incident_id, proposal.id)
    await _require_refusal(attempt, earlier.id, "this transaction has recorded no such disposal")
    await attempt.rollback()
    await _require_refusal(attempt, "made-up#0", "this transaction has recorded no such disposal")


async def test_a_disposal_that_a_savepoint_hides_is_refused(
    attempt: AsyncConnection, closed: ClosedIncident
) -> None:
    """The safe side of not knowing."""
    proposal = await _proposed(attempt, closed.incident_id)
    async with attempt.begin_nested():
        disposal = await _disposed(attempt, closed.incident_id, proposal.id)
    await _require_refusal(attempt, disposal.id, "recorded no such disposal")


@pytest.mark.parametrize("which", ["made up", "own", "of another incident", "no proposal"])
async def test_a_disposal_without_a_proposal_of_another_person_is_refused(
    attempt: AsyncConnection, closed: ClosedIncident, which: str
) -> None:
    """One pair of eyes is not two."""
    proposals = {
        "made up": "made-up#0",
        "own": (await _proposed(attempt, closed.incident_id, BOARD)).id,
        "of another incident": (await _proposed(attempt, "INC-2026-000000")).id,
        "no proposal": closed.entries[0].id,
    }
    disposal = await _disposed(attempt, closed.incident_id, proposals[which])
    await _require_refusal(attempt, disposal.id, "nobody else has proposed it")


async def test_a_proposal_serves_once(attempt: AsyncConnection, closed: ClosedIncident) -> None:
    """What was agreed to was that content, at that time."""
    proposal = await _proposed(attempt, closed.incident_id)
    await _disposed(attempt, closed.incident_id, proposal.id)
    again = await _disposed(attempt, closed.incident_id, proposal.id)
    await _require_refusal(attempt, again.id, "its proposal was used before")


async def test_an_open_incident_is_refused(engine: AsyncEngine, attempt: AsyncConnection) -> None:
    """Its closure is an entry; there is none."""
    batch = whole_incident()
    await append(engine, batch)
    proposal = await _proposed(attempt, batch[0].incident)
    disposal = await _disposed(attempt, batch[0].incident, proposal.id)
    await _require_refusal(attempt, disposal.id, "the incident is not closed")


@pytest.mark.parametrize("lifted_by", [None, COMPLIANCE], ids=["standing", "lifted by its placer"])
async def test_a_hold_that_stands_is_respected(
    attempt: AsyncConnection, closed: ClosedIncident, lifted_by: Actor | None
) -> None:
    """A lifting by whoever placed it counts for nothing."""
    await _hold(attempt, closed.incident_id, EventKind.HOLD_PLACED, COMPLIANCE)
    if lifted_by is not None:
        await _hold(attempt, closed.incident_id, EventKind.HOLD_LIFTED, lifted_by)
    proposal = await _proposed(attempt, closed.incident_id)
    disposal = await _disposed(attempt, closed.incident_id, proposal.id)
    await _require_refusal(attempt, disposal.id, "a hold stands")


async def test_an_artifact_that_another_incident_names_is_refused(
    engine: AsyncEngine, settings: Settings, attempt: AsyncConnection, closed: ClosedIncident
) -> None:
    """Whatever the application has computed."""
    other = await new_closed_incident(engine, settings)
    proposal = await _proposed(attempt, closed.incident_id)
    disposal = await _disposed(attempt, closed.incident_id, proposal.id, artifacts=[other.manifest])
    await _require_refusal(attempt, disposal.id, "another incident needs an artifact")


@pytest.mark.parametrize("count", [0, 1, 10_000, None, "x"])
async def test_a_record_that_counts_otherwise_is_refused(
    attempt: AsyncConnection,
    closed: ClosedIncident,
    count: Any,  # noqa: ANN401 - any JSON value
) -> None:
    """What stands in the evidence is what was done."""
    proposal = await _proposed(attempt, closed.incident_id)
    disposal = await _disposed(attempt, closed.incident_id, proposal.id, count=count)
    with pytest.raises(DBAPIError, match=r"refused: it names|invalid input syntax"):
        await attempt.execute(_DISPOSE, {"id": disposal.id})
