"""Communications in the real PostgreSQL: read as they stand, rebuilt byte-equal, disposed of."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE, Message
from holdfast.errors import NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.settings import Settings
from holdfast.store.artifacts import Disposed, store_artifact
from holdfast.store.communications.reading import (
    fetch_communication,
    fetch_message,
    list_communications,
    list_replies,
)
from holdfast.store.communications.recipients import Recipient, keep_recipients
from holdfast.store.evidence import append
from holdfast.store.rebuild import rebuild
from tests.closed_incidents import content_of, new_closed_incident
from tests.disposals import disposed, within
from tests.incident_at_work import new_incident_id
from tests.integration.test_evidence_store import dump
from tests.sequenced import sequence
from tests.statements import NOON
from tests.told_communications import ToldCommunication, message_to_clients, reply_entry


@pytest.fixture
def keyring(tmp_path: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(tmp_path / "personal-data.kek")
    keys.create_first()
    return keys


async def kept(engine: AsyncEngine, keyring: KeyEncryptionKeys, incident_id: str) -> Message:
    """A message to clients whose recipients and bytes are kept, and nobody else's."""
    people = [Recipient(f"{uuid.uuid4()}@example.org")]
    recipients = await within(engine, lambda c: keep_recipients(c, keyring, people))
    mail, *public = message_to_clients(incident_id).deliveries
    addressed = mail.model_copy(update={"recipients": recipients, "count": 1})
    message = message_to_clients(incident_id, deliveries=(addressed, *public))
    await keep(engine, message)
    return message


async def keep(engine: AsyncEngine, message: Message) -> None:
    """Keep the bytes of a message, as composing does."""
    stored = within(engine, lambda c: store_artifact(c, message.content, MESSAGE_MEDIA_TYPE))
    assert await stored == message.digest


async def test_communications_are_read_as_they_stand(
    engine: AsyncEngine, keyring: KeyEncryptionKeys
) -> None:
    """However the entries came in; by their numbers; with the message byte for byte."""
    incident_id = new_incident_id()
    message = await kept(engine, keyring, incident_id)
    first = ToldCommunication(message)
    first.publish()
    second = ToldCommunication(message_to_clients(incident_id, supersedes=1), number=2)
    second.approve()
    for entry in [*first.entries, *second.entries]:
        await append(engine, [entry])
    async with engine.connect() as connection:
        found = await list_communications(connection, incident_id)
        one = await fetch_communication(connection, incident_id, 2)
        assert await fetch_communication(connection, incident_id, 3) is None
        assert await fetch_message(connection, message.digest) == message
        with pytest.raises(NotFound):
            await fetch_message(connection, second.latest.digest)
    assert [(row["number"], row["stage"]) for row in found] == [(1, "published"), (2, "publishing")]
    assert one == found[1]
    assert [row["superseded_by"] for row in found] == [None, None]


async def test_replies_are_read_in_order(engine: AsyncEngine) -> None:
    """Of the incident, or of one communication; a question once it is answered."""
    incident_id = new_incident_id()
    question = reply_entry(incident_id, 1, "regulator_question", communication=None)
    complaint = reply_entry(incident_id, 2, "complaint", communication=3)
    answer = reply_entry(incident_id, 3, answered=f"{incident_id}/reply-1")
    for entry in (question, complaint, answer):
        await append(engine, [entry])
    async with engine.connect() as connection:
        replies = await list_replies(connection, incident_id)
        of_third = await list_replies(connection, incident_id, 3)
    assert [row["number"] for row in replies] == [1, 2, 3]
    assert [row["answered_at"] for row in replies] == [NOON + timedelta(hours=3), None, None]
    assert [row["kind"] for row in of_third] == ["complaint"]


async def test_a_disposal_reaches_messages_recipients_and_rows(
    engine: AsyncEngine, settings: Settings, keyring: KeyEncryptionKeys
) -> None:
    """Every version, what was composed and refused, and their lists; a rebuild is byte-equal."""
    incident = await new_closed_incident(engine, None)
    published = await kept(engine, keyring, incident.incident_id)
    refused = await kept(engine, keyring, incident.incident_id)
    elsewhere = await kept(engine, keyring, new_incident_id())
    told = ToldCommunication(published)
    told.edit(
        missing=(),
        attachments=(),
        variants=published.variants[:1],
        deliveries=published.deliveries[:2],
    )
    await keep(engine, told.latest)
    told.publish()
    await append(engine, [*told.entries, reply_entry(incident.incident_id, 1)])
    await sequence(settings)

    await disposed(engine, incident.incident_id)

    for message in (published, told.latest, refused):
        assert await content_of(engine, message.digest) is None
        assert await content_of(engine, str(message.deliveries[0].recipients)) is None
    assert await content_of(engine, elsewhere.digest) == elsewhere.content
    assert await content_of(engine, str(elsewhere.deliveries[0].recipients)) is not None
    async with engine.connect() as connection:
        assert await list_communications(connection, incident.incident_id) == []
        assert await list_replies(connection, incident.incident_id) == []
        with pytest.raises(Disposed):
            await fetch_message(connection, published.digest)
    before = await dump(engine)
    told_rows = [row for rows in before.values() for row in rows if incident.incident_id in row]
    assert "Card payments" not in " ".join(told_rows)
    await rebuild(engine)
    assert await dump(engine) == before
