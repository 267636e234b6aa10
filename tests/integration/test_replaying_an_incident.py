"""Replay of an incident from the real PostgreSQL, as `holdfast replay` does it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from holdfast.cli.replaying import replay_command
from holdfast.domain.communication.asking import PublishCommunication
from holdfast.domain.communication.kinds import Audience, Purpose
from holdfast.domain.communication.message import OnCommand
from holdfast.domain.events import EventKind
from holdfast.domain.replay.verdicts import ReplayReport, Verdict
from holdfast.errors import NotFound
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls
from holdfast.store.database import create_engine
from holdfast.store.evidence import append
from holdfast.store.policies import store_policies
from holdfast.store.replaying import replay_incident
from tests.communication_at_work import CommunicationAtWork, stored_draft
from tests.communication_walk import LEGAL, draft
from tests.incident_at_work import IncidentAtWork, new_incident_id, working
from tests.joint_walk import JointWalk
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, COMPLIANCE, ROBIN, disruptive, facts
from tests.timed_walk import TimedWalk


async def replayed(engine: AsyncEngine, incident_id: str) -> ReplayReport:
    """The verdicts on a stored incident."""
    async with engine.connect() as connection:
        return await replay_incident(connection, incident_id)


def walked() -> TimedWalk:
    """An incident of its own, with facts, a decision and deadlines."""
    walk = TimedWalk(new_incident_id())
    walk.to_contain()
    walk.submit(ROBIN, facts(clients_affected=7, service_unavailable=True))
    walk.submit(ROBIN, disruptive())
    walk.answer(COMMANDER, "containment.approval-1", "approved")
    return walk


async def test_a_stored_incident_replays_to_the_same(engine: AsyncEngine) -> None:
    """The database keeps all that it takes: entries, and the policies under their digests."""
    await store_policies(engine, POLICIES)
    walk = walked()
    await append(engine, walk.entries())
    report = await replayed(engine, walk.state.incident_id)
    assert report.entries == len(walk.events)
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.SAME}


async def test_what_the_workflow_judged_replays_to_the_same(
    temporal: Client, engine: AsyncEngine, task_queue: str
) -> None:
    """Between a judgement and its entry time passes there; what comes out is the same."""
    async with working(temporal, engine, task_queue):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
        stated = facts(service_unavailable=True, supports_critical_function=True)
        await incident.submit(ROBIN, stated)
        await incident.request("escalation.acknowledgement-2")
        await incident.handle.terminate()
    report = await replayed(engine, incident.incident_id)
    assert EventKind.ESCALATION_TRIGGERED in {judgement.kind for judgement in report.judgements}
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.SAME}


async def test_an_entry_that_is_missing_from_the_numbers_counts_as_withheld(
    engine: AsyncEngine,
) -> None:
    """A gap is never read as if nothing had been there."""
    await store_policies(engine, POLICIES)
    walk = walked()
    number = walk.kinds().index(EventKind.FACTS_CHANGED)
    entries = walk.entries()
    await append(engine, [*entries[:number], *entries[number + 1 :]])
    report = await replayed(engine, walk.state.incident_id)
    assert report.entries == len(entries)
    assert report.having(Verdict.DIFFERENT) == ()
    missing = report.having(Verdict.NOT_REPLAYABLE)[0]
    assert (missing.entry, missing.kind) == (entries[number].id, None)


async def test_a_gap_in_the_numbers_of_a_communication_counts_as_withheld(
    engine: AsyncEngine,
) -> None:
    """Without the void of an approval, nobody can say that the approval still stands."""
    await store_policies(engine, POLICIES)
    walk = JointWalk(new_incident_id())
    walk.to_contain()
    statement = walk.open(draft(release=OnCommand()))
    statement.to_approved()
    statement.edit(draft("No money is lost.", release=OnCommand()))
    statement.to_approved()
    statement.submit(ROBIN, PublishCommunication(message=str(statement.state.message)))
    entries = walk.entries()
    voided = next(each for each in entries if each.event.kind is EventKind.DECISION_VOIDED)
    await append(engine, [each for each in entries if each is not voided])
    report = await replayed(engine, walk.state.incident_id)
    assert report.entries == len(entries)
    assert report.having(Verdict.DIFFERENT) == ()
    silent = {judgement.kind: judgement for judgement in report.having(Verdict.NOT_REPLAYABLE)}
    assert silent[None].entry == voided.id
    assert EventKind.COMMUNICATION_RELEASED in silent


async def test_what_a_communication_judged_replays_to_the_same(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Two workflows write to one chain; who signed off what left follows from it alone."""
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
        first = await stored_draft(incident, audience=Audience.CLIENTS)
        communication = await CommunicationAtWork.open(
            incident, first, Audience.CLIENTS, Purpose.HOLDING_STATEMENT
        )
        await communication.hand_in(first.message)
        await communication.answer(LEGAL, "communication.review-1", "cleared")
        await communication.answer(COMPLIANCE, "communication.review-2", "cleared")
        await communication.answer(COMMANDER, "communication.approval-1", "approved")
        await communication.until("communication.closed")
        await incident.until_said("Clock 'Publish the next update to clients' armed")
        await incident.handle.terminate()
    report = await replayed(engine, incident.incident_id)
    kinds = {judgement.kind for judgement in report.judgements}
    assert EventKind.COMMUNICATION_RELEASED in kinds
    assert [each for each in report.judgements if each.verdict is not Verdict.SAME] == []


_DISPOSED = (
    "ALTER TABLE evidence.record DISABLE TRIGGER USER",
    "ALTER TABLE evidence.record ALTER COLUMN body DROP NOT NULL",
    "UPDATE evidence.record SET body = NULL WHERE entry_id = :entry",
)


async def test_a_disposed_entry_silences_what_rests_on_it(
    engine: AsyncEngine, postgres: DatabaseUrls
) -> None:
    """Its kind is still known, so that the rest is judged as before."""
    await store_policies(engine, POLICIES)
    walk = walked()
    number = walk.kinds().index(EventKind.FACTS_CHANGED)
    entries = walk.entries()
    await append(engine, entries)
    owner = create_engine(postgres.migration)
    async with owner.connect() as connection:
        for statement in _DISPOSED:  # rolled back at the end: guards stand for all others
            names = {"entry": entries[number].id} if ":entry" in statement else {}
            await connection.execute(text(statement), names)
        report = await replay_incident(connection, walk.state.incident_id)
        await connection.rollback()
    await owner.dispose()
    silent = {judgement.kind for judgement in report.having(Verdict.NOT_REPLAYABLE)}
    assert silent == {
        EventKind.SEVERITY_PROPOSED,
        EventKind.CLASSIFICATION_EVALUATED,
        EventKind.ESCALATION_TRIGGERED,
    }
    assert report.having(Verdict.DIFFERENT) == ()


async def test_an_incident_without_evidence_is_not_found(engine: AsyncEngine) -> None:
    """Nothing is ever the same as nothing."""
    with pytest.raises(NotFound, match="INC-2026-none"):
        await replayed(engine, "INC-2026-none")


async def test_the_command_tells_what_came_out(
    engine: AsyncEngine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It reads with the rights of the application, which cannot change anything."""
    await store_policies(engine, POLICIES)
    walk = walked()
    await append(engine, walk.entries())
    monkeypatch.setenv("HOLDFAST_STATE_FOLDER", str(settings.state_folder))
    await asyncio.to_thread(replay_command, walk.state.incident_id, None)
    words = " ".join(capsys.readouterr().out.split())
    assert f"{len(walk.events)} entries" in words
    assert "Every judgement comes out byte for byte as it was recorded." in words
