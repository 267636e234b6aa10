"""What leaves the house is on record first, proves itself, and can be made again."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import EventKind
from holdfast.errors import NotFound, Unavailable
from holdfast.settings import Settings
from holdfast.store.evidence import append
from holdfast.store.export.collecting import collect
from holdfast.store.export.exporting import write_manifest
from tests.closed_incidents import ClosedIncident, new_closed_incident
from tests.disposals import attach
from tests.exported import export_request, exported, made, members, records_of, verdict_on
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import entries
from tests.sequenced import sequence
from tests.walk import Walk


async def test_an_export_proves_itself_to_a_stranger(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """Every record with its exact bytes, closed by a manifest that says who took it, what for."""
    manifest, archive = await exported(bank, installation, export_request(incident.incident_id))
    verdict = verdict_on(archive, tmp_path, "--vkey", vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])
    found = records_of(archive)
    assert [entry.id for entry in found] == [*(entry.id for entry in incident.entries), manifest]
    assert found[:-1] == list(incident.entries)
    said = found[-1].event
    assert said.actor.id == "person-lou"
    assert (said.payload["count"], said.payload["purpose"]) == (len(found) - 1, "the annual audit")
    artifacts = json.loads(members(archive)["artifacts.json"])
    pinned = {pin["digest"] for pin in incident.entries[0].event.payload["policies"]}
    there = {each["digest"] for each in artifacts if each["withheld"] is None}
    assert pinned | {incident.manifest} <= there


async def test_the_same_manifest_gives_the_same_bytes(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident
) -> None:
    """However much the log has grown since, and nothing is recorded by making it again."""
    manifest, archive = await exported(bank, installation, export_request(incident.incident_id))
    await new_closed_incident(bank, installation)
    await exported(bank, installation, export_request(incident.incident_id))
    assert await made(bank, manifest) == archive


async def test_an_unknown_incident_has_no_evidence(bank: AsyncEngine) -> None:
    """Nothing is recorded about it either."""
    with pytest.raises(NotFound, match="no evidence"):
        await write_manifest(bank, export_request("INC-2026-999999999999"))
    with pytest.raises(NotFound, match="no export"):
        async with bank.connect() as connection:
            await collect(connection, "export/none#0")


async def test_nothing_is_collected_before_its_record_is_published(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident
) -> None:
    """What is not in the log yet does not leave."""
    manifest = await write_manifest(bank, export_request(incident.incident_id))
    async with bank.connect() as connection:
        with pytest.raises(Unavailable, match="not in the log yet"):
            await collect(connection, manifest)
    await sequence(installation)
    assert await made(bank, manifest)


async def test_records_that_come_meanwhile_are_before_the_manifest(
    bank: AsyncEngine, installation: Settings, tmp_path: Path
) -> None:
    """Records that wait for the log when an export is made are in the bundle."""
    walk = Walk(new_incident_id())
    walk.to_contain()
    waiting = entries(walk)
    await append(bank, waiting[:5])
    await sequence(installation)
    await append(bank, waiting[5:])
    _, archive = await exported(bank, installation, export_request(walk.state.incident_id))
    found = records_of(archive)
    assert [entry.id for entry in found[:-1]] == [entry.id for entry in waiting]
    assert found[-1].event.payload["count"] == 5
    assert verdict_on(archive, tmp_path).exit_code == 0


async def test_attachments_go_out_on_record(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, tmp_path: Path
) -> None:
    """The file is in the bundle, and that it went out is a link of its chain of custody."""
    content = uuid.uuid4().bytes
    attached = await attach(bank, incident.incident_id, content)
    _, archive = await exported(bank, installation, export_request(incident.incident_id))
    assert members(archive)[f"artifacts/{attached.digest.removeprefix('sha256:')}"] == content
    *_, out, manifest = records_of(archive)
    assert (out.event.kind, out.event.subject.id) == (
        EventKind.ATTACHMENT_EXPORTED,
        attached.attachment_id,
    )
    assert manifest.id == f"{out.event.payload['export']}#0"
    assert verdict_on(archive, tmp_path).exit_code == 0
