"""Who may do what to evidence: every role, every table of the log, every kind of change.

What records and artifacts allow for the sake of disposal is tried elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio

from holdfast.settings import Settings
from holdfast.stack.embedded_postgres import embedded_url
from tests.fresh_log import FreshLog, fresh_log

_FILL = """
    INSERT INTO evidence.artifact (digest, media_type, content)
        VALUES ('sha256:' || encode(sha256('a'), 'hex'), 'text/plain', 'a');
    INSERT INTO evidence.checkpoint_timestamp (size, authority, token) VALUES (300, 'a', 't');
    INSERT INTO evidence.checkpoint_cosignature (size, witness, line) VALUES (300, 'w', 'l');
    INSERT INTO evidence.checkpoint_delivery (channel, size) VALUES ('c', 300);
"""

# A change to each table that would matter, and one column by which a row is added.
_CHANGES = {
    "record": "kind = 'incident.closed'",
    "artifact": "media_type = 'text/html'",
    "pending": "position = position + 1000",
    "log_entry": "leaf = 'forged'",
    "incident_head": "seq = seq - 1",
    "tile": "hashes = sha256('forged')",
    "checkpoint": "note = 'forged'",
    "log_state": "root = sha256('forged')",
    "log_key": "from_size = from_size + 1",
    "checkpoint_timestamp": "token = 'forged'",
    "checkpoint_cosignature": "line = 'forged'",
    "checkpoint_delivery": "channel = 'forged'",
}


def statements(table: str) -> dict[str, str]:
    """Every kind of change to a table; the insert adds no row."""
    column = _CHANGES[table].split(" ")[0]
    name, change = f"evidence.{table}", _CHANGES[table]
    return {
        "INSERT": f"INSERT INTO {name} ({column}) SELECT {column} FROM {name} WHERE false",  # noqa: S608 - our own tables
        "UPDATE": f"UPDATE {name} SET {change}",  # noqa: S608 - as above
        "DELETE": f"DELETE FROM {name}",  # noqa: S608 - as above
        "TRUNCATE": f"TRUNCATE {name} CASCADE",
    }


_GRANTS = {
    "holdfast_app": {"INSERT": {"record", "artifact"}},
    "holdfast_sequencer": {
        "INSERT": set(_CHANGES) - {"record", "artifact", "pending"},
        "UPDATE": {"incident_head", "tile", "log_state"},
        "DELETE": {"pending"},
    },
    "holdfast_auditor": {},
}


@pytest_asyncio.fixture(scope="module")
async def full(template: None, settings: Settings) -> AsyncIterator[FreshLog]:
    """A log with a row in every table; what a test does to it is rolled back."""
    del template
    async with fresh_log(settings) as log:
        await log.write("INC-1", *range(300))
        await log.sequence()
        await log.write("INC-1", 300)
        async with log.connected(log.urls.migration) as superuser:
            await superuser.execute(_FILL)
        yield log


@pytest_asyncio.fixture
async def superuser(full: FreshLog) -> AsyncIterator[asyncpg.Connection]:
    """A superuser in a transaction that is rolled back."""
    async with full.connected(full.urls.migration) as connection:
        await connection.execute("BEGIN")
        yield connection


def url_of(log: FreshLog, settings: Settings, role: str) -> str:
    """Where a role reaches that log."""
    database = log.urls.migration.split("@/")[1].split("?")[0]
    return embedded_url(settings.state_folder, role, database)


async def permitted(connection: asyncpg.Connection, statement: str) -> bool:
    """Whether a statement passes the grants; a guard may still refuse it, and it is not kept."""
    await connection.execute("BEGIN")
    try:
        await connection.execute(statement)
    except asyncpg.InsufficientPrivilegeError as error:
        return "permission denied" not in str(error)
    finally:
        await connection.execute("ROLLBACK")
    return True


@pytest.mark.parametrize("table", _CHANGES)
@pytest.mark.parametrize("role", _GRANTS)
async def test_a_role_has_the_grants_it_needs_and_no_others(
    full: FreshLog, settings: Settings, role: str, table: str
) -> None:
    """Least privilege."""
    async with full.connected(url_of(full, settings, role)) as connection:
        may = {
            kind
            for kind, statement in statements(table).items()
            if await permitted(connection, statement)
        }
    assert may == {kind for kind, tables in _GRANTS[role].items() if table in tables}


_ACCIDENTS = [
    (table, kind)
    for table in _CHANGES
    for kind in ("UPDATE", "DELETE", "TRUNCATE")
    # The sequencer deletes what it has put into the log.
    if (table, kind) != ("pending", "DELETE")
]


@pytest.mark.parametrize("replica", [False, True], ids=["plain", "as replica"])
@pytest.mark.parametrize(("table", "kind"), _ACCIDENTS)
async def test_a_superuser_is_stopped_by_the_guards(
    superuser: asyncpg.Connection,
    table: str,
    kind: str,
    replica: bool,  # noqa: FBT001 - a case
) -> None:
    """Not against a crime, but against every accident, and under replication too."""
    assert await superuser.fetch(f"TABLE evidence.{table}"), "there is nothing to change"
    if replica:
        await superuser.execute("SET LOCAL session_replication_role = replica")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="is refused"):
        await superuser.execute(statements(table)[kind])


async def test_every_table_of_evidence_is_guarded(superuser: asyncpg.Connection) -> None:
    """A new one has to be, before this passes: UPDATE, DELETE and TRUNCATE meet a trigger always.

    What waits may be deleted, by the sequencer.
    """
    rows = await superuser.fetch("""
        SELECT c.relname AS table,
            bool_or(tgtype & 16 > 0) AS update,
            bool_or(tgtype & 8 > 0) AS delete,
            bool_or(tgtype & 32 > 0) AS truncate
        FROM pg_class c LEFT JOIN pg_trigger t ON tgrelid = c.oid AND tgenabled = 'A'
        WHERE relnamespace = 'evidence'::regnamespace AND relkind IN ('r', 'p')
        GROUP BY 1
    """)
    guarded = {row["table"]: (row["update"], row["delete"], row["truncate"]) for row in rows}
    assert set(_CHANGES) <= set(guarded)
    assert guarded.pop("pending") == (True, False, True)
    assert set(guarded.values()) == {(True, True, True)}, guarded


_OPEN_TILE = "UPDATE evidence.tile SET {} WHERE (level, number) = (0, 1)"
_FULL_TILE = "UPDATE evidence.tile SET {} WHERE (level, number) = (0, 0)"
_STATE = "UPDATE evidence.log_state SET {}"
_HEAD = "UPDATE evidence.incident_head SET {}"
_OTHER_START = "hashes = sha256('x') || substring(hashes FROM 33)"
_ONE_MORE = "hashes = hashes || sha256('x')"

_GROWTH = {
    "an open tile grows": _OPEN_TILE.format(_ONE_MORE),
    "the log grows": _STATE.format("size = size + 1, made_at = clock_timestamp()"),
    "a chain grows": _HEAD.format("seq = seq + 1"),
}
_NO_GROWTH = {
    "a tile is cut": _OPEN_TILE.format("hashes = substring(hashes FROM 1 FOR 32)"),
    "a hash of a tile is changed": _OPEN_TILE.format(_OTHER_START),
    "a tile grows by half a hash": _OPEN_TILE.format("hashes = hashes || 'x'"),
    "a tile moves": _OPEN_TILE.format("number = 2"),
    "a full tile grows": _FULL_TILE.format(_ONE_MORE),
    "a hash of a full tile is changed": _FULL_TILE.format(_OTHER_START),
    "the log stands still": _STATE.format("made_at = clock_timestamp()"),
    "the log shrinks": _STATE.format("size = size - 1, made_at = clock_timestamp()"),
    "the log goes back in time": _STATE.format("size = size + 1, made_at = made_at"),
    "the log is renamed": _STATE.format(
        "size = size + 1, made_at = clock_timestamp(), origin = 'x'"
    ),
    "there is a second log": (
        "INSERT INTO evidence.log_state (one, origin, size, root, made_at)"
        " VALUES (false, 'x', 0, sha256('x'), now())"
    ),
    "a chain is cut": _HEAD.format("seq = seq - 1"),
    "the end of a chain is changed": _HEAD.format("leaf_hash = sha256('x')"),
    "a chain is renamed": _HEAD.format("incident_id = 'x', seq = seq + 1"),
}
_REFUSED = (asyncpg.InsufficientPrivilegeError, asyncpg.CheckViolationError)


@pytest.mark.parametrize("statement", _GROWTH.values(), ids=_GROWTH.keys())
async def test_what_the_sequencer_moves_along_may_grow(full: FreshLog, statement: str) -> None:
    """Else the log would stand still."""
    async with full.connected(full.urls.sequencer) as connection:
        await connection.execute("BEGIN")
        assert await connection.execute(statement) == "UPDATE 1"


@pytest.mark.parametrize("statement", _NO_GROWTH.values(), ids=_NO_GROWTH.keys())
async def test_what_the_sequencer_moves_along_does_nothing_but_grow(
    full: FreshLog, statement: str
) -> None:
    """Its own grants do not let it shorten, rewrite or rename anything."""
    async with full.connected(full.urls.sequencer) as connection:
        await connection.execute("BEGIN")
        with pytest.raises(_REFUSED, match=r"is refused|violates check"):
            await connection.execute(statement)


_ESCAPES = {
    "disable a guard": "ALTER TABLE evidence.log_entry DISABLE TRIGGER log_entry_is_append_only",
    "drop a guard": "DROP TRIGGER tile_only_grows ON evidence.tile",
    "replace a guard": (
        "CREATE OR REPLACE FUNCTION evidence.refuse_change() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN RETURN NULL; END'"
    ),
    "replicate": "SET session_replication_role = replica",
    "turn off row security": "ALTER TABLE evidence.record DISABLE ROW LEVEL SECURITY",
    "widen a scope": "INSERT INTO access.auditor_scope VALUES (session_user, 'INC-1')",
    "become the owner": "SET ROLE holdfast_owner",
    "become the retention role": "SET ROLE holdfast_retention",
    "grant": "GRANT ALL ON ALL TABLES IN SCHEMA evidence TO PUBLIC",
    "add a table": "CREATE TABLE evidence.other ()",
    "read who people are": "SELECT * FROM access.identity",
    "read tokens": "SELECT * FROM access.token",
    "read keys of personal data": "SELECT * FROM personal.subject_key",
    "read secrets of the server": "SELECT * FROM pg_authid",
    "run a program": "COPY (SELECT 1) TO PROGRAM 'true'",
}


@pytest.mark.parametrize("statement", _ESCAPES.values(), ids=_ESCAPES.keys())
@pytest.mark.parametrize("role", ["holdfast_sequencer", "holdfast_auditor"])
async def test_no_role_of_the_log_can_get_around_its_guards(
    full: FreshLog, settings: Settings, role: str, statement: str
) -> None:
    """Least privilege; the application's are tried beside its own tests."""
    async with full.connected(url_of(full, settings, role)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
