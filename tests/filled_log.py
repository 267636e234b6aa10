"""A log with a bit of everything, in a database of its own: to be checked, and tampered with."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.evidence.log.note import VerifierKey
from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.sequencer.checkpoint_file import CheckpointFile
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.deeds import record_deed
from holdfast.store.evidence import append
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import open_log, sequence_batch
from holdfast.store.policies import store_policies
from tests.api_doors import own_installation
from tests.closed_incidents import new_closed_incident
from tests.disposals import attach, disposed
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import entries
from tests.rulebook import POLICIES
from tests.sequenced import log_verifiers, sequence
from tests.walk import Walk

__all__ = ["FilledLog", "fill_log"]

_BATCHES = (1, 2, 13, 70, 3, 40, 90)
"""Leaves a checkpoint, again and again: some within a tile, some over its end."""

_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class FilledLog:
    """Where it is, who may read it, and which keys have signed it."""

    settings: Settings
    urls: DatabaseUrls
    engine: AsyncEngine
    known: tuple[VerifierKey, ...]


async def fill_log(settings: Settings, incidents: int = 8) -> FilledLog:
    """Make a log of more than a full tile: incidents side by side, deeds, one disposal, a queue."""
    own = await own_installation(settings)
    urls = database_urls(own)
    engine = create_engine(urls.application)
    await store_policies(engine, POLICIES)
    await _write_incidents(engine, incidents)
    await _seal_something(engine)
    await _sequence_in_batches(own)
    ripe = await new_closed_incident(engine, own)
    await attach(engine, ripe.incident_id, b"a log file")
    await sequence(own)
    await disposed(engine, ripe.incident_id)
    await sequence(own)
    connection = await asyncpg.connect(urls.sequencer)
    await CheckpointFile(own.checkpoint_file).catch_up(connection)
    await connection.close()
    await _write_incidents(engine, 1)
    return FilledLog(own, urls, engine, tuple(log_verifiers(own)))


async def _write_incidents(engine: AsyncEngine, count: int) -> None:
    """Write incidents that go on side by side, some entries of each at a time."""
    walks = [Walk(new_incident_id()) for _ in range(count)]
    for walk in walks:
        walk.to_closed()
    waiting = [entries(walk) for walk in walks]
    while any(waiting):
        for each in waiting:
            if each:
                await append(engine, each[:_AT_ONCE])
                del each[:_AT_ONCE]


async def _seal_something(engine: AsyncEngine) -> None:
    key = SubjectKey.generate("subject-1")
    event = Event(
        kind=EventKind.PERSONAL_DATA_DISCLOSED,
        subject=Subject(type="incident", id="INC-1"),
        payload={"purpose": "A call back."},
        sealed={"name": key.seal("s-1", "name", "Robin")},
    )
    async with engine.begin() as connection:
        await record_deed(connection, new_incident_id(), f"disclosure/{uuid.uuid4()}", event)


async def _sequence_in_batches(settings: Settings) -> None:
    """Put what waits into the log under checkpoints of many sizes."""
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    keys.create_first()
    connection = await asyncpg.connect(database_urls(settings).sequencer)
    await open_log(connection, settings.log_origin, datetime.now(UTC))
    await register_keys(connection, [signer.verifier.vkey for signer in keys.signers()])
    for limit in cycle(_BATCHES):
        if not await sequence_batch(connection, keys.signers(), datetime.now(UTC), limit):
            break
    await connection.close()
