"""Loading a delivery: the approved message, its attachments and its recipients, ready to leave."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.answer_links import AnswerLinks
from activities.handing_over import Load
from holdfast.channels import Attachment, Channels, Outgoing
from holdfast.channels.diverted import stays_here
from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.domain.communication.message import Message, marked_as_drill
from holdfast.errors import ContentDamaged, HoldfastError, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.communications.recipients import Recipient, read_recipients
from holdfast.store.communications.released import NotReleased, Release, read_message
from holdfast.store.drills.our_own import are_our_own
from holdfast.store.drills.played import read_drill

__all__ = ["Unsendable", "load_delivery", "outgoing_of", "targets_of"]


class Unsendable(HoldfastError):
    """Nothing can leave, whenever it is tried again; the message says why, and names nobody."""

    code = "unsendable"


async def load_delivery(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    channels: Channels,
    links: AnswerLinks,
    order: DeliveryOrder,
    release: Release,
) -> Load:
    """Read everything that leaves, each piece by the digest that was approved, and add its link.

    Raises:
        Unsendable: a piece of it is not there as it was approved, or the channel cannot carry it.
        Fatal: the key of the recipients, or that of the links, is not where this process runs.
    """
    try:
        message = await read_message(connection, order, release)
    except (NotFound, ContentDamaged) as error:
        because = f"the approved bytes are not there: {error.message}"
        raise Unsendable(because) from error
    except NotReleased as error:
        raise Unsendable(error.message) from error
    if refusal := _refusal(channels, order, message):
        raise Unsendable(refusal)
    attachments = await _attachments(connection, message)
    recipients = await _recipients(connection, keyring, order, release)
    sent = links.put_into(message)
    is_drill = await _is_drill(connection, order)
    if is_drill:
        sent = marked_as_drill(sent)
    return Load(
        channel=order.channel,
        release=release,
        round=order.round,
        targets=targets_of(order, release),
        outgoing=_maker(order, release, sent, attachments, recipients),
        drill=is_drill,
        diverted=is_drill and await _stays(connection, channels, order, message, recipients),
    )


async def _is_drill(connection: AsyncConnection, order: DeliveryOrder) -> bool:
    try:
        return await read_drill(connection, order.incident) is not None
    except ContentDamaged as error:
        because = f"whether it is a drill cannot be read: {error.message}"
        raise Unsendable(because) from error


async def _stays(
    connection: AsyncConnection,
    channels: Channels,
    order: DeliveryOrder,
    message: Message,
    recipients: tuple[Recipient, ...] | None,
) -> bool:
    """Whether a message of a drill must not leave; what cannot be looked up does not."""
    channel = channels.get(order.channel)
    try:
        ours = recipients is not None and await are_our_own(connection, recipients)
    except (NotFound, ContentDamaged):
        return True
    return channel is None or stays_here(message.audience, channel, to_our_own=ours)


def targets_of(order: DeliveryOrder, release: Release) -> range:
    """The numbers of those to whom this order hands over.

    A channel that is addressed by its own settings is one recipient. Where it takes the place of
    one that had a list, it has the number after the last of the list, so that it is none of them.
    """
    delivery = release.delivery
    if order.kind.addressed:
        return range(delivery.count)
    own = delivery.count if delivery.kind.addressed else 0
    return range(own, own + 1)


def _refusal(channels: Channels, order: DeliveryOrder, message: Message) -> str | None:
    """Why the channel, as it is configured now, cannot carry it."""
    attached = bool(message.attachments)
    if refusal := channels.refusal(order.channel, message.audience, attachments=attached):
        return refusal
    if channels.kinds[order.channel] is not order.kind:
        return f"the channel {order.channel} is {channels.kinds[order.channel]}, not {order.kind}"
    return None


async def _attachments(connection: AsyncConnection, message: Message) -> tuple[Attachment, ...]:
    try:
        return tuple(
            [
                (each.name, each.media_type, await fetch_artifact(connection, each.digest))
                for each in message.attachments
            ]
        )
    except (NotFound, ContentDamaged) as error:
        because = f"an approved attachment is not there: {error.message}"
        raise Unsendable(because) from error


async def _recipients(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    order: DeliveryOrder,
    release: Release,
) -> tuple[Recipient, ...] | None:
    """The sealed list, opened; None for a channel that needs none."""
    if not order.kind.addressed:
        return None
    delivery = release.delivery
    if delivery.recipients is None:
        message = f"the channel {order.channel} needs recipients, and the delivery has none"
        raise Unsendable(message)
    try:
        recipients = await read_recipients(connection, keyring, delivery.recipients)
    except (NotFound, ContentDamaged) as error:
        message = f"the approved recipients are not there: {error.message}"
        raise Unsendable(message) from error
    if len(recipients) != delivery.count:
        message = f"{len(recipients)} recipients are there, and {delivery.count} were approved"
        raise Unsendable(message)
    return recipients


def _maker(
    order: DeliveryOrder,
    release: Release,
    message: Message,
    attachments: tuple[Attachment, ...],
    recipients: tuple[Recipient, ...] | None,
) -> Callable[[int], Outgoing]:
    def outgoing(number: int) -> Outgoing:
        address = recipients[number].address if recipients else None
        return outgoing_of((order, release), message, attachments, number, address)

    return outgoing


def outgoing_of(
    ordered: tuple[DeliveryOrder, Release],
    message: Message,
    attachments: tuple[Attachment, ...],
    number: int,
    address: str | None,
) -> Outgoing:
    """What is handed to the channel for the recipient of that number, of these texts."""
    order, release = ordered
    variant = message.variant(release.delivery.language)
    return Outgoing(
        key=order.key,
        number=number,
        address=address,
        message_id=release.message_id,
        digest=order.message,
        subject=variant.subject,
        body=variant.body,
        language=variant.language,
        attachments=attachments,
        released_at=release.at,
        incident=message.incident,
        purpose=str(message.purpose),
        audience=str(message.audience),
    )
