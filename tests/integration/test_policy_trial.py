"""A policy tried on the real PostgreSQL: every incident is read once, and named if it cannot be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psutil
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.policies import ESCALATION, SEVERITY_TREE, pinned
from holdfast.domain.trial.candidates import SCOPES
from holdfast.errors import InvalidInput, Unavailable
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.deeds import record_deed
from holdfast.store.evidence import append
from holdfast.store.policies import store_policies
from holdfast.store.trial import Untriable, judges, try_policy
from tests.api_doors import own_installation
from tests.closed_incidents import new_closed_incident
from tests.disposals import disposed
from tests.judged_walks import LATER_TREE
from tests.rulebook import POLICIES
from tests.tried_walks import OTHER_MATRIX, TickingWalk, altered, random_walk

_INCIDENTS = 8

_ARMED = Event(
    kind=EventKind.CLOCK_ARMED,
    subject=Subject(type="clock", id="decision/recurrence.confirmation-1"),
    payload={
        "title": "Confirm it",
        "state": "running",
        "due_at": "2026-03-04T12:00:00.000000Z",
        "next_at": None,
    },
)
"""Of a chain of entries that is no incident."""


@dataclass(frozen=True, slots=True)
class _Past:
    """Incidents in a database of their own, and the one whose content was disposed of."""

    engine: AsyncEngine
    disposed: str
    incidents: int


@pytest_asyncio.fixture(scope="module")
async def past(settings: Settings, postgres: DatabaseUrls) -> AsyncIterator[_Past]:
    """Incidents by chance and made for it, one of them disposed of, and another chain."""
    del postgres
    own = await own_installation(settings)
    engine = create_engine(database_urls(own).application)
    ripe = await new_closed_incident(engine, own)
    await disposed(engine, ripe.incident_id)
    kept = {**POLICIES, "other-matrix": OTHER_MATRIX, "later-tree": LATER_TREE}
    await store_policies(engine, kept)
    for number in range(_INCIDENTS):
        walk = random_walk(number, f"INC-2025-{number:06d}", repinned=True)
        await append(engine, walk.entries())
    await append(engine, _serious("INC-2025-999999").entries())
    async with engine.begin() as connection:
        await record_deed(connection, "recurrence/2025-12", "recurrence/2025-12/armed", _ARMED)
    yield _Past(engine, ripe.incident_id, _INCIDENTS + 2)
    await engine.dispose()


def _serious(incident_id: str) -> TickingWalk:
    walk = TickingWalk(incident_id)
    walk.to_contain()
    walk.wait(timedelta(hours=3))
    return walk


_HOURLY = altered(
    ESCALATION,
    lambda content: content["triggers"]["open-two-hours"].update(open_longer_than="PT1H"),
)


@pytest.mark.parametrize("name", sorted(SCOPES.keys() - {"approval-matrix"}))
async def test_what_is_pinned_changes_nothing(past: _Past, name: str) -> None:
    """From the database as from memory."""
    report = await try_policy(past.engine, POLICIES[name])
    assert report.changes == ()
    assert (report.incidents, report.tried) == (past.incidents, past.incidents - 1)


async def test_a_candidate_changes_what_it_would_have_changed(past: _Past) -> None:
    """The trigger would have fired an hour earlier."""
    report = await try_policy(past.engine, _HOURLY)
    assert report.candidate == _HOURLY.pin
    (change,) = [one for one in report.changes if one.incident_id == "INC-2025-999999"]
    (only,) = change.changes
    assert change.open
    assert only.about == "open-two-hours"
    assert only.was == "fires at 2026-03-04T14:00:40Z"
    assert only.would_be == "fires at 2026-03-04T13:00:40Z"
    assert datetime.now(UTC) - report.as_of < timedelta(minutes=1)


@pytest.mark.parametrize("name", SCOPES)
async def test_an_incident_that_was_disposed_of_is_named(past: _Past, name: str) -> None:
    """It is never passed over in silence."""
    report = await try_policy(past.engine, POLICIES[name])
    (reason,) = report.not_tried_because
    assert reason.incident_id == past.disposed
    assert "was disposed of" in reason.because


@pytest.mark.parametrize("rows_at_once", [1, 2, 7, 50, 100_000])
async def test_the_report_does_not_depend_on_the_slices(past: _Past, rows_at_once: int) -> None:
    """Wherever the cursor stops, an incident is judged whole."""
    whole = await try_policy(past.engine, _HOURLY)
    sliced = await try_policy(past.engine, _HOURLY, rows_at_once=rows_at_once)
    assert sliced.model_copy(update={"as_of": whole.as_of}) == whole


async def test_processes_give_the_same_report(past: _Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many incidents the judging is spread over the cores."""
    alone = await try_policy(past.engine, _HOURLY)
    monkeypatch.setattr(judges, "_WORTH_PROCESSES", 1)
    spread = await try_policy(past.engine, _HOURLY, rows_at_once=30)
    assert spread.model_copy(update={"as_of": alone.as_of}) == alone
    assert _judging_processes() == []


async def test_a_process_that_is_ended_ends_the_trial(
    past: _Past, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half a report would be taken for a whole one."""
    monkeypatch.setattr(judges, "_WORTH_PROCESSES", 1)

    def end_them(done: int, total: int) -> None:
        del done, total
        for process in _judging_processes():
            process.kill()

    with pytest.raises(Unavailable, match="was ended from outside"):
        await try_policy(past.engine, _HOURLY, progress=end_them, rows_at_once=1)


def _judging_processes() -> list[psutil.Process]:
    return [one for one in psutil.Process().children() if _judges(one)]


def _judges(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


async def test_progress_reaches_the_total(past: _Past) -> None:
    """It only ever grows, by incidents."""
    seen = list[tuple[int, int]]()
    await try_policy(
        past.engine,
        _HOURLY,
        progress=lambda done, total: seen.append((done, total)),
        rows_at_once=20,
    )
    assert seen[-1] == (past.incidents, past.incidents)
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert {total for _, total in seen} == {past.incidents}


async def test_a_trial_writes_nothing(past: _Past) -> None:
    """And leaves the connections as they were, settings and all."""
    count = text("SELECT count(*) FROM evidence.record")
    async with past.engine.connect() as connection:
        before = (await connection.execute(count)).scalar_one()
    await try_policy(past.engine, _HOURLY)
    async with past.engine.begin() as connection:
        assert (await connection.execute(count)).scalar_one() == before
        for setting, value in (("enable_sort", "on"), ("transaction_read_only", "off")):
            assert (await connection.execute(text(f"SHOW {setting}"))).scalar_one() == value


async def test_incidents_without_their_policy_are_named(past: _Past) -> None:
    """An incident is pinned to a tree that nobody kept."""
    gone = altered(SEVERITY_TREE, lambda content: content.update(root="malicious"))
    walk = TickingWalk("INC-2024-000001")
    walk.state.policies = {**walk.state.policies, SEVERITY_TREE: gone}
    walk.open_under(walk.state.all_pins)
    await append(past.engine, walk.entries())
    try:
        report = await try_policy(past.engine, _HOURLY)
        reasons = {one.incident_id: one.because for one in report.not_tried_because}
        assert "policy severity-tree candidate" in reasons["INC-2024-000001"]
        assert "is not at hand" in reasons["INC-2024-000001"]
    finally:
        await store_policies(past.engine, {SEVERITY_TREE: gone})


async def test_policies_that_judge_no_incidents_are_refused(past: _Past) -> None:
    """The caller is told which can be tried."""
    with pytest.raises(Untriable, match="'retention' cannot be tried"):
        await try_policy(past.engine, pinned({"name": "retention", "version": "1"}))
    with pytest.raises(InvalidInput, match="is no such policy"):
        await try_policy(past.engine, pinned({"name": ESCALATION, "version": "1"}))
