"""Measures the evidence log and prints one table: each figure as a ratio to its floor or limit.

    python -m benchmarks.evidence_log [LARGEST]

`LARGEST` is the size up to which the log is grown, 100,000 unless given; the published figures go
to 5,000,000, which takes some ten minutes and ten gigabytes.
"""

from __future__ import annotations

import asyncio
import os
import platform as machine
import sys
import time
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from benchmarks.evidence_log.checking import measure_fsck, measure_hashing
from benchmarks.evidence_log.database import database, sequencer
from benchmarks.evidence_log.growth import measure_growth
from benchmarks.evidence_log.recording import measure_paced, measure_rate, percentile
from benchmarks.evidence_log.taking_home import measure_bundle
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls

_SIZES = (10_000, 100_000, 1_000_000, 5_000_000)
_MOST_PUBLISHED_AFTER = 500
_WANTED_LEAVES = 20_000

_console = Console(width=140)


def _row(table: Table, what: str, ours: str, floor: str, ratio: float, wanted: str) -> None:
    table.add_row(what, ours, floor, f"{ratio:.2f}", wanted)
    _console.print(f"{what}: {ours} against {floor}, ratio {ratio:.2f} {wanted}")


async def _recording(settings: Settings, table: Table) -> float:
    url = database_urls(settings).application
    rate = 0.0
    for connections in (1, 8, 32):
        ours, floor, ratio = await measure_rate(url, connections)
        rate = max(rate, ours)
        what = f"recorded per second, {connections} connection(s)"
        _row(table, what, f"{ours:,.0f}/s", f"{floor:,.0f}/s", ratio, "≥ 0.6")
    paced = await measure_paced(url, 1_000)
    mine, raw = percentile(paced.recorded, 99), percentile(paced.raw, 99)
    _row(table, "p99 at 1,000/s offered", f"{mine:.1f} ms", f"{raw:.1f} ms", mine / raw, "≤ 2")
    late = percentile(paced.published, 99)
    _row(
        table,
        "recorded to signed checkpoint, p99",
        f"{late:.0f} ms",
        f"{_MOST_PUBLISHED_AFTER} ms",
        late / _MOST_PUBLISHED_AFTER,
        "≤ 1",
    )
    return rate


async def _growth(settings: Settings, table: Table, largest: int, rate: float) -> None:
    first = None
    sizes = [size for size in _SIZES if size <= largest]
    async for cost in measure_growth(settings, sizes):
        first = first or cost
        _row(
            table,
            f"cost of a record at {cost.size:,} entries, less raw",
            f"{cost.record:,.0f} µs ({cost.raw:,.0f} raw)",
            f"{first.record:,.0f} µs ({first.raw:,.0f} raw)",
            (cost.record / cost.raw) / (first.record / first.raw),
            "0.8 to 1.2",
        )
        _row(
            table,
            f"sequencer alone at {cost.size:,} entries",
            f"{cost.leaves_per_second:,.0f}/s",
            f"{_WANTED_LEAVES:,}/s, or 4 times {rate:,.0f}/s",
            cost.leaves_per_second / min(_WANTED_LEAVES, 4 * rate),
            "≥ 1",
        )


async def _bundle(settings: Settings, table: Table) -> None:
    bundle = await measure_bundle(settings)
    what = f"bundle of 5,000 records, {bundle.mebibytes:.0f} MiB"
    for name, seconds, most in (("made", bundle.written, 3), ("verified", bundle.verified, 5)):
        _row(table, f"{what}: {name}", f"{seconds:.1f} s", f"{most} s", seconds / most, "≤ 1")


async def _checking(settings: Settings, table: Table, largest: int) -> None:
    hashing = measure_hashing()
    what = "fsck, hashing path, one core"
    _row(table, what, f"{hashing:,.0f}/s", "250,000/s", hashing / 250_000, "≥ 1")
    whole = await asyncio.to_thread(measure_fsck, settings)
    what = f"fsck of {largest:,} entries or more, in {whole.seconds:.0f} s: memory"
    _row(table, what, f"{whole.memory:.0f} MiB", "200 MiB", whole.memory / 200, "≤ 1")


async def _measure(largest: int) -> Table:
    table = Table(
        title=f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {machine.machine()}"
    )
    for column in ("figure", "ours", "floor or limit", "ratio", "wanted"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    async with database() as settings:
        with sequencer(settings):
            rate = await _recording(settings, table)
        await _growth(settings, table, largest, rate)
        await _checking(settings, table, largest)
        await _bundle(settings, table)
    return table


if __name__ == "__main__":
    started = time.monotonic()
    _console.print(asyncio.run(_measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)))
    _console.print(f"measured in {time.monotonic() - started:.0f} s; read the ratios")
