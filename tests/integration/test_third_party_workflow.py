"""Escalations as workflows: on the real server, and on one whose time can be skipped."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from holdfast.domain.replay.verdicts import Verdict
from holdfast.domain.third_party.calling import CALLS
from holdfast.evidence.entry import entry_from_bytes
from holdfast.settings import Settings
from holdfast.store.policy_installation import install_policies
from holdfast.store.replaying import replay_incident
from tests.incident_at_work import IncidentAtWork, working
from tests.statements import COMMANDER, ROBIN
from tests.third_party_at_work import ThirdPartyAtWork
from tests.third_party_scene import SEVERITY_1, play_third_party

MINUTES = timedelta(minutes=1)
HOUR = timedelta(hours=1)

_OPENED = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident AND kind = 'communication.opened' ORDER BY position
""")


async def test_an_escalation_runs_to_its_signed_review_and_is_judged_the_same_again(
    temporal: Client, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Breach, failover, pause, a claim in vain, a relapse; short runs that continue as new."""
    await install_policies(engine, Settings().policies_folder)
    async with working(temporal, engine, task_queue, tmp_path):
        incident = IncidentAtWork(temporal, engine, task_queue, history_limit=120)
        escalation = await play_third_party(incident)
        calls = await _calls(incident, escalation)
        await _all_closed(incident)
        handle = temporal.get_workflow_handle(escalation.workflow_id)
        assert await handle.result() == "restored"
        async with engine.connect() as connection:
            report = await replay_incident(connection, incident.incident_id)
        await incident.handle.terminate()
    assert calls[0] == "vendor_request"
    assert {judgement.verdict for judgement in report.judgements} == {Verdict.SAME}
    left = [file.read_text() for file in (tmp_path / "outbox").rglob("*") if file.is_file()]
    mine = [words for words in left if f"{incident.incident_id}/third-party-1" in words]
    assert len(mine) >= len(calls)
    assert all("/v1/vendor/" in words and "[[answer-link]]" not in words for words in mine)


async def test_a_silent_provider_is_climbed_over_on_virtual_time(
    time_skipping: WorkflowEnvironment, engine: AsyncEngine, task_queue: str, tmp_path: Path
) -> None:
    """Every promised time is missed when it was due, and every rung of its ladder is called."""
    await install_policies(engine, Settings().policies_folder)
    async with working(time_skipping.client, engine, task_queue, tmp_path):
        incident = IncidentAtWork(time_skipping.client, engine, task_queue, history_limit=10_000)
        await incident.open()
        await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
        await incident.answer(COMMANDER, "severity.assignment-1", "override", SEVERITY_1)
        escalation = await ThirdPartyAtWork.invoke(incident)
        await time_skipping.sleep(6 * HOUR)
        await escalation.until("third_party.breached")
        entries = await escalation.entries()
        calls = await _calls(incident, escalation)
        await incident.handle.terminate()
    asked = next(each for each in entries if each.event.kind == "third_party.asked").occurred_at
    breached = {
        each.event.payload["clock"]: round((each.occurred_at - asked) / MINUTES)
        for each in entries
        if each.event.kind == "third_party.breached"
    }
    assert breached == {
        "acknowledge": 15,
        "first_response": 30,
        "update": 60,
        "workaround": 120,
        "restore": 240,
    }
    rungs = [each.event.payload["rung"] for each in entries if "called" in each.event.kind]
    assert rungs == sorted(rungs)
    assert rungs[-1] == 2
    assert len(calls) == len(rungs) + 1


async def _calls(incident: IncidentAtWork, escalation: ThirdPartyAtWork) -> list[str]:
    """The purposes of the messages that its calls have opened, once each call has one."""
    calls = [each.id for each in await escalation.entries() if each.event.kind in CALLS]
    async with asyncio.timeout(20):
        while len(opened := await _opened_for(incident, calls)) < len(calls):
            await asyncio.sleep(0.05)
    return opened


async def _opened_for(incident: IncidentAtWork, calls: list[str]) -> list[str]:
    async with incident.engine.connect() as connection:
        rows = await connection.execute(_OPENED, {"incident": incident.incident_id})
        entries = [entry_from_bytes(bytes(row.body)) for row in rows]
    return [each.event.payload["purpose"] for each in entries if each.event.causes[0] in calls]


async def _all_closed(incident: IncidentAtWork) -> None:
    """Wait until every communication that was opened is closed."""
    async with asyncio.timeout(20):
        while True:
            kinds = await incident.kinds()
            opened = kinds.count("communication.opened")
            if kinds.count("communication.closed") == opened:
                return
            await asyncio.sleep(0.05)
