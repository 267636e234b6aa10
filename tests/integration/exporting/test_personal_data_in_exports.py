"""Sealed personal data in exports: closed, opened on record, erased for good."""

from __future__ import annotations

import base64
import json
import uuid
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.events import EventKind
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.settings import Settings
from holdfast.store.evidence import append
from holdfast.store.people.erasures import Erasure, erase
from holdfast.store.people.personal_data import seal_fields
from tests.exported import export_request, exported, made, members, records_of, verdict_on
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import entries
from tests.sequenced import sequence
from tests.statements import COMPLIANCE
from tests.walk import Walk


async def sealed_incident(bank: AsyncEngine, keyring: KeyEncryptionKeys) -> tuple[str, str]:
    """An incident whose first record seals a contact; its id, and the name of the person's key."""
    walk, key = Walk(new_incident_id()), f"person-{uuid.uuid4().hex}"
    walk.to_triage()
    first, *rest = entries(walk)
    async with bank.begin() as connection:
        texts = {"contact_name": "Jo Doe", "contact_email": "jo@processor.example"}
        sealed = await seal_fields(connection, keyring, key, "s1", texts)
    event = first.event.model_copy(update={"sealed": sealed})
    await append(bank, [first.model_copy(update={"event": event}), *rest])
    return walk.state.incident_id, key


async def test_sealed_data_stay_sealed_unless_their_keys_are_asked_for(
    bank: AsyncEngine, installation: Settings, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """With the keys, a reader can read; that they went out is on record in the same bundle."""
    incident_id, key = await sealed_incident(bank, keyring)
    _, closed = await exported(bank, installation, export_request(incident_id), keyring)
    assert "keys.json" not in members(closed)
    asked = export_request(incident_id, personal_data=True)
    _, archive = await exported(bank, installation, asked, keyring)
    assert b"Jo Doe" not in closed + archive
    given = json.loads(members(archive)["keys.json"])
    assert [each["key"] for each in given] == [key]
    first, *_, disclosed, manifest = records_of(archive)
    person = SubjectKey(key, base64.b64decode(given[0]["secret"]))
    assert person.unseal("contact_name", first.event.sealed["contact_name"]) == "Jo Doe"
    assert disclosed.event.kind is EventKind.PERSONAL_DATA_DISCLOSED
    assert disclosed.event.payload["fields"] == ["contact_email", "contact_name"]
    assert manifest.event.payload["personal_data"] is True
    for bundle in (closed, archive):
        assert verdict_on(bundle, tmp_path).exit_code == 0


async def test_an_erased_key_leaves_every_bundle(
    bank: AsyncEngine, installation: Settings, keyring: KeyEncryptionKeys, tmp_path: Path
) -> None:
    """Made again, an export that held it says so; one that did not stays the same."""
    incident_id, key = await sealed_incident(bank, keyring)
    without, sealed = await exported(bank, installation, export_request(incident_id), keyring)
    asked = export_request(incident_id, personal_data=True)
    with_key, _ = await exported(bank, installation, asked, keyring)
    async with bank.begin() as connection:
        erasure = Erasure(f"dsr-{uuid.uuid4()}", key, "GDPR Art. 17(1)(a)", COMPLIANCE)
        await erase(connection, erasure)
    await sequence(installation)
    assert await made(bank, without, keyring) == sealed
    files = members(await made(bank, with_key, keyring))
    assert "keys.json" not in files
    assert [each["key"] for each in json.loads(files["erasures.json"])] == [key]
    _, later = await exported(bank, installation, asked, keyring)
    assert [each["key"] for each in json.loads(members(later)["erasures.json"])] == [key]
    assert records_of(later)[-2].event.kind is not EventKind.PERSONAL_DATA_DISCLOSED
    assert verdict_on(later, tmp_path).exit_code == 0
