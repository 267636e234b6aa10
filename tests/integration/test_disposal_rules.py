"""Who may dispose of what, and when: two people, after retention, without a hold."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import EventKind
from holdfast.domain.roles import Actor, Role
from holdfast.errors import HoldfastError, NotFound
from holdfast.settings import Settings
from holdfast.store.artifacts import Disposed
from holdfast.store.chosen_deeds import ChosenDeed, IdReused
from holdfast.store.custody.four_eyes import SelfApproval
from holdfast.store.custody.holds import HoldRequest, HoldType, lift_hold, place_hold
from holdfast.store.custody.retention import (
    DisposalRefused,
    HoldStands,
    IncidentNotClosed,
    RetentionRunning,
)
from holdfast.store.deeds import record_deed
from holdfast.store.evidence import append
from tests.closed_incidents import ClosedIncident, bodies_of, new_closed_incident
from tests.disposals import LEGAL, NOW, approve, hold, new_proposal, propose, within
from tests.integration.test_evidence_store import whole_incident
from tests.remediation_walk import RemediationWalk
from tests.reporting_walk import ReportingWalk
from tests.statements import COMPLIANCE


@pytest.fixture
async def ripe(engine: AsyncEngine, settings: Settings) -> ClosedIncident:
    """An incident whose content may go."""
    return await new_closed_incident(engine, settings)


async def test_a_hold_blocks_until_another_person_lifts_it(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """Before the proposal, and between proposal and approval."""
    proposal = new_proposal(ripe.incident_id)
    await propose(engine, proposal)
    await hold(engine, ripe.incident_id)
    for attempt in (propose(engine, new_proposal(ripe.incident_id)), approve(engine, proposal)):
        with pytest.raises(HoldStands, match="claim-1"):
            await attempt
    request = HoldRequest(ripe.incident_id, "claim-1", "Settled.", COMPLIANCE)
    with pytest.raises(SelfApproval):
        await within(engine, lambda c: lift_hold(c, request))
    await hold(engine, ripe.incident_id, lift=True)
    await approve(engine, proposal)
    with pytest.raises(Disposed):
        await within(engine, lambda c: place_hold(c, request, HoldType.LEGAL))


async def test_a_hold_and_a_disposal_at_the_same_time_exclude_each_other(
    engine: AsyncEngine, settings: Settings
) -> None:
    """Whichever is first wins; never are both done."""
    for _ in range(6):
        incident = await new_closed_incident(engine, settings)
        proposal = new_proposal(incident.incident_id)
        await propose(engine, proposal)
        outcomes = await asyncio.gather(
            hold(engine, incident.incident_id), approve(engine, proposal), return_exceptions=True
        )
        assert sum(isinstance(outcome, HoldfastError) for outcome in outcomes) == 1, outcomes


async def test_nobody_approves_their_own_proposal(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """Whatever role they exercise in doing so."""
    proposal = new_proposal(ripe.incident_id)
    await propose(engine, proposal)
    with pytest.raises(SelfApproval):
        await approve(engine, proposal, Actor(id=COMPLIANCE.id, role=Role.LEGAL))
    assert None not in (await bodies_of(engine, ripe.incident_id)).values()


async def test_content_is_kept_until_the_period_has_ended(
    engine: AsyncEngine, settings: Settings
) -> None:
    """Seven years for the worst two severities, to the day."""
    incident = await new_closed_incident(engine, settings, NOW - timedelta(days=7 * 365))
    with pytest.raises(RetentionRunning, match="kept until"):
        await propose(engine, new_proposal(incident.incident_id))
    await propose(engine, new_proposal(incident.incident_id, now=NOW + timedelta(days=3)))


async def test_an_open_incident_is_never_disposed_of(engine: AsyncEngine) -> None:
    """However old it is."""
    batch = whole_incident()
    await append(engine, batch)
    with pytest.raises(IncidentNotClosed):
        await propose(engine, new_proposal(batch[0].incident))


async def test_an_incident_is_not_disposed_of_over_an_open_remediation_task(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """A task outlives its incident: its evidence has to stay until it is closed as well."""
    walk = RemediationWalk(ripe.incident_id)
    walk.to_contain()
    task = walk.propose()
    opened = next(e for e in walk.entries() if e.event.kind is EventKind.REMEDIATION_OPENED)
    async with engine.begin() as connection:
        await record_deed(connection, ripe.incident_id, f"{ripe.incident_id}/opened", opened.event)
    with pytest.raises(IncidentNotClosed, match=task.state.opening.id):
        await propose(engine, new_proposal(ripe.incident_id))


async def test_an_incident_is_not_disposed_of_over_an_open_reporting(
    engine: AsyncEngine, ripe: ClosedIncident
) -> None:
    """Corrections of its final report are taken after the incident was closed."""
    reported = ReportingWalk(ripe.incident_id).to_major()
    opened = next(e for e in reported.walk.entries() if e.event.kind is EventKind.REPORTING_OPENED)
    async with engine.begin() as connection:
        await record_deed(connection, ripe.incident_id, f"{ripe.incident_id}/opened", opened.event)
    with pytest.raises(IncidentNotClosed, match=reported.state.opening.id):
        await propose(engine, new_proposal(ripe.incident_id))


async def test_what_is_not_in_the_log_yet_is_not_disposed_of(engine: AsyncEngine) -> None:
    """Its hash would be gone with it."""
    incident = await new_closed_incident(engine, None)
    with pytest.raises(DisposalRefused, match="not in the log yet"):
        await propose(engine, new_proposal(incident.incident_id))


async def test_asking_again_is_the_same_deed(engine: AsyncEngine, ripe: ClosedIncident) -> None:
    """Of the proposal and of the approval; other words under the same id are refused."""
    proposal = new_proposal(ripe.incident_id)
    first = await propose(engine, proposal)
    assert await propose(engine, proposal) == ChosenDeed(first.entry, new=False)
    done = await approve(engine, proposal)
    assert await approve(engine, proposal) == ChosenDeed(done.entry, new=False)
    assert await propose(engine, proposal) == ChosenDeed(first.entry, new=False)
    with pytest.raises(IdReused):
        await propose(engine, replace(proposal, reason="Another."))
    with pytest.raises(IdReused):
        await approve(engine, proposal, LEGAL)
    with pytest.raises(DisposalRefused, match="no content"):
        await propose(engine, new_proposal(ripe.incident_id))


async def test_unknown_proposals_and_incidents_are_not_found(engine: AsyncEngine) -> None:
    """Nothing is recorded about what is not there."""
    with pytest.raises(NotFound):
        await approve(engine, new_proposal("INC-2026-000000"))
    with pytest.raises(NotFound):
        await propose(engine, new_proposal("INC-2026-000000"))
