"""What an auditor sees: all leaves, and of the records those of the incidents in scope."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from holdfast.settings import Settings
from holdfast.stack.embedded_postgres import embedded_url
from tests.fresh_log import FreshLog


@dataclass
class Auditor:
    """Somebody's own login, and who decides on its scope."""

    name: str
    connection: asyncpg.Connection
    superuser: asyncpg.Connection

    async def may_see(self, incident: str) -> None:
        """Take an incident into the auditor's scope."""
        await self.superuser.execute(
            "INSERT INTO access.auditor_scope VALUES ($1, $2)", self.name, incident
        )

    async def count(self, table: str) -> int:
        """How many rows of a table the auditor sees."""
        return len(await self.connection.fetch(f"TABLE {table}"))


@pytest_asyncio.fixture
async def auditor(log: FreshLog, settings: Settings) -> AsyncIterator[Auditor]:
    """An auditor of a log with two incidents, none of them in scope."""
    await log.write("INC-1", 0, 1, 2)
    await log.write("INC-2", 0, 1)
    await log.sequence()
    name = f"auditor_{secrets.token_hex(4)}"
    database = log.urls.migration.split("@/")[1].split("?")[0]
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute(f"CREATE ROLE {name} LOGIN IN ROLE holdfast_auditor")
        try:
            url = embedded_url(settings.state_folder, name, database)
            async with log.connected(url) as connection:
                yield Auditor(name, connection, superuser)
        finally:
            await superuser.execute(f"DROP ROLE {name}")


async def test_an_auditor_sees_no_record_without_a_scope(auditor: Auditor) -> None:
    """Nothing is seen by default, of no incident."""
    assert await auditor.count("evidence.record") == 0


async def test_an_auditor_sees_the_records_in_scope_and_no_others(auditor: Auditor) -> None:
    """Exactly the incident's, with their content; one more when one more is granted."""
    await auditor.may_see("INC-2")
    rows = await auditor.connection.fetch("SELECT incident_id, body FROM evidence.record")
    assert [row["incident_id"] for row in rows] == ["INC-2", "INC-2"]
    assert all(row["body"] for row in rows)
    await auditor.may_see("INC-1")
    assert await auditor.count("evidence.record") == 5


async def test_a_scope_is_one_auditor_s_own(auditor: Auditor) -> None:
    """Another's gives nothing, and is not seen."""
    await auditor.superuser.execute("INSERT INTO access.auditor_scope VALUES ('other', 'INC-1')")
    await auditor.may_see("INC-2")
    assert await auditor.count("access.auditor_scope") == 1
    assert await auditor.count("evidence.record") == 2


@pytest.mark.parametrize(
    "attempt",
    [
        "SET ROLE holdfast_auditor",
        "SET SESSION row_security = off",
        "SET LOCAL search_path = pg_temp",
        "CREATE TEMP TABLE auditor_scope AS SELECT 'INC-1' AS incident_id",
    ],
)
async def test_no_trick_of_the_session_widens_the_scope(auditor: Auditor, attempt: str) -> None:
    """The scope is that of who logged in, whatever role or setting is taken on."""
    await auditor.may_see("INC-2")
    await auditor.connection.execute("BEGIN")
    await auditor.connection.execute(attempt)
    try:
        seen = await auditor.count("evidence.record")
    except asyncpg.InsufficientPrivilegeError:
        return
    assert seen == 2


@pytest.mark.parametrize(
    ("table", "rows"),
    [("log_entry", 5), ("tile", 1), ("checkpoint", 1), ("log_state", 1), ("log_key", 1)],
)
async def test_an_auditor_sees_the_whole_log(auditor: Auditor, table: str, rows: int) -> None:
    """Leaves carry no content; only who sees them all sees that none is missing."""
    assert await auditor.count(f"evidence.{table}") == rows


@pytest.mark.parametrize(
    "table",
    [
        "evidence.artifact",
        "evidence.pending",
        "projection.timeline",
        "projection.incident",
        "intake.delivery",
        "intake.outbox",
        "access.identity",
        "personal.subject_key",
    ],
)
async def test_an_auditor_sees_nothing_else(auditor: Auditor, table: str) -> None:
    """Content outside of the scope is not to be had by another way."""
    await auditor.may_see("INC-1")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await auditor.count(table)
