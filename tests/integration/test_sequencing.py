"""Putting records into the log: what is committed is sequenced, once, in order, whatever fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import pytest_asyncio
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.evidence.log_keys import LogKeys
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.evidence.log.proof_file import verify_proof_file
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.evidence import append
from holdfast.store.log.leaves import leaves_of_incident
from holdfast.store.log.proofs import inclusion_proofs
from holdfast.store.log.sequencing import open_log, sequence_batch
from tests.integration.test_evidence_store import whole_incident


@pytest_asyncio.fixture
async def sequencer(postgres: DatabaseUrls) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the rights of the sequencer."""
    connection = await asyncpg.connect(postgres.sequencer)
    yield connection
    await connection.close()


async def test_it_works(
    engine: AsyncEngine, sequencer: asyncpg.Connection, settings: Settings
) -> None:
    """Smoke."""
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    keys.create_first()
    batch = whole_incident()
    await append(engine, batch)
    await open_log(sequencer, settings.log_origin, datetime.now(UTC))
    made = await sequence_batch(sequencer, keys.signers(), datetime.now(UTC))
    assert made is not None
    known = [signer.verifier for signer in keys.signers()]
    assert open_checkpoint(made.checkpoint.note, known).size == made.checkpoint.size
    async with engine.connect() as connection:
        leaves = await leaves_of_incident(connection, batch[0].incident, made.checkpoint.size)
        assert len(leaves) == len(batch)
        proofs = await inclusion_proofs(connection, [x.index for x in leaves], made.checkpoint)
    for leaf, proof in zip(leaves, proofs, strict=True):
        assert verify_proof_file(proof.text, leaf.leaf_hash, known)
