"""What is left out, or was disposed of, is nowhere; that it was is proven."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import EventKind
from holdfast.errors import InvalidInput
from holdfast.settings import Settings
from holdfast.store.export.exporting import write_manifest
from tests.closed_incidents import ClosedIncident
from tests.disposals import attach, disposed
from tests.exported import export_request, exported, made, members, records_of, verdict_on
from tests.sequenced import sequence


async def test_what_is_redacted_leaves_its_place_and_its_hash(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """Neither bytes, nor digests, nor words of a kind that is left out are anywhere in it."""
    # That those who responded have stood down is said with the reason of the answer.
    kinds = (
        EventKind.ALERTS_JOINED,
        EventKind.DECISION_ANSWERED,
        EventKind.RESPONSE_STOOD_DOWN,
    )
    request = export_request(incident.incident_id, withheld_kinds=kinds)
    _, archive = await exported(bank, installation, request)
    verdict = verdict_on(archive, tmp_path, "--vkey", vkey)
    assert (verdict.exit_code, verdict.fails) == (0, [])
    files = members(archive)
    withheld = json.loads(files["bundle.json"])["withheld"]
    left_out = [n for n, entry in enumerate(incident.entries) if entry.event.kind in kinds]
    assert withheld == [{"seq": seq, "reason": "redacted"} for seq in left_out]
    assert not {entry.event.kind for entry in records_of(archive)} & set(kinds)
    own = incident.manifest.removeprefix("sha256:").encode()
    for name, content in files.items():
        assert own not in content, name
        assert b"For the reasons discussed." not in content, name
    assert f"artifacts/{own.decode()}" not in files


async def test_the_manifest_is_never_left_out(bank: AsyncEngine, incident: ClosedIncident) -> None:
    """Without it, nobody would see that a bundle was cut off."""
    request = export_request(incident.incident_id, withheld_kinds=(EventKind.EVIDENCE_EXPORTED,))
    with pytest.raises(InvalidInput, match="never withheld"):
        await write_manifest(bank, request)


async def test_an_attachment_that_is_left_out_is_nowhere(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, tmp_path: Path
) -> None:
    """Though an earlier export, which is in the bundle, names it."""
    content = uuid.uuid4().bytes
    attached = await attach(bank, incident.incident_id, content)
    await exported(bank, installation, export_request(incident.incident_id))
    request = export_request(incident.incident_id, withheld_kinds=(EventKind.ATTACHMENT_COLLECTED,))
    _, archive = await exported(bank, installation, request)
    assert content not in archive
    listed = {each["digest"]: each for each in json.loads(members(archive)["artifacts.json"])}
    assert listed[attached.digest]["withheld"] == "redacted"
    kinds = [entry.event.kind for entry in records_of(archive)]
    assert kinds.count(EventKind.ATTACHMENT_EXPORTED) == 1
    assert verdict_on(archive, tmp_path).exit_code == 0


async def test_what_was_disposed_of_leaves_its_place_and_its_hash(
    bank: AsyncEngine, installation: Settings, incident: ClosedIncident, vkey: str, tmp_path: Path
) -> None:
    """An export before the disposal, made again after it, still proves the same hashes."""
    attached = await attach(bank, incident.incident_id, uuid.uuid4().bytes)
    earlier, whole = await exported(bank, installation, export_request(incident.incident_id))
    await disposed(bank, incident.incident_id)
    await sequence(installation)
    again = await made(bank, earlier)
    _, later = await exported(bank, installation, export_request(incident.incident_id))
    for archive in (again, later):
        verdict = verdict_on(archive, tmp_path, "--vkey", vkey)
        assert (verdict.exit_code, verdict.fails) == (0, [])
        files = members(archive)
        reasons = {each["reason"] for each in json.loads(files["bundle.json"])["withheld"]}
        assert reasons == {"disposed"}
        listed = {each["digest"]: each for each in json.loads(files["artifacts.json"])}
        assert listed[attached.digest]["withheld"] == "disposed"
        assert b"Withheld: disposed" in files["index.html"]
    before, after = members(whole), members(again)
    assert all(
        after[name] == content
        for name, content in before.items()
        if name.startswith(("leaves/", "proofs/", "checkpoint"))
    )
