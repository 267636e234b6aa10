"""Key figures over 100,000 incidents in three years: all of a quarter, one alone, a year of each.

    python -m benchmarks.key_figures [INCIDENTS] [--plans]

Forty incidents are walked through the rules and appended as they always are, projections included.
The rest are copies of their projection rows, made by SQL under ids, times, services and causes of
their own: up to eleven decisions and tasks and two providers' clocks an incident, as some fifty
entries make them. The entries of the copies are not written: no figure reads one.
"""

from __future__ import annotations

import asyncio
import os
import platform as machine
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from benchmarks.evidence_log.database import database
from holdfast.domain.key_figures.definitions import KEY_FIGURES
from holdfast.domain.key_figures.kinds import KeyFigureName
from holdfast.domain.key_figures.periods import Window
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.evidence import append
from holdfast.store.key_figures.reading import Asked, compute, statement
from tests.measured_walks import measured_walks

__all__ = ["MOST_SECONDS_ALL", "MOST_SECONDS_ONE", "Timed", "measure_key_figures"]

MOST_SECONDS_ALL, MOST_SECONDS_ONE = 2.0, 0.3
"""For all figures of a quarter, and for one."""

_INCIDENTS = 100_000
_WALKED = 40
_ROUNDS = 7
_QUARTER = Window(datetime(2024, 7, 1, tzinfo=UTC), datetime(2024, 10, 1, tzinfo=UTC))
_YEAR = Window(datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC))
_NOW = datetime(2025, 12, 1, tzinfo=UTC)
_COURSES = 11
_CLOCKS = 2

_COPIES = """
    CREATE TEMPORARY TABLE copy AS
    SELECT w.incident_id AS walked, 'INC-2024-' || lpad(n::text, 8, '0') AS id,
        '-' || n % 60 AS service, '-' || n % 500 AS cause,
        interval '3 years' * (n::double precision / $1) - interval '3 years' AS later
    FROM generate_series(0, $1::integer - 1) n JOIN (
        SELECT incident_id, row_number() OVER (ORDER BY incident_id) - 1 AS place
        FROM projection.measured_incident
    ) w ON w.place = n % (SELECT count(*) FROM projection.measured_incident)
"""
_COPY_INCIDENTS = """
    INSERT INTO projection.measured_incident (incident_id, drill, detected_at, occurred_at,
        confirmed_at, classified_at, contained_at, recovered_at, closed_at, outcome, severity,
        services, entities, cause_stated, cause_fact, cause_review, downtime_stated,
        downtime_computed, clients, entries)
    SELECT c.id, drill, detected_at + later, occurred_at + later, confirmed_at + later,
        classified_at + later, contained_at + later, recovered_at + later, closed_at + later,
        outcome, severity, ARRAY(SELECT s || c.service FROM unnest(services) s), entities,
        cause_stated || c.cause, cause_fact || c.cause, cause_review || c.cause,
        pg_temp.named(downtime_stated, c.service), pg_temp.named(downtime_computed, c.service),
        pg_temp.named(clients, c.service),
        CAST(regexp_replace(replace(entries::text, c.walked, c.id), '@([a-z-]+)"',
            '@\\1' || c.service || '"', 'g') AS jsonb)
    FROM copy c JOIN projection.measured_incident i ON i.incident_id = c.walked
"""
_NAMED = """
    CREATE FUNCTION pg_temp.named(figures jsonb, service text) RETURNS jsonb LANGUAGE sql AS
    'SELECT coalesce(jsonb_object_agg(key || service, value), ''{}'') FROM jsonb_each(figures)'
"""
_COPY_COURSES = """
    INSERT INTO projection.measured_course
        (figure, incident_id, subject, kind, began_at, due_at, ended_at, state, marked, entries)
    SELECT figure, c.id, replace(subject, c.walked, c.id), kind, began_at + later, due_at + later,
        ended_at + later, state, marked,
        ARRAY(SELECT replace(e, c.walked, c.id) FROM unnest(entries) e)
    FROM copy c JOIN (
        SELECT *, row_number() OVER (
            PARTITION BY incident_id ORDER BY figure DESC, began_at
        ) AS place FROM projection.measured_course
    ) w ON w.incident_id = c.walked AND place <= $1
"""
_COPY_CLOCKS = """
    INSERT INTO projection.vendor_clock (armed_entry, incident_id, number, clock_id, clock, round,
        title, armed_at, due_at, state, current, missed_at, met_at, ended_at, breached_at,
        severity, stood_still, entries)
    SELECT replace(armed_entry, c.walked, c.id), c.id, number, clock_id, clock, round, title,
        armed_at + later, due_at + later, state, current, missed_at + later, met_at + later,
        ended_at + later, breached_at + later, severity, stood_still,
        ARRAY(SELECT replace(e, c.walked, c.id) FROM unnest(entries) e)
    FROM copy c JOIN (
        SELECT *, row_number() OVER (PARTITION BY incident_id ORDER BY armed_entry) AS place
        FROM projection.vendor_clock
    ) w ON w.incident_id = c.walked AND place <= $1
"""
_TABLES = ("measured_incident", "measured_course", "vendor_clock")

_FLOORS = {
    KeyFigureName.VENDOR_LATENCY: "vendor_clock WHERE armed_at >= :since AND armed_at < :until",
    **{
        name: f"measured_course WHERE figure = '{name}' AND began_at >= :since"
        " AND began_at < :until"
        for name in (
            KeyFigureName.NOTIFICATION_MARGIN,
            KeyFigureName.APPROVAL_LATENCY,
            KeyFigureName.REMEDIATION_AGEING,
        )
    },
}
_FLOOR = "measured_incident WHERE counted AND detected_at >= :since AND detected_at < :until"


@dataclass(frozen=True, slots=True)
class Timed:
    """Median seconds of a figure, or of all of them, and of the bare range scan under it."""

    name: str
    quarter: float
    year: float
    floor: float


async def measure_key_figures(engine: AsyncEngine) -> list[Timed]:
    """Measure each figure alone, and all of them together, in one snapshot as the doors do."""
    snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
    async with snapshot.connect() as connection:
        measured = [
            await _measure(connection, name, [name], [_FLOORS.get(name, _FLOOR)])
            for name in KEY_FIGURES
        ]
        floors = [_FLOORS.get(name, _FLOOR) for name in KEY_FIGURES]
        measured.append(await _measure(connection, "all of them", list(KEY_FIGURES), floors))
    return measured


async def _measure(
    connection: AsyncConnection, called: str, names: Sequence[KeyFigureName], floors: Sequence[str]
) -> Timed:
    """Measure the quarter, the year and the floor in turn, so that other load hits all of them."""

    async def scan() -> None:
        for floor in floors:
            bare = text(f"SELECT count(*) FROM projection.{floor}")  # noqa: S608 - constants
            await connection.execute(bare, {"since": _QUARTER.since, "until": _QUARTER.until})

    works: tuple[Callable[[], Awaitable[None]], ...] = (
        lambda: _compute(connection, names, _QUARTER),
        lambda: _compute(connection, names, _YEAR),
        scan,
    )
    rounds = [[await _seconds(work) for work in works] for _ in range(_ROUNDS)]
    quarter, year, floor = (statistics.median(each) for each in zip(*rounds, strict=True))
    return Timed(called, quarter, year, floor)


async def _compute(
    connection: AsyncConnection, names: Sequence[KeyFigureName], window: Window
) -> None:
    for name in names:
        await compute(connection, KEY_FIGURES[name], Asked(window, _NOW))


async def _seconds(work: Callable[[], Awaitable[None]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


async def _plans(engine: AsyncEngine) -> None:
    given = {"since": _QUARTER.since, "until": _QUARTER.until, "now": _NOW}
    async with engine.connect() as connection:
        for name in KEY_FIGURES:
            query = text(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {statement(name, [], None)}")
            named = {key: given[key] for key in query.compile().params}
            lines = (await connection.execute(query, named)).scalars().all()
            sys.stdout.write(f"\n{name}\n" + "\n".join(lines) + "\n")


async def _fill(settings: Settings, incidents: int) -> dict[str, int]:
    urls = database_urls(settings)
    engine = create_engine(urls.application)
    for entries in measured_walks([f"INC-2026-{n:06d}" for n in range(_WALKED)], seed=1):
        await append(engine, entries)
    await engine.dispose()
    owner = await asyncpg.connect(urls.migration)
    await owner.execute(_NAMED)
    await owner.execute(_COPIES.replace("$1", str(incidents)))
    await owner.execute(_COPY_COURSES.replace("$1", str(_COURSES)))
    await owner.execute(_COPY_CLOCKS.replace("$1", str(_CLOCKS)))
    await owner.execute(_COPY_INCIDENTS)
    counts = {}
    for table in _TABLES:
        await owner.execute(f"VACUUM ANALYZE projection.{table}")
        counts[table] = await owner.fetchval(f"SELECT count(*) FROM projection.{table}")  # noqa: S608 - constants
    await owner.close()
    return counts


def _table(counts: dict[str, int], measured: Sequence[Timed]) -> Table:
    rows = ", ".join(f"{count:,} {table}" for table, count in counts.items())
    title = f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {machine.machine()}; {rows}"
    table = Table(title=title)
    for column in ("figure", "a quarter", "limit", "range scan", "ratio", "a year", "year/quarter"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for each in measured:
        limit = MOST_SECONDS_ONE if each.name in KEY_FIGURES else MOST_SECONDS_ALL
        table.add_row(
            each.name,
            f"{each.quarter * 1_000:.0f} ms",
            f"{limit * 1_000:.0f} ms",
            f"{each.floor * 1_000:.1f} ms",
            f"{each.quarter / each.floor:.1f}",
            f"{each.year * 1_000:.0f} ms",
            f"{each.year / each.quarter:.1f}",
        )
    return table


async def _main(incidents: int, *, plans: bool) -> None:
    async with database() as settings:
        started = time.perf_counter()
        counts = await _fill(settings, incidents)
        took = timedelta(seconds=round(time.perf_counter() - started))
        sys.stdout.write(f"filled in {took}\n")
        engine = create_engine(database_urls(settings).application)
        measured = await measure_key_figures(engine)
        if plans:
            await _plans(engine)
        await engine.dispose()
    Console(width=140).print(_table(counts, measured))


if __name__ == "__main__":
    numbers = [int(each) for each in sys.argv[1:] if each.isdecimal()]
    asyncio.run(_main(numbers[0] if numbers else _INCIDENTS, plans="--plans" in sys.argv))
