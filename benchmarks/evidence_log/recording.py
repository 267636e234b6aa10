"""Recording under load: as fast as it goes, and paced; beside the raw insert in turn (A B A)."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from benchmarks.evidence_log.database import RAW, RECORD, record_rows

__all__ = ["Paced", "measure_paced", "measure_rate", "percentile"]

_SECONDS = 2.0
_ROUNDS = 5

_PUBLISHED = """
    SELECT extract(epoch FROM c.made_at - r.recorded_at)::float8 * 1000 AS ms
    FROM evidence.record r
    JOIN evidence.log_entry e USING (entry_id)
    CROSS JOIN LATERAL (
        SELECT made_at FROM evidence.checkpoint WHERE size > e.index ORDER BY size LIMIT 1
    ) c
    WHERE r.workflow_id = $1
"""

Statement = tuple[str, Callable[[int], Iterator[tuple[Any, ...]]]]


def _raw_rows(count: int) -> Iterator[tuple[Any, ...]]:
    return ((row[0], row[-1]) for row in record_rows(count))


_RAW: Statement = (RAW, _raw_rows)
_RECORD: Statement = (RECORD, record_rows)


async def measure_rate(url: str, connections: int) -> tuple[float, float, float]:
    """Return rows per second recorded and raw, and the median ratio of the paired rounds."""
    ours, floor, ratios = [], [], []
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    async with pool:
        for _ in range(_ROUNDS):
            before = await _saturate(pool, connections, _RAW)
            mine = await _saturate(pool, connections, _RECORD)
            after = await _saturate(pool, connections, _RAW)
            ours.append(mine)
            floor.append((before + after) / 2)
            ratios.append(mine / floor[-1])
    return statistics.median(ours), statistics.median(floor), statistics.median(ratios)


async def _saturate(pool: asyncpg.Pool, connections: int, statement: Statement) -> float:
    sql, rows = statement
    prepared = list(rows(40_000 if connections > 1 else 15_000))
    work = iter(prepared)
    stop = time.monotonic() + _SECONDS
    done = 0

    async def one() -> None:
        nonlocal done
        async with pool.acquire() as connection:
            insert = await connection.prepare(sql)
            for row in work:
                await insert.fetch(*row)
                done += 1
                if time.monotonic() > stop:
                    return

    started = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return done / (time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class Paced:
    """Latencies in milliseconds at an offered rate."""

    raw: Sequence[float]
    recorded: Sequence[float]
    published: Sequence[float]


async def measure_paced(url: str, per_second: int, seconds: float = 4.0) -> Paced:
    """Offer rows at a steady rate over 16 connections; also, how long until published."""
    raw, recorded, published = list[float](), list[float](), list[float]()
    pool = await asyncpg.create_pool(url, min_size=16, max_size=16)
    async with pool:
        for _ in range(_ROUNDS):
            raw += await _offer(pool, _RAW, list(_raw_rows(int(per_second * seconds))), per_second)
            rows = list(record_rows(int(per_second * seconds)))
            recorded += await _offer(pool, _RECORD, rows, per_second)
            await asyncio.sleep(1)
            published += [row["ms"] for row in await pool.fetch(_PUBLISHED, rows[0][2])]
    return Paced(raw, recorded, published)


async def _offer(
    pool: asyncpg.Pool, statement: Statement, rows: list[tuple[Any, ...]], per_second: int
) -> list[float]:
    loop = asyncio.get_running_loop()
    started, took = loop.time(), list[float]()

    async def one(number: int, row: tuple[Any, ...]) -> None:
        due = started + number / per_second
        await asyncio.sleep(max(0.0, due - loop.time()))
        async with pool.acquire() as connection:
            await connection.fetch(statement[0], *row)
        # From when it was offered: waiting for a connection counts (no coordinated omission).
        took.append((loop.time() - due) * 1_000)

    await asyncio.gather(*(one(number, row) for number, row in enumerate(rows)))
    return took


def percentile(values: Sequence[float], quantile: int) -> float:
    """Return that percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[quantile - 1]
