"""Messages that the evidence has released, delivered attempt by attempt, without the way there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.common import RetryPolicy
from temporalio.testing import ActivityEnvironment

from activities.answer_links import AnswerLinks
from activities.publishing import PublishingActivities
from holdfast.channels import Channel, Channels
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport
from holdfast.domain.communication.kinds import Audience, ChannelKind, Purpose
from holdfast.domain.communication.message import (
    ANSWER_LINK,
    MESSAGE_MEDIA_TYPE,
    AnswerLink,
    Attached,
    Delivery,
    Message,
    Variant,
)
from holdfast.domain.communication.naming import communication_id, communication_workflow_id
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import SYSTEM
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry, entry_id
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import store_artifact
from holdfast.store.communications.recipients import Recipient, keep_recipients
from holdfast.store.evidence import append
from tests.incident_at_work import new_incident_id
from tests.statements import NOON

__all__ = [
    "LETTER",
    "LINKS",
    "Released",
    "addresses",
    "attempt",
    "new_keyring",
    "publishing",
    "release",
    "states",
]

LETTER = b"%PDF the protective measures"
"""The attachment."""

LINKS = AnswerLinks("https://bank.example", Path("no key here"))
"""For messages that carry no link."""

_STATES = text("SELECT number, state FROM outgoing.recipient_attempt WHERE key = :key")


@dataclass(frozen=True)
class Released:
    """A message with one delivery, and the order to deliver it."""

    message: Message
    order: DeliveryOrder

    @property
    def key(self) -> str:
        """The key of the delivery."""
        return self.order.key

    def again(self, **changes: object) -> DeliveryOrder:
        """The order, changed in something."""
        return self.order.model_copy(update=changes)


def new_keyring(folder: Path) -> KeyEncryptionKeys:
    """Key-encryption keys of the test's own."""
    keys = KeyEncryptionKeys(folder / "personal-data.kek")
    keys.create_first()
    return keys


def addresses(count: int) -> list[Recipient]:
    """So many recipients, all different."""
    return [
        Recipient(f"client{number}@example.org", f"contact-{number}") for number in range(count)
    ]


async def release(  # noqa: PLR0913 - each is what some test is about
    engine: AsyncEngine,
    keyring: KeyEncryptionKeys,
    recipients: Sequence[Recipient] = (),
    *,
    channel: tuple[str, ChannelKind] = ("post", ChannelKind.MAIL),
    alternative: tuple[str, ChannelKind] | None = None,
    says: JsonObject | None = None,
    answer: AnswerLink | None = None,
    audience: Audience = Audience.CLIENTS,
) -> Released:
    """Keep a message and its recipients, and record its release; `says` is put into that entry.

    With `answer` its text is nothing but the place of the link.
    """
    async with engine.begin() as connection:
        listed = await keep_recipients(connection, keyring, recipients) if recipients else None
        letter = await store_artifact(connection, LETTER, "application/pdf")
        message = _message(listed, len(recipients) or 1, channel, alternative, letter)
        message = message.model_copy(update={"audience": audience})
        if answer is not None:
            texts = (Variant(language="en", subject="Call", body=ANSWER_LINK),)
            message = message.model_copy(update={"answer": answer, "variants": texts})
        await store_artifact(connection, message.content, MESSAGE_MEDIA_TYPE)
    entry = _entry(message, says or {})
    await append(engine, [entry])
    return Released(message, _order(message, entry))


def publishing(
    engine: AsyncEngine, keyring: KeyEncryptionKeys, *channels: Channel
) -> PublishingActivities:
    """The activity with those channels."""
    return PublishingActivities(engine, keyring, Channels(channels), LINKS)


async def attempt(
    activity: PublishingActivities,
    order: DeliveryOrder,
    number: int = 1,
    most: int = 0,
    within: ActivityEnvironment | None = None,
) -> DeliveryReport:
    """Make the attempt of that number, of so many that Temporal makes (0: without end)."""
    environment = within or ActivityEnvironment()
    policy = RetryPolicy(maximum_attempts=most)
    environment.info = replace(environment.info, attempt=number, retry_policy=policy)
    return await environment.run(activity.deliver_message, order)


async def states(engine: AsyncEngine, key: str) -> dict[int, str]:
    """What the ledger says of each recipient of a delivery."""
    async with engine.connect() as connection:
        rows = await connection.execute(_STATES, {"key": key})
        return {row.number: row.state for row in rows}


def _message(
    listed: str | None,
    count: int,
    channel: tuple[str, ChannelKind],
    alternative: tuple[str, ChannelKind] | None,
    letter: str,
) -> Message:
    other, other_kind = alternative or (None, None)
    delivery = Delivery(
        channel=channel[0],
        kind=channel[1],
        group="clients",
        language="en",
        recipients=listed,
        count=count,
        alternative=other,
        alternative_kind=other_kind,
    )
    attached = Attached(
        name="measures.pdf", media_type="application/pdf", size=len(LETTER), digest=letter
    )
    return Message(
        incident=new_incident_id(),
        purpose=Purpose.CLIENT_NOTICE,
        audience=Audience.CLIENTS,
        variants=(Variant(language="en", subject="Payments", body="Payments do not run."),),
        deliveries=(delivery,),
        attachments=(attached,),
    )


def _entry(message: Message, says: JsonObject) -> Entry:
    workflow = communication_workflow_id(message.incident, 1)
    payload = {
        "number": 1,
        "version": 2,
        "message": message.digest,
        "approved": entry_id(workflow, 3),
        "deliveries": [each.model_dump(mode="json") for each in message.deliveries],
        "keys": [_key(workflow, message.deliveries[0].channel)],
    }
    subject = Subject(
        type="communication", id=communication_id(message.incident, 1), digest=message.digest
    )
    return Entry(
        id=entry_id(workflow, 4),
        incident=message.incident,
        workflow=workflow,
        sequence=4,
        occurred_at=NOON,
        event=Event(
            kind=EventKind.COMMUNICATION_RELEASED,
            subject=subject,
            actor=SYSTEM,
            payload={**payload, **says},
        ),
        nonce=uuid.uuid4().hex,
    )


def _key(workflow: str, channel: str) -> str:
    return f"{workflow}/v2/delivery-0/{channel}"


def _order(message: Message, entry: Entry) -> DeliveryOrder:
    delivery = message.deliveries[0]
    return DeliveryOrder(
        incident=message.incident,
        communication=1,
        workflow=entry.workflow,
        released=entry.id,
        message=message.digest,
        number=0,
        channel=delivery.channel,
        kind=delivery.kind,
        key=_key(entry.workflow, delivery.channel),
    )
