"""Evidence in the real PostgreSQL: appended once, never changed, projections rebuildable."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event
from holdfast.errors import EvidenceConflict
from holdfast.evidence.entry import Entry, entry_bytes, entry_from_bytes, entry_id
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.custody.attachments import NewAttachment, collect_attachment
from holdfast.store.custody.holds import HoldRequest, HoldType, lift_hold, place_hold
from holdfast.store.evidence import append
from holdfast.store.policy_installation import install_policies
from holdfast.store.rebuild import rebuild
from holdfast.store.tables import PROJECTIONS
from tests.escalated_incident import EscalatedIncident
from tests.incident_at_work import new_incident_id
from tests.recorded_deeds import record_deeds
from tests.recovery_scenes import SCENES_OF_RECOVERY
from tests.recurrence_walk import MARCH, RecurrenceWalk, judged_month, standing
from tests.remediation_scenes import SCENES_OF_REMEDIATION, walked_with_tasks
from tests.reported_incident import notified_threat, reported_incident
from tests.statements import BOARD, COMPLIANCE, NOON, ROBIN, disruptive, facts
from tests.timed_walk import TimedWalk
from tests.told_communications import ToldCommunication, message_to_clients, reply_entry
from tests.walk import Walk


def entries(walk: Walk) -> list[Entry]:
    """What the walk's events are as entries of an incident of its own."""
    workflow_id = f"incident/{walk.state.incident_id}"
    return [
        Entry(
            id=entry_id(workflow_id, number),
            incident=walk.state.incident_id,
            workflow=workflow_id,
            sequence=number,
            occurred_at=NOON,
            event=event,
            nonce=f"{number:032x}",
        )
        for number, event in enumerate(walk.events)
    ]


def whole_incident() -> list[Entry]:
    """The entries of an incident from its opening to its closure."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    walk.submit(ROBIN, facts(clients_affected=7))
    walk.submit(ROBIN, disruptive())
    rest = Walk(new_incident_id())
    rest.to_closed()
    return entries(walk) + entries(rest)


def assessed_month() -> list[Entry]:
    """The entries of a month in which incidents have recurred, its question answered."""
    in_march = (datetime(2026, 3, day, tzinfo=UTC) for day in (4, 11))
    causes = [standing(number, at, "A lapsed certificate") for number, at in enumerate(in_march)]
    walk = RecurrenceWalk(judged_month(causes))
    walk.answer(COMPLIANCE, "override", {"major": False})
    return [
        Entry(
            id=entry_id(MARCH.workflow_id, number),
            incident=MARCH.chain,
            workflow=MARCH.workflow_id,
            sequence=number,
            occurred_at=NOON,
            event=event,
            nonce=f"{number:032x}",
        )
        for number, event in enumerate(walk.events)
    ]


async def dump(engine: AsyncEngine) -> dict[str, list[str]]:
    """All projections as text, row by row."""
    async with engine.connect() as connection:
        return {
            table.fullname: [
                row[0]
                for row in await connection.execute(
                    text(f"SELECT t::text FROM {table.fullname} t ORDER BY 1")  # noqa: S608 - our own tables
                )
            ]
            for table in PROJECTIONS.sorted_tables
        }


async def count(engine: AsyncEngine, incident_id: str) -> int:
    """How many entries an incident has."""
    statement = text("SELECT count(*) FROM evidence.record WHERE incident_id = :id")
    async with engine.connect() as connection:
        return int((await connection.execute(statement, {"id": incident_id})).scalar_one())


async def test_the_same_entries_twice_are_stored_once(engine: AsyncEngine) -> None:
    """A retry after a commit that nobody heard of is a success."""
    batch = whole_incident()
    assert await append(engine, batch) == len(batch)
    before = await dump(engine)
    assert await append(engine, batch) == 0
    assert await dump(engine) == before


async def test_an_entry_id_with_other_bytes_is_an_error_and_changes_nothing(
    engine: AsyncEngine,
) -> None:
    """Neither the conflicting entry nor its neighbours in the batch get in."""
    batch = whole_incident()
    await append(engine, batch[:3])
    forged = batch[2].model_copy(update={"nonce": "f" * 32})
    before = await dump(engine)
    with pytest.raises(EvidenceConflict, match=batch[2].id):
        await append(engine, [forged, *batch[3:6]])
    assert await count(engine, batch[0].incident) == 3
    assert await dump(engine) == before


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=6))
async def test_however_batches_overlap_every_entry_stands_once(
    engine: AsyncEngine, cuts: list[tuple[int, int]]
) -> None:
    """Retries of any part, before or after the rest, leave exactly the entries."""
    walk = Walk(new_incident_id())
    walk.to_learn()
    whole = entries(walk)
    done = 0
    for back, length in cuts:
        start = max(0, done - back % (done + 1))
        await append(engine, whole[start : start + length])
        done = max(done, min(start + length, len(whole)))
    await append(engine, whole)
    statement = text("SELECT body FROM evidence.record WHERE incident_id = :id ORDER BY sequence")
    async with engine.connect() as connection:
        rows = await connection.execute(statement, {"id": walk.state.incident_id})
        assert [bytes(row.body) for row in rows] == [entry_bytes(entry) for entry in whole]


async def test_what_is_stored_reads_back_the_same(engine: AsyncEngine) -> None:
    """The bytes are the entry."""
    batch = whole_incident()
    await append(engine, batch)
    statement = text(
        "SELECT body, body_hash = sha256(body) AS hashed FROM evidence.record WHERE entry_id = :id"
    )
    async with engine.connect() as connection:
        for entry in batch:
            row = (await connection.execute(statement, {"id": entry.id})).one()
            assert entry_from_bytes(bytes(row.body)) == entry
            assert row.hashed


async def test_rebuilt_projections_are_byte_equal(engine: AsyncEngine) -> None:
    """The tables that people query hold nothing that the entries do not."""
    batch = whole_incident()
    await append(engine, batch)
    await _attach_and_hold(engine, batch[0].incident)
    await install_policies(engine, Settings().policies_folder)
    await append(engine, assessed_month())
    told = ToldCommunication(message_to_clients(batch[0].incident))
    told.publish()
    await append(engine, [*told.entries, reply_entry(batch[0].incident, 1)])
    await append(engine, EscalatedIncident(new_incident_id()).all().walk.entries())
    for scene in SCENES_OF_RECOVERY:
        walk = TimedWalk(new_incident_id())
        scene(walk)
        await append(engine, walk.entries())
    await append(engine, walked_with_tasks(SCENES_OF_REMEDIATION[0], new_incident_id()).entries())
    await append(engine, reported_incident() + notified_threat())
    await record_deeds(engine, batch[0].incident)
    before = await dump(engine)
    seen: list[tuple[int, int]] = []
    total = await rebuild(engine, lambda done, of: seen.append((done, of)))
    assert await dump(engine) == before
    assert seen[-1] == (total, total)
    assert [name for name, rows in before.items() if not rows] == []


async def _attach_and_hold(engine: AsyncEngine, incident_id: str) -> None:
    new = NewAttachment(
        f"att-{uuid.uuid4()}", incident_id, b"a log", "text/plain", "A log", None, NOON
    )
    held = HoldRequest(incident_id, "claim-1", "A claim.", COMPLIANCE)
    async with engine.begin() as connection:
        await collect_attachment(connection, new, ROBIN, None)
        await place_hold(connection, held, HoldType.LEGAL)
        await lift_hold(connection, replace(held, actor=BOARD))


_ATTACKS = {
    "update": "UPDATE evidence.record SET kind = 'incident.closed'",
    "delete": "DELETE FROM evidence.record",
    "truncate": "TRUNCATE evidence.record",
    "truncate cascade": "TRUNCATE evidence.record CASCADE",
    "update artifact": "UPDATE evidence.artifact SET media_type = 'x'",
    "delete artifact": "DELETE FROM evidence.artifact",
}


@pytest.mark.parametrize("statement", _ATTACKS.values(), ids=_ATTACKS.keys())
async def test_the_application_cannot_change_evidence(
    engine: AsyncEngine, postgres: DatabaseUrls, statement: str
) -> None:
    """It has no such grant."""
    await append(engine, whole_incident())
    connection = await asyncpg.connect(postgres.application)
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await connection.execute(statement)
    await connection.close()


@pytest.mark.parametrize("replica", [False, True], ids=["plain", "as replica"])
@pytest.mark.parametrize("statement", _ATTACKS.values(), ids=_ATTACKS.keys())
async def test_a_superuser_is_stopped_by_the_guards(
    engine: AsyncEngine,
    postgres: DatabaseUrls,
    statement: str,
    replica: bool,  # noqa: FBT001 - a case
) -> None:
    """Not against a crime, but against every accident, under replication too."""
    await append(engine, whole_incident())
    connection = await asyncpg.connect(postgres.migration)
    if replica:
        await connection.execute("SET session_replication_role = replica")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        await connection.execute(statement)
    await connection.close()


_FORGERIES = {
    "disable the guard": "ALTER TABLE evidence.record DISABLE TRIGGER record_is_append_only",
    "drop the guard": "DROP TRIGGER record_is_append_only ON evidence.record",
    "replicate": "SET session_replication_role = replica",
    "make a token": (
        "INSERT INTO access.token (token_id, secret_hash, actor_id, roles)"
        " VALUES ('t', '', 'a', '{}')"
    ),
    "become the owner": "SET ROLE holdfast_owner",
    "read secrets of the server": "SELECT * FROM pg_authid",
}


@pytest.mark.parametrize("statement", _FORGERIES.values(), ids=_FORGERIES.keys())
async def test_the_application_cannot_get_around_the_guards(
    postgres: DatabaseUrls, statement: str
) -> None:
    """Least privilege."""
    connection = await asyncpg.connect(postgres.application)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    await connection.close()


async def test_nobody_can_back_date_an_entry(postgres: DatabaseUrls) -> None:
    """The database stamps the time, whatever it is told."""
    connection = await asyncpg.connect(postgres.application)
    transaction = connection.transaction()
    await transaction.start()
    recorded_at = await connection.fetchval(
        "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, recorded_at, body) VALUES ($1 || '#0', 'x', $1, 0, 'x', $2, $2, $3)"
        " RETURNING recorded_at",
        new_incident_id(),
        NOON,
        entry_bytes(_unused_entry()),
    )
    # Its columns differ from the record, as no writer's do: a check of the log would tell.
    await transaction.rollback()
    assert recorded_at > NOON
    await connection.close()


def _unused_entry() -> Entry:
    walk = Walk(new_incident_id())
    walk.to_triage()
    event: Event = walk.events[1]
    return entries(walk)[walk.events.index(event)]
