"""How long it takes to try a policy on ten thousand incidents.

    python -m benchmarks.policy_trial [INCIDENTS]

Some forty incidents are walked through the rules of the process, each to its closure with facts
stated on the way, and stand in the database again and again under ids of their own. Nothing is
remembered from one incident to the next but the policies, so that copies cost what others would.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform as machine
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import asyncpg
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.evidence_log.database import RecordRow, database
from benchmarks.evidence_log.growth import fill
from holdfast.domain.policies import (
    APPROVAL_MATRIX,
    DORA_CLASSIFICATION,
    ESCALATION,
    RECOVERY,
    REGISTER,
    SEVERITY_TREE,
    PinnedPolicy,
    pinned,
)
from holdfast.evidence.entry import entry_bytes
from holdfast.settings import Settings
from holdfast.stack.database_urls import database_urls
from holdfast.store.database import create_engine
from holdfast.store.policies import store_policies
from holdfast.store.trial import try_policy
from tests.rulebook import POLICIES
from tests.statements import ROBIN
from tests.tried_walks import TickingWalk, stated

__all__ = ["CANDIDATES", "MOST_SECONDS", "Tried", "measure_trials"]

_KINDS_OF_INCIDENT = 40
_ROWS_AT_ONCE = 20_000
MOST_SECONDS = 20.0
"""For ten thousand incidents."""
_WALKED = "INC-2026-000001"
_SHOWN = """
    INSERT INTO projection.incident (incident_id, workflow_id, title, origin, reporter, phase,
        services, aware_at, opened_at, alerts, facts, actions, checks, policies)
    SELECT id, 'incident/' || id, 'Walked', 'alert', '{}', 'closed', '{}', now(), now(), 1,
        '{}', '{}', '{}', '[]' FROM unnest($1::text[]) AS id
"""
"""Incidents as the lists show them: a trial counts them."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial: of which policy, how long, on how many incidents, how many would have changed."""

    policy: str
    seconds: float
    incidents: int
    changed: int


def _stricter_tree(content: dict[str, Any]) -> None:
    leaves = content["leaves"]
    leaves["high"]["severity"], leaves["worst"]["severity"] = "SEV1", "SEV2"


def _sooner(content: dict[str, Any]) -> None:
    content["triggers"]["open-two-hours"]["open_longer_than"] = "PT1H"


def _lower_limits(content: dict[str, Any]) -> None:
    content |= {"clients_percent": 5, "duration_hours": 6, "costs_eur": 50_000}


def _fewer_clients(content: dict[str, Any]) -> None:
    for service in content["services"].values():
        service["clients_total"] = 20_000


def _two_people(content: dict[str, Any]) -> None:
    rule = content["rules"]["severity.assignment"]
    rule["options"]["confirm"]["quorum"] = 2
    rule["schedule"]["due_after"] = "PT10M"


def _longer_containment(content: dict[str, Any]) -> None:
    content["contain"]["due_after"] = "PT3H"


CANDIDATES: dict[str, Callable[[dict[str, Any]], None]] = {
    SEVERITY_TREE: _stricter_tree,
    ESCALATION: _sooner,
    DORA_CLASSIFICATION: _lower_limits,
    REGISTER: _fewer_clients,
    APPROVAL_MATRIX: _two_people,
    RECOVERY: _longer_containment,
}
"""Of each kind that can be tried one that changes something."""


async def measure_trials(settings: Settings, incidents: int) -> list[Tried]:
    """Fill the log with so many incidents, and try a candidate of each kind on them."""
    urls = database_urls(settings)
    owner = await asyncpg.connect(urls.migration)
    await _fill(owner, incidents)
    await owner.close()
    engine = create_engine(urls.application)
    await store_policies(engine, POLICIES)
    measured = [await _try(engine, _candidate(name)) for name in CANDIDATES]
    await engine.dispose()
    return measured


def _candidate(name: str) -> PinnedPolicy:
    content = json.loads(POLICIES[name].content)
    CANDIDATES[name](content)
    return pinned({**content, "version": "candidate"})


async def _try(engine: AsyncEngine, candidate: PinnedPolicy) -> Tried:
    started = time.perf_counter()
    report = await try_policy(engine, candidate)
    seconds = time.perf_counter() - started
    if report.not_tried:
        message = f"{report.not_tried} incidents were not tried: {report.not_tried_because[0]}"
        raise RuntimeError(message)
    return Tried(candidate.pin.name, seconds, report.incidents, report.changed)


async def _fill(owner: asyncpg.Connection, incidents: int) -> None:
    walked = [_walked(seed) for seed in range(_KINDS_OF_INCIDENT)]
    rows = _rows(walked, incidents)
    while batch := list(islice(rows, _ROWS_AT_ONCE)):
        await fill(owner, batch)
    await owner.execute(_SHOWN, [f"INC-2025-{number:06d}" for number in range(incidents)])
    await owner.execute("ANALYZE evidence.record")


def _rows(walked: list[list[RecordRow]], incidents: int) -> Iterator[RecordRow]:
    for number in range(incidents):
        incident = f"INC-2025-{number:06d}"
        for entry, _, workflow, sequence, kind, at, body in walked[number % len(walked)]:
            yield (
                entry.replace(_WALKED, incident),
                incident,
                workflow.replace(_WALKED, incident),
                sequence,
                kind,
                at,
                body.replace(_WALKED.encode(), incident.encode()),
            )


def _walked(seed: int) -> list[RecordRow]:
    """An incident in which facts are stated before and after the severity, to its closure."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    walk = TickingWalk(_WALKED)
    walk.to_triage()
    walk.submit(ROBIN, stated(clients_affected=chance.randrange(80_000), service_unavailable=True))
    walk.settle()
    walk.wait(timedelta(minutes=chance.randrange(100)))
    walk.submit(ROBIN, stated(costs_eur=chance.randrange(150_000), impact_growing=False))
    walk.settle()
    walk.finish()
    return [
        (
            entry.id,
            entry.incident,
            entry.workflow,
            entry.sequence,
            str(entry.event.kind),
            entry.occurred_at,
            entry_bytes(entry),
        )
        for entry in walk.entries()
    ]


async def _measure(incidents: int) -> Table:
    table = Table(
        title=f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {machine.machine()}"
    )
    for column in ("figure", "ours", "floor or limit", "ratio", "wanted"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    limit = MOST_SECONDS * incidents / 10_000
    async with database() as settings:
        for tried in await measure_trials(settings, incidents):
            table.add_row(
                f"{tried.policy} tried on {tried.incidents:,} incidents, {tried.changed:,} changed",
                f"{tried.seconds:.1f} s",
                f"{limit:.0f} s",
                f"{tried.seconds / limit:.2f}",
                "≤ 1",
            )
    return table


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    Console(width=140).print(asyncio.run(_measure(number)))
