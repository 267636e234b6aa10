"""No record can be left out of the log, whoever writes it and however."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from tests.fresh_log import FreshLog, write_within


@pytest_asyncio.fixture
async def application(log: FreshLog) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the application."""
    async with log.connected(log.urls.application) as connection:
        yield connection


@pytest_asyncio.fixture
async def superuser(log: FreshLog) -> AsyncIterator[asyncpg.Connection]:
    """A connection with all rights."""
    async with log.connected(log.urls.migration) as connection:
        yield connection


_PREPARATIONS = {
    "plainly": "SELECT 1",
    "as the owner of the tables": "SET ROLE holdfast_owner",
    "as a replica": "SET session_replication_role = replica",
}


@pytest.mark.parametrize("preparation", _PREPARATIONS.values(), ids=_PREPARATIONS.keys())
async def test_what_a_superuser_inserts_waits_as_well(
    log: FreshLog, superuser: asyncpg.Connection, preparation: str
) -> None:
    """Nobody who writes by hand has to remember it."""
    await superuser.execute(preparation)
    written = await write_within(superuser, "INC-1", 0, 1)
    assert await log.sequence() is not None
    assert await log.logged() == written


async def test_what_a_superuser_copies_in_waits_as_well(
    log: FreshLog, superuser: asyncpg.Connection
) -> None:
    """COPY is another way into a table; the application does not have it."""
    columns = ("entry_id", "incident_id", "workflow_id", "sequence", "kind", "occurred_at", "body")
    now = await superuser.fetchval("SELECT now()")
    await superuser.copy_records_to_table(
        "record",
        schema_name="evidence",
        columns=columns,
        records=[(f"w#{number}", "INC-1", "w", number, "k", now, b"{}") for number in range(3)],
    )
    assert await log.sequence() is not None
    assert await log.logged() == ["w#0", "w#1", "w#2"]


async def test_what_stands_already_does_not_wait_again(
    log: FreshLog, application: asyncpg.Connection
) -> None:
    """A retried append adds nothing."""
    await log.write("INC-1", 0)
    await application.execute(
        "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, body) SELECT entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, body FROM evidence.record ON CONFLICT DO NOTHING"
    )
    assert len(await application.fetch("SELECT FROM evidence.pending")) == 1


_ATTACKS = {
    "a table before ours": (
        "CREATE TEMP TABLE pending (position bigint, entry_id text);"
        "CREATE TEMP TABLE added (position bigint, entry_id text, incident_id text, kind text,"
        " body bytea);"
        "SET search_path = pg_temp, evidence, pg_catalog"
    ),
    "a type and an operator before the database's": (
        "SET search_path = pg_temp, evidence, pg_catalog;"
        "CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (false);"
        "CREATE FUNCTION pg_temp.clock_timestamp() RETURNS timestamptz LANGUAGE sql"
        " AS 'SELECT ''epoch''::timestamptz'"
    ),
    "no path at all": "SET search_path = ''",
}


@pytest.mark.parametrize("attack", _ATTACKS.values(), ids=_ATTACKS.keys())
async def test_no_search_path_leads_a_record_astray(
    log: FreshLog, application: asyncpg.Connection, attack: str
) -> None:
    """The trigger looks nothing up where its caller could have put something else."""
    await application.execute(attack)
    await application.execute(
        "INSERT INTO evidence.record (entry_id, incident_id, workflow_id, sequence, kind,"
        " occurred_at, body) VALUES ('w#0', 'INC-1', 'w', 0, 'k', now(), '{}')"
    )
    assert await log.sequence() is not None
    assert await log.logged() == ["w#0"]


_ESCAPES = {
    "take it out": "DELETE FROM evidence.pending",
    "let another wait in its place": "UPDATE evidence.pending SET entry_id = 'x'",
    "let what is no record wait": "INSERT INTO evidence.pending VALUES (-1, 'x#0')",
    "turn the trigger off": "ALTER TABLE evidence.record DISABLE TRIGGER record_waits_for_log",
    "drop the trigger": "DROP TRIGGER record_waits_for_log ON evidence.record",
    "put a trigger before it": (
        "CREATE TRIGGER a BEFORE INSERT ON evidence.record FOR EACH ROW"
        " EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "put a rule before it": "CREATE RULE r AS ON INSERT TO evidence.record DO INSTEAD NOTHING",
    "use the trigger on a table of its own": (
        "CREATE TEMP TABLE t (position bigint, entry_id text); CREATE TRIGGER a AFTER INSERT ON t"
        " REFERENCING NEW TABLE AS added FOR EACH STATEMENT"
        " EXECUTE FUNCTION evidence.queue_for_log()"
    ),
    "write a leaf itself": (
        "INSERT INTO evidence.log_entry (index, entry_id, incident_id, incident_seq, leaf)"
        " VALUES (0, 'w#0', 'INC-1', 0, '{}')"
    ),
    "write a checkpoint itself": (
        "INSERT INTO evidence.checkpoint VALUES (1, sha256('x'), 'x', now())"
    ),
    "move the log": "UPDATE evidence.log_state SET size = 1000",
    "become the sequencer": "SET ROLE holdfast_sequencer",
}


@pytest.mark.parametrize("statement", _ESCAPES.values(), ids=_ESCAPES.keys())
async def test_the_application_cannot_keep_a_record_out_of_the_log(
    log: FreshLog, application: asyncpg.Connection, statement: str
) -> None:
    """Nor put anything into it by another way."""
    written = await log.write("INC-1", 0)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await application.execute(statement)
    assert await log.sequence() is not None
    assert await log.logged() == written
