"""What was said to whom, in bundles: messages with their bytes, recipients only where asked for."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE, Attached
from holdfast.domain.events import EventKind
from holdfast.domain.sealed_values import SealedValue
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.settings import Settings
from holdfast.store.artifacts import store_artifact
from holdfast.store.communications.recipients import Recipient, keep_recipients
from holdfast.store.evidence import append
from tests.closed_incidents import ClosedIncident
from tests.disposals import attach, disposed, within
from tests.exported import export_request, exported, made, members, records_of, verdict_on
from tests.sequenced import sequence
from tests.statements import COMPLIANCE
from tests.told_communications import ToldCommunication, message_to_clients


@dataclass(frozen=True)
class Sent:
    """A published message of an incident, with an address that nobody else has."""

    told: ToldCommunication
    recipients: str
    address: str


@pytest.fixture
async def sent(bank: AsyncEngine, incident: ClosedIncident, keyring: KeyEncryptionKeys) -> Sent:
    """A second version that went out to clients, with a file attached."""
    address = f"{uuid.uuid4()}@example.org"
    people = [Recipient(address)]
    recipients = await within(bank, lambda c: keep_recipients(c, keyring, people))
    file = await attach(bank, incident.incident_id, uuid.uuid4().bytes)
    told = ToldCommunication(message_to_clients(incident.incident_id))
    mail, *public = told.latest.deliveries
    addressed = mail.model_copy(update={"recipients": recipients, "count": 1})
    attached = Attached(name="a", media_type="text/plain", size=16, digest=file.digest)
    told.edit(deliveries=(addressed, *public), attachments=(attached,))
    async with bank.begin() as connection:
        for message in told.messages:
            await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    told.publish()
    await append(bank, told.entries)
    return Sent(told, recipients, address)


def listed(archive: bytes) -> dict[str, dict[str, object]]:
    """The artifacts that a bundle names, by digest."""
    rows = json.loads(members(archive)["artifacts.json"])
    return {row["digest"]: row for row in rows}


def file_of(digest: str) -> str:
    """Where in a bundle that artifact is."""
    return f"artifacts/{digest.removeprefix('sha256:')}"


async def test_messages_are_in_a_bundle_and_recipients_are_not(
    bank: AsyncEngine,
    installation: Settings,
    sent: Sent,
    keyring: KeyEncryptionKeys,
    tmp_path: Path,
) -> None:
    """Every version byte for byte; of the list its digest; the page says what was said."""
    request = export_request(sent.told.incident_id)
    manifest, archive = await exported(bank, installation, request, keyring)
    files, artifacts = members(archive), listed(archive)
    for message in sent.told.messages:
        assert files[file_of(message.digest)] == message.content
    assert artifacts[sent.recipients]["withheld"] == "redacted"
    assert file_of(sent.recipients) not in files
    assert sent.address.encode() not in archive
    page = files["index.html"].decode()
    assert "Your money is safe." in page
    assert "Version 2 approved by incident commander person-kim" in page
    assert sent.told.messages[0].digest[7:] in page
    assert verdict_on(archive, tmp_path).exit_code == 0
    assert await made(bank, manifest, keyring) == archive


async def test_recipients_go_out_where_personal_data_is_asked_for(
    bank: AsyncEngine,
    installation: Settings,
    sent: Sent,
    keyring: KeyEncryptionKeys,
    tmp_path: Path,
) -> None:
    """Sealed, with their key, and on record."""
    request = export_request(sent.told.incident_id, personal_data=True)
    manifest, archive = await exported(bank, installation, request, keyring)
    files = members(archive)
    document = json.loads(files[file_of(sent.recipients)])
    (given,) = json.loads(files["keys.json"])
    assert given["key"] == document["key"]
    key = SubjectKey(given["key"], base64.b64decode(given["secret"]))
    part = SealedValue.model_validate(document["sealed"]["part-0"])
    assert json.loads(key.unseal("part-0", part)) == [[sent.address, None]]
    told = [e.event for e in records_of(archive) if e.event.kind == "personal_data.disclosed"]
    assert [(each.payload["key"], each.payload["fields"]) for each in told] == [
        (document["key"], ["recipients"])
    ]
    assert told[0].actor == COMPLIANCE
    assert verdict_on(archive, tmp_path).exit_code == 0
    assert await made(bank, manifest, keyring) == archive


async def test_recipients_of_redacted_records_do_not_go_out(
    bank: AsyncEngine, installation: Settings, sent: Sent, keyring: KeyEncryptionKeys
) -> None:
    """Nor do their keys, nor the messages, though questions about them name those."""
    kinds = tuple(kind for kind in EventKind if kind.startswith("communication."))
    request = export_request(sent.told.incident_id, personal_data=True, withheld_kinds=kinds)
    _, archive = await exported(bank, installation, request, keyring)
    assert "keys.json" not in members(archive)
    assert sent.recipients.removeprefix("sha256:").encode() not in archive
    assert listed(archive)[sent.told.latest.digest]["withheld"] == "redacted"
    assert b"Your money is safe." not in archive


async def test_after_a_disposal_a_bundle_holds_nothing_of_it(
    bank: AsyncEngine,
    installation: Settings,
    sent: Sent,
    keyring: KeyEncryptionKeys,
    tmp_path: Path,
) -> None:
    """An export that held all of it, made again."""
    request = export_request(sent.told.incident_id, personal_data=True)
    manifest, _ = await exported(bank, installation, request, keyring)
    await disposed(bank, sent.told.incident_id)
    await sequence(installation)
    again = await made(bank, manifest, keyring)
    assert b"Your money is safe." not in again
    assert file_of(sent.recipients) not in members(again)
    assert verdict_on(again, tmp_path).exit_code == 0
