"""Whether an entry costs the same in a log of ten thousand and of five million."""

from __future__ import annotations

import statistics
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from benchmarks.evidence_log.database import RAW, RECORD, RecordRow, log_keys, record_rows
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.log.sequencing import open_log, sequence_batch

__all__ = ["Cost", "fill", "measure_growth", "sequence_all"]

_COLUMNS = ("entry_id", "incident_id", "workflow_id", "sequence", "kind", "occurred_at", "body")
_SLICE = 10_000
_SAMPLE = 4_000
_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Cost:
    """At a size of the log: microseconds to record a row and to insert a raw one; leaves/s."""

    size: int
    record: float
    raw: float
    leaves_per_second: float


async def measure_growth(settings: Settings, sizes: Sequence[int]) -> AsyncIterator[Cost]:
    """Fill the log to each of these sizes in turn, and measure there."""
    urls = database_urls(settings)
    owner = await asyncpg.connect(urls.migration)
    writer = await asyncpg.connect(urls.application)
    await sequence_all(settings)
    for size in sizes:
        while (missing := size - await owner.fetchval("SELECT size FROM evidence.log_state")) > 0:
            await fill(owner, list(record_rows(min(missing, _SLICE))))
            await sequence_all(settings)
        await owner.execute("CHECKPOINT")
        await owner.execute("ANALYZE evidence.record")
        record, raw = await _cost_of_rows(writer)
        await fill(owner, list(record_rows(_BATCH)))
        leaves, seconds = await sequence_all(settings)
        yield Cost(size, record, raw, leaves / seconds)
    await owner.close()
    await writer.close()


async def _cost_of_rows(writer: asyncpg.Connection) -> tuple[float, float]:
    """Return median microseconds a record and a raw row, in alternating slices."""
    insert, floor = await writer.prepare(RECORD), await writer.prepare(RAW)
    rows = list(record_rows(_SAMPLE))
    recorded, raw = list[float](), list[float]()
    for row in rows:
        started = time.perf_counter()
        await floor.fetch(row[0], row[-1])
        between = time.perf_counter()
        await insert.fetch(*row)
        recorded.append((time.perf_counter() - between) * 1e6)
        raw.append((between - started) * 1e6)
    return statistics.median(recorded), statistics.median(raw)


async def fill(owner: asyncpg.Connection, rows: list[RecordRow]) -> None:
    """Record many rows at once, as the owner."""
    await owner.copy_records_to_table(
        "record", schema_name="evidence", columns=_COLUMNS, records=rows
    )


async def sequence_all(settings: Settings) -> tuple[int, float]:
    """Put everything that waits into the log; return how many leaves, in how many seconds."""
    signers = log_keys(settings).signers()
    connection = await asyncpg.connect(database_urls(settings).sequencer)
    await open_log(connection, settings.log_origin, datetime.now(UTC))
    leaves, started = 0, time.perf_counter()
    while (batch := await sequence_batch(connection, signers, datetime.now(UTC))) is not None:
        leaves += batch.leaves
    seconds = time.perf_counter() - started
    await connection.close()
    return leaves, seconds
