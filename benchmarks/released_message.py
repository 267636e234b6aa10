"""A message that the evidence has released, with as many recipients as a benchmark wants."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE, Delivery, Message, Variant
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import SYSTEM
from holdfast.evidence.entry import Entry, entry_id
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import store_artifact
from holdfast.store.communications.recipients import Recipient, keep_recipients
from holdfast.store.evidence import append

__all__ = ["released_message"]

_CHANNEL = "mail"


async def released_message(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, recipients: int
) -> DeliveryOrder:
    """Keep a message to so many recipients of the channel `mail`, and record its release."""
    people = [Recipient(f"client{number}@example.org") for number in range(recipients)]
    async with engine.begin() as connection:
        message = _message(await keep_recipients(connection, keyring, people), recipients)
        await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    workflow = communication_workflow_id(message.incident, 1)
    key = f"{workflow}/v1/delivery-0/{_CHANNEL}"
    await append(engine, [_released(message, workflow, key)])
    return DeliveryOrder(
        incident=message.incident,
        communication=1,
        workflow=workflow,
        released=entry_id(workflow, 0),
        message=message.digest,
        number=0,
        channel=_CHANNEL,
        kind=ChannelKind.MAIL_FOLDER,
        key=key,
    )


def _message(listed: str, count: int) -> Message:
    delivery = Delivery(
        channel=_CHANNEL,
        kind=ChannelKind.MAIL_FOLDER,
        group="clients",
        language="en",
        recipients=listed,
        count=count,
    )
    body = "Payments do not run. " * 50
    return Message(
        incident=f"INC-2026-{secrets.randbelow(10**12):012d}",
        purpose=Purpose.CLIENT_NOTICE,
        audience=Audience.CLIENTS,
        variants=(Variant(language="en", subject="Payments", body=body),),
        deliveries=(delivery,),
    )


def _released(message: Message, workflow: str, key: str) -> Entry:
    subject = communication_id(message.incident, 1)
    return Entry(
        id=entry_id(workflow, 0),
        incident=message.incident,
        workflow=workflow,
        sequence=0,
        occurred_at=datetime.now(UTC),
        event=Event(
            kind=EventKind.COMMUNICATION_RELEASED,
            subject=Subject(type="communication", id=subject, digest=message.digest),
            actor=SYSTEM,
            payload={
                "number": 1,
                "version": 1,
                "message": message.digest,
                "approved": entry_id(workflow, 0),
                "deliveries": [each.model_dump(mode="json") for each in message.deliveries],
                "keys": [key],
            },
        ),
        nonce=secrets.token_hex(16),
    )
