"""The guards around disposal: no role changes evidence but through the gate, and nobody forges."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.values import JsonObject
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.deeds import record_deed
from tests.closed_incidents import ClosedIncident, bodies_of, content_of, new_closed_incident
from tests.statements import ROBIN


@pytest_asyncio.fixture(scope="module")
async def closed(engine: AsyncEngine, settings: Settings) -> ClosedIncident:
    """An incident that has ended; what is asked for in vain here leaves it as it is."""
    return await new_closed_incident(engine, settings)


@pytest_asyncio.fixture
async def superuser(postgres: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the role that migrates."""
    connection = await asyncpg.connect(postgres.migration)
    yield connection
    await connection.close()


_CHANGES = {
    "empty a record": "UPDATE evidence.record SET body = NULL WHERE incident_id = $1",
    "forge a record": "UPDATE evidence.record SET body = 'x' WHERE incident_id = $1",
    "empty and rename": "UPDATE evidence.record SET body = NULL, kind = '' WHERE incident_id = $1",
    "empty no record": "UPDATE evidence.record SET body = NULL WHERE incident_id = $1 || 'x'",
    "empty an artifact": "UPDATE evidence.artifact SET content = NULL WHERE $1 <> ''",
    "forge an artifact": "UPDATE evidence.artifact SET content = 'x' WHERE $1 <> ''",
    "rename an artifact": "UPDATE evidence.artifact SET digest = 'x' WHERE $1 <> ''",
    "delete records": "DELETE FROM evidence.record WHERE incident_id = $1",
    "delete artifacts": "DELETE FROM evidence.artifact WHERE $1 <> ''",
    "dispose": "SELECT evidence.dispose($1)",
    "disown": "DELETE FROM evidence.artifact_use WHERE incident_id = $1",
}
_ROLES = (
    *("holdfast_app", "holdfast_sequencer", "holdfast_auditor", "holdfast_owner"),
    *("holdfast_retention", "postgres"),
)
# To the role of the gate, a change that meets no row is allowed: there is nothing in it.
_ASKED = [
    pytest.param(role, statement, id=f"{role}: {name}")
    for role in _ROLES
    for name, statement in _CHANGES.items()
    if (role, name) != ("holdfast_retention", "empty no record")
]


@pytest.mark.parametrize("replica", [False, True], ids=["plain", "as replica"])
@pytest.mark.parametrize(("role", "statement"), _ASKED)
async def test_no_role_changes_evidence(
    superuser: asyncpg.Connection,
    engine: AsyncEngine,
    closed: ClosedIncident,
    role: str,
    statement: str,
    replica: bool,  # noqa: FBT001 - a case
) -> None:
    """Not even the one that owns the gate, or a superuser: only the gate empties content."""
    before = await bodies_of(engine, closed.incident_id)
    if replica:
        await superuser.execute("SET session_replication_role = replica")
    await superuser.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await superuser.execute(statement, closed.incident_id)
    assert await bodies_of(engine, closed.incident_id) == before


_EMPTY = {
    "record": (
        "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, body) VALUES ('empty#0', 'x', 'empty', 0, 'x', now(), NULL)"
    ),
    "artifact": (
        "INSERT INTO evidence.artifact (digest, media_type, content)"
        " VALUES ('sha256:0', 'text/plain', NULL)"
    ),
}


@pytest.mark.parametrize("role", ["holdfast_app", "holdfast_owner", "postgres"])
@pytest.mark.parametrize("statement", _EMPTY.values(), ids=_EMPTY.keys())
async def test_nothing_comes_in_empty(
    superuser: asyncpg.Connection, role: str, statement: str
) -> None:
    """What has no content was disposed of, and was there before."""
    await superuser.execute(f"SET ROLE {role}")
    with pytest.raises(asyncpg.NotNullViolationError):
        await superuser.execute(statement)


async def test_the_retention_role_only_empties_even_beside_a_disposal(
    superuser: asyncpg.Connection, engine: AsyncEngine, settings: Settings
) -> None:
    """Were its gate ever wrong, it could not forge."""
    incident = await new_closed_incident(engine, settings)
    other = await new_closed_incident(engine, settings)
    forgeries = (
        "UPDATE evidence.record SET body = 'x' WHERE incident_id = $1",
        "UPDATE evidence.record SET kind = 'x' WHERE incident_id = $1",
        "UPDATE evidence.artifact SET content = 'x' WHERE $1 <> ''",
    )
    for statement in (*forgeries, "UPDATE evidence.record SET body = NULL WHERE incident_id = $1"):
        transaction = superuser.transaction()
        await transaction.start()
        await superuser.execute(
            "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
            " occurred_at, body) VALUES ($1 || '#0', $2, $1, 0, 'retention.disposed', now(), '{}')",
            f"forged/{uuid.uuid4()}",
            incident.incident_id,
        )
        await superuser.execute("SET LOCAL ROLE holdfast_retention")
        target = other if "body = NULL" in statement else incident
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await superuser.execute(statement, target.incident_id)
        await transaction.rollback()


async def test_under_a_name_there_is_one_content(
    superuser: asyncpg.Connection, engine: AsyncEngine, closed: ClosedIncident
) -> None:
    """Now, and when it comes in again after a disposal."""
    before = await content_of(engine, closed.manifest)
    with pytest.raises(asyncpg.CheckViolationError):
        await superuser.execute(
            "INSERT INTO evidence.artifact (digest, media_type, content) VALUES ($1, 'x', 'forged')"
            " ON CONFLICT DO NOTHING",
            closed.manifest,
        )
    assert await content_of(engine, closed.manifest) == before


@pytest.mark.parametrize(
    ("kind", "uses"),
    [
        (EventKind.REVIEW_RECORDED, 1),
        (EventKind.ATTACHMENT_EXPORTED, 0),
        (EventKind.PHASE_ENTERED, 0),  # about what other records have named; not searched
    ],
)
async def test_uses_are_noted_whoever_writes(
    superuser: asyncpg.Connection,
    engine: AsyncEngine,
    closed: ClosedIncident,
    kind: EventKind,
    uses: int,
) -> None:
    """A record that names an artifact keeps it, unless it only tells what was done with it."""
    incident_id = f"x-{uuid.uuid4()}"
    text = f"see {closed.manifest}, page 3"
    payload: JsonObject = {"version": 1, "summary": text, "phase": text}
    about = Subject(type="review", id="a", digest=closed.manifest)
    event = Event(kind=kind, subject=about, actor=ROBIN, payload=payload)
    async with engine.begin() as connection:
        await record_deed(connection, incident_id, f"deed/{uuid.uuid4()}", event)
    found = await superuser.fetchval(
        "SELECT count(*) FROM evidence.artifact_use WHERE incident_id = $1 AND digest = $2",
        incident_id,
        closed.manifest,
    )
    assert found == uses
