"""Measures everything and prints one table: each figure as a ratio to its floor or its limit."""

from __future__ import annotations

import asyncio
import os
import platform as machine
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from benchmarks.classification import measure_classification
from benchmarks.communications import measure_delivery
from benchmarks.deciding import measure_deciding
from benchmarks.demo_history import measure_demo
from benchmarks.evidence_log.database import database
from benchmarks.opening import Opened, measure_opening
from benchmarks.platform import Platform, platform
from benchmarks.policy_trial import MOST_SECONDS, measure_trials
from benchmarks.publishing import measure_publishing
from benchmarks.report_rendering import MOST_SECONDS as MOST_OF_REPORTS
from benchmarks.report_rendering import MOST_SECONDS_ON_PAPER, measure_papers, measure_rendering
from benchmarks.storm import measure_storm

_ROUNDS = 3
_OPEN_INCIDENTS = 1_000
_RECIPIENTS = 10_000
_MOST_GROWTH = 64
_MIB = 1 << 20

_console = Console(width=140)

_EVENTS_A_SIGNAL = 16
"""What a history may grow by with each signal: 1,000 events, a run, are then sixty decisions."""


def _milliseconds(seconds: Sequence[float], quantile: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[quantile - 1] * 1_000


async def _opening(platform: Platform, table: Table) -> None:
    rates = []
    for callers, number in ((1, 60), (50, 200)):
        ours: list[Opened] = []
        floor: list[Opened] = []
        for _ in range(_ROUNDS):
            ours_round, floor_round = await measure_opening(platform, callers, number)
            ours.append(ours_round)
            floor.append(floor_round)
        for quantile in (50, 99):
            mine, bare = (
                _milliseconds([second for one in rounds for second in one.latencies], quantile)
                for rounds in (ours, floor)
            )
            limit = "≤ 1.5" if quantile == 50 else ""  # noqa: PLR2004 - the median
            _row(
                table,
                f"(a) alert to evidence, {callers} caller(s), p{quantile}",
                f"{mine:.1f} ms",
                f"{bare:.1f} ms",
                mine / bare,
                limit,
            )
        rates.append((_median_rate(ours), _median_rate(floor)))
    mine, bare = rates[-1]
    _row(
        table,
        "(d) incidents opened per second, 50 callers",
        f"{mine:.1f}/s",
        f"{bare:.1f}/s",
        mine / bare,
        "≥ 0.6",
    )


def _median_rate(rounds: Sequence[Opened]) -> float:
    return statistics.median(one.per_second for one in rounds)


async def _deciding(platform: Platform, table: Table) -> None:
    ours, floor = await measure_deciding(platform, 100)
    for quantile, limit in ((50, "≤ 1.5"), (99, "")):
        mine, bare = _milliseconds(ours, quantile), _milliseconds(floor, quantile)
        _row(
            table,
            f"(b) decision to receipt, p{quantile}",
            f"{mine:.1f} ms",
            f"{bare:.1f} ms",
            mine / bare,
            limit,
        )


async def _publishing(platform: Platform, table: Table) -> None:
    ours, floor = await measure_publishing(platform, 100)
    for quantile, limit in ((50, "≤ 2"), (99, "")):
        mine, bare = _milliseconds(ours, quantile), _milliseconds(floor, quantile)
        _row(
            table,
            f"(e) approval to the channel's answer, p{quantile}",
            f"{mine:.1f} ms",
            f"{bare:.1f} ms",
            mine / bare,
            limit,
        )


async def _limits(platform: Platform, table: Table) -> None:
    history = await measure_demo(platform)
    _row(
        table,
        f"(c) history of the demo incident, {history.signals} signals",
        f"{history.events} events",
        f"{_EVENTS_A_SIGNAL} events a signal",
        history.events / (_EVENTS_A_SIGNAL * history.signals),
        "≤ 1",
    )
    storm = await measure_storm(platform, 10_000)
    _row(
        table,
        f"storm: 10,000 alerts at {storm.per_second:.0f}/s, {storm.incidents} incident(s)",
        f"{storm.events} events",
        "300 events",
        storm.events / 300,
        "≤ 1",
    )
    await _fill(platform)
    memory = platform.worker().memory_info().rss / _MIB
    _row(
        table,
        f"idle worker, {_OPEN_INCIDENTS} open incidents or more",
        f"{memory:.0f} MiB",
        "600 MiB",
        memory / 600,
        "≤ 1",
    )
    _row(
        table,
        "from start to ready",
        f"{platform.seconds_to_ready:.1f} s",
        "15 s",
        platform.seconds_to_ready / 15,
        "≤ 1",
    )


def _classification(table: Table) -> None:
    for one in measure_classification():
        ours, floor = one.evaluation * 1_000, one.floor * 1_000
        what = f"classification of ten services, {one.name}"
        _row(table, what, f"{ours:.2f} ms", "1 ms", ours, "≤ 1")
        _row(
            table,
            "the same, writing its facts down",
            f"{ours:.2f} ms",
            f"{floor:.2f} ms",
            ours / floor,
            "",
        )


def _reports(table: Table) -> None:
    found = measure_rendering()
    ours, floor = f"{found.rendering * 1_000:.2f} ms", f"{found.floor * 1_000:.2f} ms"
    most, ratio = f"{MOST_OF_REPORTS * 1_000:.0f} ms", found.rendering / MOST_OF_REPORTS
    _row(table, "the three reports of an incident as JSON", ours, most, ratio, "≤ 1")
    what = "the same, against their canonical contents"
    _row(table, what, ours, floor, found.rendering / found.floor, "")
    paper, limit = measure_papers(), MOST_SECONDS_ON_PAPER
    _row(table, "the same on paper", f"{paper:.2f} s", f"{limit:.0f} s", paper / limit, "≤ 1")


async def _trials(table: Table) -> None:
    async with database() as settings:
        for tried in await measure_trials(settings, 10_000):
            _row(
                table,
                f"{tried.policy} tried on {tried.incidents:,} incidents",
                f"{tried.seconds:.1f} s",
                f"{MOST_SECONDS:.0f} s",
                tried.seconds / MOST_SECONDS,
                "≤ 1",
            )


async def _deliveries(table: Table) -> None:
    async with database() as settings:
        found = await measure_delivery(settings, _RECIPIENTS)
    what = f"one message to {_RECIPIENTS:,} recipients, mails as files"
    _row(table, what, f"{found.ours:.0f}/s", f"{found.floor:.0f}/s", found.ours / found.floor, "")
    grown, most = f"{found.grown:.0f} MiB", f"{_MOST_GROWTH} MiB"
    _row(table, f"{what}: memory", grown, most, found.grown / _MOST_GROWTH, "≤ 1")


async def _fill(platform: Platform) -> None:
    """Open incidents until there are enough, then let everything come to rest."""
    count = await platform.database.fetchval(
        "SELECT count(*) FROM projection.incident WHERE outcome IS NULL"
    )
    if count < _OPEN_INCIDENTS:
        await measure_opening(platform, 50, _OPEN_INCIDENTS - count)
    await asyncio.sleep(5)


def _row(table: Table, what: str, ours: str, floor: str, ratio: float, wanted: str) -> None:
    table.add_row(what, ours, floor, f"{ratio:.2f}", wanted)
    _console.print(f"{what}: {ours} against {floor}, ratio {ratio:.2f} {wanted}")


async def _measure() -> Table:
    table = Table(
        title=f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {machine.machine()}"
    )
    for column in ("figure", "ours", "floor or limit", "ratio", "wanted"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    _classification(table)
    _reports(table)
    async with platform() as running:
        await measure_opening(running, 10, 50)  # warms up both
        for part in (_opening, _deciding, _publishing, _limits):
            await part(running, table)
    await _trials(table)
    await _deliveries(table)
    return table


if __name__ == "__main__":
    started = time.monotonic()
    _console.print(asyncio.run(_measure()))
    _console.print(
        f"measured in {time.monotonic() - started:.0f} s; ratios are stable, times are not"
    )
