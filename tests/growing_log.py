"""A log of a test's own in the real PostgreSQL, put into checkpoints when the test says so."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
from prometheus_client import CollectorRegistry
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.log.leaf import EVIDENCE_LOG
from holdfast.evidence.log.note import VerifierKey
from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.checkpoint_file import CheckpointFile
from holdfast.sequencer.metrics import SequencerMetrics
from holdfast.sequencer.rounds import Rounds
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.deeds import record_deed
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import open_log, sequence_batch
from tests.api_doors import own_installation
from tests.real_parts import free_port

__all__ = ["GrowingLog", "open_log_of", "own_log_settings", "record", "sequencing"]


async def own_log_settings(settings: Settings) -> Settings:
    """Make a database with an empty log, and a state folder with its first key."""
    own = await own_installation(settings)
    assert own.database_url is not None
    sequencer = own.database_url.replace("holdfast_app@", "holdfast_sequencer@")
    port = free_port()
    own = own.model_copy(
        update={"sequencer_database_url": sequencer, "sequencer_metrics_port": port}
    )
    LogKeys(own.log_keys_folder, own.log_origin).create_first()
    return own


async def record(engine: AsyncEngine, deed: str = "check") -> str:
    """Record a deed that concerns the log, and return the id of its entry."""
    async with engine.begin() as connection:
        event = Event(
            kind=EventKind.EVIDENCE_CHECKED,
            subject=Subject(type="evidence_log", id="main"),
            payload={"first": 0, "end": 1, "findings": []},
        )
        name = f"{deed}/{uuid.uuid4()}"
        return (await record_deed(connection, EVIDENCE_LOG, name, event)).id


@dataclass
class GrowingLog:
    """A log, with the rights of the application and of the sequencer."""

    settings: Settings
    keys: LogKeys
    application: AsyncEngine
    sequencer: AsyncEngine
    connection: asyncpg.Connection

    @property
    def known(self) -> list[VerifierKey]:
        """The keys that sign it."""
        return [signer.verifier for signer in self.keys.signers()]

    async def grow(self, records: int = 1, deed: str = "check") -> StoredCheckpoint:
        """Record, put it into the log, and return the checkpoint."""
        for _ in range(records):
            await record(self.application, deed)
        made = await sequence_batch(self.connection, self.keys.signers(), datetime.now(UTC))
        assert made is not None
        return made.checkpoint

    async def rows(self, table: str) -> Sequence[Any]:
        """All rows of a table of the log, smallest checkpoint first."""
        statement = text(f"SELECT * FROM evidence.{table} ORDER BY size")  # noqa: S608 - a test's own name
        async with self.sequencer.connect() as connection:
            return (await connection.execute(statement)).all()


@contextlib.asynccontextmanager
async def open_log_of(settings: Settings) -> AsyncIterator[GrowingLog]:
    """Open the log of these settings as its sequencer would."""
    urls = database_urls(settings)
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    connection = await asyncpg.connect(urls.sequencer)
    application, sequencer = create_engine(urls.application), create_engine(urls.sequencer)
    try:
        await open_log(connection, settings.log_origin, datetime.now(UTC))
        await register_keys(connection, [signer.verifier.vkey for signer in keys.signers()])
        yield GrowingLog(settings, keys, application, sequencer, connection)
    finally:
        await application.dispose()
        await sequencer.dispose()
        await connection.close()


@contextlib.asynccontextmanager
async def sequencing(settings: Settings) -> AsyncIterator[Rounds]:
    """Run a sequencer of these settings in this process, and wait until it leads."""
    rounds = Rounds(
        url=database_urls(settings).sequencer,
        keys=LogKeys(settings.log_keys_folder, settings.log_origin),
        interval=0.02,
        outside=CheckpointFile(settings.checkpoint_file),
        metrics=SequencerMetrics(settings.host, free_port(), CollectorRegistry()),
    )
    running = asyncio.create_task(rounds.run())
    leading = asyncio.create_task(rounds.leading.wait())
    try:
        await asyncio.wait({running, leading}, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            await running
        yield rounds
    finally:
        leading.cancel()
        running.cancel()
        await asyncio.gather(running, leading, return_exceptions=True)
