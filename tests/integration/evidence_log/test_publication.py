"""Waiting until a record is published: it is in the log, under a checkpoint, and provable."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import Fatal, NotFound, Unavailable
from holdfast.evidence.log.merkle import verify_consistency
from holdfast.evidence.log.proof_file import verify_proof_file
from holdfast.store.database import create_engine
from holdfast.store.log.checkpoints import (
    checkpoint_covering,
    checkpoint_of_size,
    latest_checkpoint,
)
from holdfast.store.log.leaves import find_leaf, leaves_between, leaves_of_incident
from holdfast.store.log.proofs import consistency_proof, inclusion_proofs
from holdfast.store.log.publication import await_published
from tests.fresh_log import SIGNER, FreshLog

_SOON = timedelta(milliseconds=60)
_PATIENTLY = timedelta(seconds=20)


@pytest_asyncio.fixture
async def engine(log: FreshLog) -> AsyncIterator[AsyncEngine]:
    """An engine on the test's log, with the rights of the application."""
    engine = create_engine(log.urls.application)
    yield engine
    await engine.dispose()


async def test_a_record_is_published_once_its_checkpoint_stands(
    log: FreshLog, engine: AsyncEngine
) -> None:
    """Who waits is told leaf and checkpoint; who asks later, the same."""
    (record,) = await log.write("INC-1", 0)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(await_published(engine, record, _PATIENTLY))
        await log.sequence()
    published = waiting.result()
    assert (published.leaf.entry_id, published.leaf.index) == (record, 0)
    assert published.checkpoint.size == 1
    await log.write("INC-1", 1)
    await log.sequence()
    assert await await_published(engine, record, _SOON) == published


async def test_without_a_sequencer_waiting_ends(log: FreshLog, engine: AsyncEngine) -> None:
    """The record stands, and may be published later."""
    (record,) = await log.write("INC-1", 0)
    with pytest.raises(Unavailable, match="is the sequencer running"):
        await await_published(engine, record, _SOON)
    await log.sequence()
    assert (await await_published(engine, record, _SOON)).leaf.entry_id == record


async def test_a_leaf_under_no_checkpoint_is_fatal(log: FreshLog, engine: AsyncEngine) -> None:
    """It is never waited for: both are written in one transaction."""
    (record,) = await log.write("INC-1", 0)
    await log.sequence()
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute("ALTER TABLE evidence.checkpoint DISABLE TRIGGER ALL")
        await superuser.execute("DELETE FROM evidence.checkpoint")
    with pytest.raises(Fatal, match="no checkpoint covers it"):
        await await_published(engine, record, _PATIENTLY)


async def grow(log: FreshLog) -> None:
    """A log of 600 leaves in 12 checkpoints, across the borders of tiles."""
    for first in range(0, 600, 50):
        await log.write(f"INC-{first % 3}", *range(first, first + 50))
        await log.sequence()


async def test_every_leaf_is_proved_under_every_checkpoint(
    log: FreshLog, engine: AsyncEngine
) -> None:
    """By the stored tiles, which have grown since; in the leaf's own file."""
    await grow(log)
    async with engine.connect() as connection:
        leaves = await leaves_between(connection, 0, 600)
        for size in (50, 300, 600):
            checkpoint = await checkpoint_of_size(connection, size)
            proofs = await inclusion_proofs(connection, range(size), checkpoint)
            for leaf, proof in zip(leaves, proofs, strict=False):
                assert verify_proof_file(proof.text, leaf.leaf_hash, [SIGNER.verifier])
            with pytest.raises(ValueError, match="no leaf"):
                await inclusion_proofs(connection, [size], checkpoint)


async def test_every_checkpoint_is_proved_to_have_grown_out_of_every_earlier_one(
    log: FreshLog, engine: AsyncEngine
) -> None:
    """By the stored tiles."""
    await grow(log)
    async with engine.connect() as connection:
        checkpoints = [await checkpoint_of_size(connection, at) for at in range(50, 601, 50)]
        for number, new in enumerate(checkpoints):
            for old in checkpoints[: number + 1]:
                proof = await consistency_proof(connection, old, new)
                assert verify_consistency(old.size, new.size, old.root, new.root, proof)
        with pytest.raises(ValueError, match="cannot have grown"):
            await consistency_proof(connection, checkpoints[1], checkpoints[0])


async def test_leaves_and_checkpoints_are_found(log: FreshLog, engine: AsyncEngine) -> None:
    """By number, by record, by incident as of a size."""
    async with engine.connect() as connection:
        assert await latest_checkpoint(connection) is None
        assert await find_leaf(connection, "nobody#0") is None
    await grow(log)
    async with engine.connect() as connection:
        latest = await latest_checkpoint(connection)
        assert latest is not None
        assert latest.size == 600
        covering = await checkpoint_covering(connection, 50)
        assert covering is not None
        assert covering.size == 100
        assert await checkpoint_covering(connection, 600) is None
        chain = await leaves_of_incident(connection, "INC-2", 300)
        assert [leaf.incident_seq for leaf in chain] == list(range(100))
        with pytest.raises(NotFound, match="no checkpoint of size 7 was ever signed"):
            await checkpoint_of_size(connection, 7)
