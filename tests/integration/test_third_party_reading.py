"""Escalations in the real PostgreSQL: read as they stand, however their entries came in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.third_party.asking import (
    ReportRelapse,
    RequestPause,
    ReviewEscalation,
    WithdrawEscalation,
)
from holdfast.domain.third_party.kinds import Said
from holdfast.domain.third_party.quarters import Quarter
from holdfast.evidence.entry import Entry
from holdfast.settings import Settings
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild_incident
from holdfast.store.third_parties.attainment import Window, count_attainment, list_settled
from holdfast.store.third_parties.reading import (
    fetch_escalation,
    list_calls,
    list_clocks,
    list_escalations,
    list_origins,
    list_remediation,
    list_statements,
)
from tests.closed_incidents import new_closed_incident
from tests.disposals import disposed, within
from tests.escalated_incident import EscalatedIncident
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import dump
from tests.sequenced import sequence
from tests.statements import COMMANDER, NOON, ROBIN
from tests.third_party_walk import REVIEW_OF_PROVIDER, VENDOR_MANAGER

_OWN = (
    *("third_party", "vendor_clock", "vendor_statement", "vendor_call", "vendor_origin"),
    *("remediation_task", "clock"),
)


async def rows_of(engine: AsyncEngine, incident_id: str) -> dict[str, Sequence[Any]]:
    """The rows of an incident in every table of third parties, byte for byte."""
    async with engine.connect() as connection:
        return {
            table: (
                await connection.execute(
                    text(
                        f"SELECT t::text FROM projection.{table} t"  # noqa: S608 - our own tables
                        " WHERE incident_id = :id ORDER BY 1"
                    ),
                    {"id": incident_id},
                )
            )
            .scalars()
            .all()
            for table in _OWN
        }


async def store(engine: AsyncEngine, entries: Sequence[Entry], size: int) -> None:
    """Append entries, so many at a time."""
    for start in range(0, len(entries), size):
        await append(engine, entries[start : start + size])


@pytest.mark.parametrize("size", [1, 7])
async def test_however_the_entries_come_in_the_rows_are_the_same(
    engine: AsyncEngine, size: int
) -> None:
    """One by one, or in batches that cut anywhere: as a rebuild has them."""
    incident_id = new_incident_id()
    entries = EscalatedIncident(incident_id).all().walk.entries()
    await store(engine, entries, size)
    written = await rows_of(engine, incident_id)
    await within(engine, lambda c: rebuild_incident(c, incident_id))
    assert await rows_of(engine, incident_id) == written
    assert all(written.values())


async def test_the_stage_follows_every_step(engine: AsyncEngine) -> None:
    """What PostgreSQL derives is where the process itself stands."""
    scene, stored = EscalatedIncident(new_incident_id()), 0
    steps: list[Callable[[], object]] = [
        lambda: scene.ledger.say(Said.RESTORATION),
        lambda: scene.ledger.answer(
            COMMANDER, "third-party-1:third_party.restoration-1", "not_restored"
        ),
        scene.ledger.restore,
        lambda: scene.ledger.submit(ROBIN, ReviewEscalation(review=REVIEW_OF_PROVIDER)),
        lambda: scene.ledger.answer(
            VENDOR_MANAGER, "third-party-1:third_party.review-1", "returned"
        ),
        lambda: scene.ledger.submit(ROBIN, ReportRelapse(statement="It is down again.")),
        lambda: scene.wait(minutes=31),
        lambda: scene.ledger.submit(COMMANDER, WithdrawEscalation(because="The cause was ours.")),
        scene.ledger.review,
    ]
    stages = []
    for step in steps:
        step()
        entries = scene.walk.entries()
        await append(engine, entries[stored:])
        stored = len(entries)
        async with engine.connect() as connection:
            row = await fetch_escalation(connection, scene.walk.state.incident_id, 1)
        assert row is not None
        assert row["stage"] == str(scene.ledger.state.stage)
        assert row["breaches"] == len(scene.ledger.state.breaches)
        stages.append(row["stage"])
    assert stages == [
        *("claimed", "asked", "restored", "review", "restored", "asked", "asked", "withdrawn"),
        "closed",
    ]


async def test_an_escalation_is_read_with_its_next_deadline(engine: AsyncEngine) -> None:
    """While it runs; what it waits for of ours is told with the decisions."""
    scene = EscalatedIncident(new_incident_id())
    incident_id = scene.walk.state.incident_id
    scene.late()
    body = RequestPause(reason="waiting-for-client", statement="They wait for our extract.")
    scene.ledger.submit(ROBIN, body)
    asked = scene.walk.entries()
    await append(engine, asked)
    update = ("third-party-1:update-1", NOON + timedelta(hours=3, minutes=15))
    async with engine.connect() as connection:
        (row,) = await list_escalations(connection, incident_id)
        assert await fetch_escalation(connection, incident_id, 2) is None
    assert (row["next_clock"], row["next_due_at"]) == update
    assert (row["stage"], row["pause_reason"], row["breaches"]) == ("asked", None, 1)
    scene.ledger.answer(VENDOR_MANAGER, "third-party-1:third_party.pause-1", "granted")
    await append(engine, scene.walk.entries()[len(asked) :])
    async with engine.connect() as connection:
        (row,) = await list_escalations(connection, incident_id)
    assert (row["next_clock"], row["next_due_at"]) == update
    assert row["pause_reason"] == "waiting-for-client"


async def test_all_of_an_escalation_is_read(engine: AsyncEngine) -> None:
    """Its times with how long they stood still, statements, calls, origins, what follows."""
    incident_id = new_incident_id()
    await append(engine, EscalatedIncident(incident_id).all().walk.entries())
    async with engine.connect() as connection:
        clocks = await list_clocks(connection, incident_id, 1)
        said = await list_statements(connection, incident_id, 1)
        calls = await list_calls(connection, incident_id, 1)
        (origin,) = await list_origins(connection, incident_id, 1)
        tasks = await list_remediation(connection, incident_id)
        rows = await list_escalations(connection, incident_id)
    first = {row["clock"]: row for row in clocks if row["round"] == 1}
    assert (first["acknowledge"]["outcome"], first["restore"]["outcome"]) == ("met_late", "met")
    assert first["restore"]["paused_seconds"] == 3_600
    assert [row["outcome"] for row in clocks if row["clock"] == "update"] == [
        *("met", "met", "cancelled", "met", "cancelled"),
    ]
    assert [row["said"] for row in said][-2:] == ["workaround", "restoration"]
    assert {call["communication_stage"] for call in calls} == {"published"}
    assert origin["rank"] == 2
    assert [task["task"] for task in tasks] == [1, 2, 3]
    assert [(row["stage"], row["next_clock"]) for row in rows] == [("closed", None)] * 2


async def test_one_that_was_written_off_runs_no_more(engine: AsyncEngine) -> None:
    """Nobody has said that its clocks stopped."""
    scene = EscalatedIncident(new_incident_id())
    scene.walk.escalations.clear()
    body = WithdrawEscalation(because="Its workflow was terminated.", escalation=1)
    scene.walk.submit(COMMANDER, body)
    await append(engine, scene.walk.entries())
    async with engine.connect() as connection:
        clocks = await list_clocks(connection, scene.walk.state.incident_id, 1)
        row = await fetch_escalation(connection, scene.walk.state.incident_id, 1)
    assert {(each["outcome"], each["current"]) for each in clocks} == {("cancelled", False)}
    assert row is not None
    assert (row["stage"], row["next_clock"]) == ("closed", None)


async def test_attainment_counts_what_was_settled_and_nothing_else(engine: AsyncEngine) -> None:
    """Once each, in the quarter of the deadline, with the entries behind it."""
    incident_id = new_incident_id()
    await append(engine, EscalatedIncident(incident_id).all().walk.entries())
    window = Window(Quarter(2026, 1), Quarter(2026, 1), "core-ledger", "CA-2024-014")
    async with engine.connect() as connection:
        settled = [
            row
            for row in await list_settled(connection, window, 100_000)
            if row["incident_id"] == incident_id
        ]
        counted = await count_attainment(connection, window)
        together = await count_attainment(connection, window, by_clock=False)
        before = Window(Quarter(2025, 4), Quarter(2025, 4), "core-ledger")
        assert await count_attainment(connection, before) == []
    assert sorted((row["clock"], row["outcome"]) for row in settled) == [
        ("acknowledge", "met"),
        ("acknowledge", "met_late"),
        ("first_response", "met"),
        ("first_response", "met"),
        ("restore", "met"),
        ("restore", "met"),
        ("update", "met"),
        ("update", "met"),
        ("update", "met"),
        ("workaround", "met"),
        ("workaround", "met"),
    ]
    assert all(row["entries"][0].startswith("third-party/") for row in settled)
    assert [each.clock for each in counted] == [
        *("acknowledge", "first_response", "update", "workaround", "restore"),
    ]
    (whole,) = together
    assert whole.counted == sum(each.counted for each in counted)
    assert whole.met == sum(each.met for each in counted)
    assert 0 < whole.per_mille < 1_000


async def test_a_disposal_leaves_nothing_of_an_escalation(
    engine: AsyncEngine, settings: Settings
) -> None:
    """Rows go with the content; a rebuild has none of them either."""
    incident = await new_closed_incident(engine, None)
    walked = EscalatedIncident(incident.incident_id).all().walk.entries()
    theirs = [entry for entry in walked if not entry.workflow.startswith("incident/")]
    opened = [entry for entry in walked if entry.event.kind == "third_party.opened"]
    as_others = [
        entry.model_copy(
            update={"id": f"opening/{entry.id}", "workflow": f"opening/{entry.workflow}"}
        )
        for entry in opened
    ]
    await append(engine, [*as_others, *theirs])
    await sequence(settings)
    assert all((await rows_of(engine, incident.incident_id)).values())
    await disposed(engine, incident.incident_id)
    assert not any((await rows_of(engine, incident.incident_id)).values())
    before = await dump(engine)
    await within(engine, lambda c: rebuild_incident(c, incident.incident_id))
    assert await dump(engine) == before
