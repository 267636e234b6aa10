"""A log of a test's own: a database on the tests' server that no other test sees or disturbs."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.domain.values import canonical_json, rfc3339
from holdfast.evidence.entry import ENTRY_VERSION
from holdfast.evidence.key_files import create_key_file
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.log_keys import LogKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.stack.embedded_postgres import embedded_url
from holdfast.store import migrate
from holdfast.store.database import create_engine
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import SequencedBatch, open_log, sequence_batch
from tests.log_oracle import assert_log_is_sound
from tests.naive_log import assert_naively_sound

__all__ = [
    "ORIGIN",
    "SIGNER",
    "FreshLog",
    "fresh_database",
    "fresh_log",
    "keys_in",
    "prepare_template",
    "urls_of",
    "write_within",
]

ORIGIN = "tests.example/log"
_SEED = b"\x01" * 32
SIGNER = NoteSigner(ORIGIN, Ed25519PrivateKey.from_private_bytes(_SEED))

_TEMPLATE = "holdfast_template"
_INSERT = """
    INSERT INTO evidence.record
        (entry_id, incident_id, workflow_id, sequence, kind, occurred_at, body)
    SELECT writer || '#0', $1, writer, 0, $2, $3, convert_to(body, 'UTF8')
    FROM unnest($4::text[], $5::text[]) AS written (writer, body)
"""
_KIND = "test.written"


def urls_of(settings: Settings, database: str) -> DatabaseUrls:
    """Return the URLs of a database on the tests' server."""
    roles = ("holdfast_app", "postgres", "holdfast_sequencer")
    application, migration, sequencer = (
        embedded_url(settings.state_folder, role, database) for role in roles
    )
    return DatabaseUrls(application=application, migration=migration, sequencer=sequencer)


@contextlib.asynccontextmanager
async def fresh_database(settings: Settings, template: str | None = None) -> AsyncIterator[str]:
    """Create a database, as a copy of another if one is named; drop it in the end."""
    name = f"test_{secrets.token_hex(6)}"
    server = await asyncpg.connect(urls_of(settings, "postgres").migration)
    try:
        copied = "" if template is None else f" TEMPLATE {template}"
        await server.execute(f"CREATE DATABASE {name}{copied}")
        yield name
    finally:
        await server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await server.close()


def keys_in(folder: Path) -> LogKeys:
    """Put the key of every log of a test into a folder, as a sequencer finds it."""
    create_key_file(folder / "0001.ed25519", _SEED)
    return LogKeys(folder, ORIGIN)


@dataclass
class FreshLog:
    """A log that is open, and empty to begin with."""

    urls: DatabaseUrls

    async def write(self, incident: str, *numbers: int) -> list[str]:
        """Record entries of an incident in one transaction; return their ids."""
        async with self.connected(self.urls.application) as connection:
            return await write_within(connection, incident, *numbers)

    async def sequence(
        self,
        connection: asyncpg.Connection | None = None,
        *,
        limit: int = 10_000,
        signers: Sequence[NoteSigner] = (SIGNER,),
        now: datetime | None = None,
    ) -> SequencedBatch | None:
        """Put one batch into the log, through a connection of its own unless one is given."""
        moment = now or datetime.now(UTC)
        if connection is not None:
            return await sequence_batch(connection, signers, moment, limit)
        async with self.connected(self.urls.sequencer) as own:
            return await sequence_batch(own, signers, moment, limit)

    async def logged(self) -> list[str]:
        """Return the ids of the records in the log, in its order."""
        async with self.connected(self.urls.migration) as connection:
            rows = await connection.fetch("SELECT entry_id FROM evidence.log_entry ORDER BY index")
        return [row["entry_id"] for row in rows]

    async def assert_sound(self, *signers: NoteSigner) -> int:
        """Hold the whole log against its records; return how many leaves it has.

        Where no keys are named, those of the log alone have signed it, and `holdfast fsck` must
        find it sound as well.
        """
        known = [signer.verifier for signer in signers or (SIGNER,)]
        leaves = await assert_naively_sound(self.urls.migration, known)
        if not signers:
            engine = create_engine(self.urls.migration, pool_size=1)
            try:
                await assert_log_is_sound(engine, known)
            finally:
                await engine.dispose()
        return leaves

    @contextlib.asynccontextmanager
    async def connected(
        self, url: str, connection_class: type[asyncpg.Connection] = asyncpg.Connection
    ) -> AsyncIterator[asyncpg.Connection]:
        """Connect; what was left open on the connection is rolled back in the end."""
        connection = await asyncpg.connect(url, connection_class=connection_class)
        try:
            yield connection
        finally:
            connection.terminate()


async def write_within(connection: asyncpg.Connection, incident: str, *numbers: int) -> list[str]:
    """Record entries of an incident in the connection's transaction; return their ids.

    Each has a writer of its own, named after the incident and the number.
    """
    now = datetime.now(UTC)
    writers = [f"note/{incident}-{number}" for number in numbers]
    bodies = [
        canonical_json(
            {
                "v": ENTRY_VERSION,
                "id": f"{writer}#0",
                "incident": incident,
                "workflow": writer,
                "sequence": 0,
                "kind": _KIND,
                "occurred_at": rfc3339(now),
            }
        ).decode()
        for writer in writers
    ]
    await connection.execute(_INSERT, incident, _KIND, now, writers, bodies)
    return [f"{writer}#0" for writer in writers]


@contextlib.asynccontextmanager
async def fresh_log(settings: Settings) -> AsyncIterator[FreshLog]:
    """Make a log of a test's own."""
    async with fresh_database(settings, _TEMPLATE) as name:
        log = FreshLog(urls_of(settings, name))
        async with log.connected(log.urls.sequencer) as connection:
            await open_log(connection, ORIGIN, datetime.now(UTC))
            await register_keys(connection, [SIGNER.verifier.vkey])
        yield log


async def prepare_template(settings: Settings) -> None:
    """Migrate a database that every log of a test is a copy of: faster than migrating each."""
    server = await asyncpg.connect(urls_of(settings, "postgres").migration)
    try:
        await server.execute(f"CREATE DATABASE {_TEMPLATE}")
    finally:
        await server.close()
    await migrate.upgrade(urls_of(settings, _TEMPLATE).migration)
