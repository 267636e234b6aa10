"""Drafts composed over a real database: incidents in it, contacts, files, earlier messages."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.contact_points import ContactPoints
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import Delivery, Message
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.events import PolicyPin
from holdfast.evidence.entry import Entry, entry_id
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import store_artifact
from holdfast.store.communications.composing import (
    Composed,
    ComposingParts,
    InvalidDraft,
    compose,
    preview,
)
from holdfast.store.communications.recipients import Recipient, read_recipients
from holdfast.store.custody.attachments import NewAttachment, collect_attachment
from holdfast.store.evidence import append
from holdfast.store.people.directory import ContactChange, record_points
from tests.incident_at_work import new_incident_id
from tests.statements import COMPLIANCE, NOON, ROBIN
from tests.told_communications import ToldCommunication
from tests.walk import Walk

__all__ = ["CHANNELS", "DraftDesk", "carried", "entries_of", "refused", "wish"]

CHANNELS = {
    "mail": ChannelKind.MAIL,
    "letters": ChannelKind.MAIL_FOLDER,
    "notices": ChannelKind.FILES,
    "status-page": ChannelKind.STATUS_PAGE,
    "chat": ChannelKind.APPRISE,
}

_PIN = PolicyPin(name="stakeholders", version="1", digest=f"sha256:{'4f' * 32}")
_COUNT = text("SELECT count(*) FROM evidence.artifact")


def carried(name: str, audience: Audience, *, attachments: bool) -> str | None:
    """What these channels do not carry: what is internal to the public, and files to the chat."""
    if name == "status-page" and audience.internal:
        return f"the page is public: nothing for {audience}"
    return "no attachments" if name == "chat" and attachments else None


def wish(**changes: Any) -> DraftWish:  # noqa: ANN401 - a wish's fields
    """A holding statement to clients, as the policy plans it, if nothing else is said."""
    fields = {"purpose": Purpose.HOLDING_STATEMENT, "audience": Audience.CLIENTS}
    return DraftWish.model_validate(fields | changes)


def entries_of(walk: Walk) -> list[Entry]:
    """What the walk's events are as entries, a second between any two of them."""
    workflow_id = f"incident/{walk.state.incident_id}"
    return [
        Entry(
            id=(written := entry_id(workflow_id, number)),
            incident=walk.state.incident_id,
            workflow=workflow_id,
            sequence=number,
            occurred_at=NOON + timedelta(seconds=number),
            event=event,
            nonce=hashlib.sha256(written.encode()).hexdigest()[:32],
        )
        for number, event in enumerate(walk.events)
    ]


@dataclass
class DraftDesk:
    """Where tests compose; `at` is when."""

    engine: AsyncEngine
    keyring: KeyEncryptionKeys
    at: datetime = NOON + timedelta(hours=1)

    @property
    def parts(self) -> ComposingParts:
        """What composing works with."""
        return ComposingParts(self.engine, self.keyring, CHANNELS, carried)

    async def opened(self) -> str:
        """An incident that was just opened."""
        walk = Walk(new_incident_id())
        walk.to_triage()
        return await self.keep(walk)

    async def keep(self, walk: Walk) -> str:
        """Put an incident that was walked into the database."""
        await append(self.engine, entries_of(walk))
        return walk.state.incident_id

    async def compose(self, incident_id: str, wanted: DraftWish) -> Composed:
        """Compose."""
        return await compose(self.parts, incident_id, wanted, self.at)

    async def recipients(self, delivery: Delivery) -> list[Recipient]:
        """Who is on a delivery's list."""
        assert delivery.recipients is not None
        async with self.engine.begin() as connection:
            return list(await read_recipients(connection, self.keyring, delivery.recipients))

    async def reached_at(self, contact: str, address: str) -> None:
        """Keep the mail address of a contact."""
        change = ContactChange(contact, COMPLIANCE, _PIN)
        async with self.engine.begin() as connection:
            points = ContactPoints(mail=address)
            await record_points(connection, self.keyring, change, points)

    async def attached(self, incident_id: str, content: bytes, media_type: str) -> str:
        """Take a file into custody, and return its id."""
        new = NewAttachment(
            str(uuid.uuid4()), incident_id, content, media_type, "Analysis", None, self.at
        )
        async with self.engine.begin() as connection:
            await collect_attachment(connection, new, ROBIN, None)
        return new.attachment_id

    async def published(self, message: Message, number: int = 1) -> ToldCommunication:
        """Publish a message as a communication of its incident."""
        told = ToldCommunication(message, number, NOON)
        told.publish()
        async with self.engine.begin() as connection:
            await store_artifact(connection, message.content, "application/json")
        await append(self.engine, told.entries)
        return told

    async def artifacts(self) -> int:
        """How many artifacts there are."""
        async with self.engine.connect() as connection:
            return int((await connection.execute(_COUNT)).scalar_one())


async def refused(desk: DraftDesk, incident_id: str, wanted: DraftWish) -> InvalidDraft:
    """The refusal of a draft and of its preview, which leave nothing behind."""
    before = await desk.artifacts()
    with pytest.raises(InvalidDraft) as refusal:
        await desk.compose(incident_id, wanted)
    with pytest.raises(InvalidDraft) as of_preview:
        await preview(desk.parts, incident_id, wanted, desk.at)
    assert of_preview.value.message == refusal.value.message
    assert await desk.artifacts() == before
    field, reason = refusal.value.field, refusal.value.reason
    pointer = f"/{field.replace('.', '/')}"
    assert refusal.value.fields["errors"] == [{"pointer": pointer, "message": reason}]
    assert refusal.value.message == f"{field}: {reason}"
    return refusal.value
