"""What an export says of keys, of earlier checkpoints, and of others who vouch."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.errors import NotFound
from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.key_rotation import retire, rotate
from holdfast.settings import Settings
from holdfast.stack.database_urls import DatabaseUrls, database_urls
from holdfast.store.database import create_engine
from holdfast.store.export.collecting import collect
from holdfast.store.export.exporting import write_manifest
from holdfast.store.log.checkpoints import latest_checkpoint
from holdfast.store.log.departures import COSIGNATURES, TIMESTAMPS, note_departed
from holdfast.store.policies import store_policies
from tests.api_doors import own_installation
from tests.closed_incidents import ClosedIncident, new_closed_incident
from tests.exported import export_request, exported, made, members, verdict_on
from tests.growing_log import sequencing
from tests.log_in_memory import cosignature, timestamp, witness_vkey
from tests.rulebook import POLICIES

_SOON = timedelta(seconds=10)


async def test_a_reader_who_kept_a_checkpoint_sees_that_the_log_only_grew(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """The bundle connects the checkpoint that was kept with that of today."""
    async with bank.connect() as connection:
        kept = await latest_checkpoint(connection)
    assert kept is not None
    await new_closed_incident(bank, installation)
    request = export_request(incident.incident_id, previous_size=kept.size)
    _, archive = await exported(bank, installation, request)
    file = tmp_path / "kept"
    file.write_text(kept.note)
    arguments = ("--vkey", vkey, "--checkpoint", str(file))
    verdict = verdict_on(archive, tmp_path, *arguments)
    assert (verdict.exit_code, verdict.fails) == (0, [])
    assert any("only grew" in words for words in verdict.holds)
    assert members(archive)["checkpoint.previous"].decode() == kept.note


@pytest.mark.parametrize("size", [10**9, 2**53])
async def test_a_size_that_was_never_signed_proves_nothing(
    bank: AsyncEngine, incident: ClosedIncident, size: int
) -> None:
    """It is refused before anything is recorded."""
    before = await count(bank, incident.incident_id)
    with pytest.raises(NotFound, match="ever signed"):
        await write_manifest(bank, export_request(incident.incident_id, previous_size=size))
    assert await count(bank, incident.incident_id) == before


async def count(bank: AsyncEngine, incident_id: str) -> int:
    """How many records an incident has."""
    statement = text("SELECT count(*) FROM evidence.record WHERE incident_id = :id")
    async with bank.connect() as connection:
        return int((await connection.execute(statement, {"id": incident_id})).scalar_one())


async def test_whoever_trusts_the_first_key_trusts_what_it_vouched_for(
    settings: Settings, postgres: DatabaseUrls, tmp_path: Path
) -> None:
    """The first key is retired; the bundle says how it led to the one that signs now."""
    del postgres
    own = await own_installation(settings)
    keys = LogKeys(own.log_keys_folder, own.log_origin)
    keys.create_first()
    first = keys.signers()[0].verifier.vkey
    engine = create_engine(database_urls(own).application)
    await store_policies(engine, POLICIES)
    async with sequencing(own):
        await new_closed_incident(engine, None)
        for number in range(2):
            await rotate(engine, keys, f"yearly, {number}", _SOON)
        await retire(engine, keys, first, "replaced", _SOON)
    incident = await new_closed_incident(engine, own)
    _, archive = await exported(engine, own, export_request(incident.incident_id))
    await engine.dispose()
    listed = json.loads(members(archive)["log-keys.json"])
    assert [key["rotation"] for key in listed] == [None, "1", "2"]
    assert first not in members(archive)["policy"].decode()
    verdict = verdict_on(archive, tmp_path, "--vkey", first)
    assert (verdict.exit_code, verdict.fails) == (0, [])
    stranger = LogKeys(tmp_path / "keys", own.log_origin)
    stranger.create_first()
    other = stranger.signers()[0].verifier.vkey
    assert verdict_on(archive, tmp_path, "--vkey", other).exit_code == 5


async def test_what_others_say_of_the_checkpoint_goes_along(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """Witness and timestamp authority, though both came after the export."""
    manifest, _ = await exported(bank, installation, export_request(incident.incident_id))
    async with bank.connect() as connection:
        plain = await collect(connection, manifest)
    signed_text = f"{plain.signed_note.partition(chr(10) * 2)[0]}\n"
    url = database_urls(installation).sequencer
    sequencer = create_engine(url)
    async with sequencer.begin() as connection:
        witnessed = (COSIGNATURES, witness_vkey(), plain.size, cosignature(signed_text))
        await note_departed(connection, *witnessed)
        stamped = (TIMESTAMPS, "tsa.example", plain.size, timestamp(plain.signed_note.encode()))
        await note_departed(connection, *stamped)
    await sequencer.dispose()
    archive = await made(bank, manifest)
    files = members(archive)
    assert files[f"timestamps/{plain.size}.checkpoint"].decode() == plain.signed_note
    assert files["checkpoint"].decode() == plain.signed_note + cosignature(signed_text)
    verdict = verdict_on(archive, tmp_path, "--vkey", vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])
    assert any("1 witness(es)" in words for words in verdict.holds)
    assert any("1 timestamp(s)" in words for words in verdict.holds)
