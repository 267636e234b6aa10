"""Records put into the log at once, where a test does not want to wait for a sequencer."""

from __future__ import annotations

from datetime import UTC, datetime

import asyncpg

from holdfast.evidence.log.note import VerifierKey
from holdfast.evidence.log_keys import LogKeys
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.log.log_keys import register_keys
from holdfast.store.log.sequencing import LARGEST_BATCH, open_log, sequence_batch

__all__ = ["log_verifiers", "sequence"]


def log_verifiers(settings: Settings) -> list[VerifierKey]:
    """The public halves of the keys that sign this installation's log."""
    signers = LogKeys(settings.log_keys_folder, settings.log_origin).signers()
    return [signer.verifier for signer in signers]


async def sequence(settings: Settings, *, limit: int = LARGEST_BATCH) -> int:
    """Put all that waits into the log, at most `limit` records a checkpoint; say how many."""
    keys = LogKeys(settings.log_keys_folder, settings.log_origin)
    keys.create_first()
    connection = await asyncpg.connect(database_urls(settings).sequencer)
    done = 0
    try:
        await open_log(connection, settings.log_origin, datetime.now(UTC))
        await register_keys(connection, [signer.verifier.vkey for signer in keys.signers()])
        while batch := await sequence_batch(connection, keys.signers(), datetime.now(UTC), limit):
            done += batch.leaves
    finally:
        await connection.close()
    return done
