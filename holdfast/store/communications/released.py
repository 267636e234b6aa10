"""What may leave: the approved bytes, read back by the digest that the evidence has released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.communication.message import Delivery, Message
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject
from holdfast.errors import ContentDamaged, Refused
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.artifacts import fetch_artifact

__all__ = ["NotReleased", "Release", "read_message", "read_release"]

_ENTRY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")


class NotReleased(Refused):
    """The evidence does not say that this may leave so."""

    code = "not_released"


@dataclass(frozen=True, slots=True)
class Release:
    """One delivery of a message that the evidence has released.

    `key` is the idempotency key of the delivery, whichever of its channels is used; `message_id`
    is Holdfast's own id of the message; `at` is when it was released.
    """

    delivery: Delivery
    key: str
    message_id: str
    at: datetime

    def key_of(self, channel: str) -> str:
        """The key under which that channel, the delivery's own or the alternative, knows it."""
        return f"{self.key.removesuffix(self.delivery.channel)}{channel}"


async def read_release(connection: AsyncConnection, order: DeliveryOrder) -> Release:
    """Read in the evidence what was released, and see that the order is for exactly that.

    Raises:
        NotReleased: there is no such entry, or it says something else.
    """
    body = (await connection.execute(_ENTRY, {"entry_id": order.released})).scalar_one_or_none()
    if body is None:
        message = f"the evidence has no entry {order.released}"
        raise NotReleased(message)
    try:
        entry = entry_from_bytes(bytes(body))
        release = _release(entry, order)
    except (ValueError, KeyError, IndexError, TypeError) as error:
        message = f"{order.released} does not say what was released"
        raise NotReleased(message) from error
    if wrong := _difference(entry, release, order):
        message = f"{order.released} does not release this: {wrong}"
        raise NotReleased(message)
    return release


async def read_message(
    connection: AsyncConnection, order: DeliveryOrder, release: Release
) -> Message:
    """Read the approved bytes, with the delivery in them that was released.

    Raises:
        NotFound: nothing is kept under that digest, or it was disposed of.
        ContentDamaged: what is kept hashes to something else, or is no message.
        NotReleased: its deliveries are not those that were released.
    """
    content = await fetch_artifact(connection, order.message)
    try:
        read = Message.model_validate_json(content)
    except ValidationError as error:
        message = f"what is kept as {order.message} is no message"
        raise ContentDamaged(message, digest=order.message) from error
    if order.number >= len(read.deliveries) or read.deliveries[order.number] != release.delivery:
        message = f"{order.released} does not release delivery {order.number} of that message"
        raise NotReleased(message)
    return read


def _release(entry: Entry, order: DeliveryOrder) -> Release:
    said: JsonObject = entry.event.payload
    name = communication_id(order.incident, order.communication)
    return Release(
        delivery=Delivery.model_validate(said["deliveries"][order.number]),
        key=str(said["keys"][order.number]),
        message_id=f"{name}/v{said['version']}",
        at=entry.occurred_at,
    )


def _difference(entry: Entry, release: Release, order: DeliveryOrder) -> str | None:
    """In what the order differs from the entry; None where it is the same."""
    said, delivery = entry.event.payload, release.delivery
    channels: dict[str, ChannelKind | None] = {delivery.channel: delivery.kind}
    if delivery.alternative is not None:
        channels.setdefault(delivery.alternative, delivery.alternative_kind)
    same = {
        "another kind of entry": entry.event.kind is EventKind.COMMUNICATION_RELEASED,
        "another incident": entry.incident == order.incident,
        "another workflow": entry.workflow == order.workflow,
        "another communication": said.get("number") == order.communication,
        "another message": said.get("message") == order.message == entry.event.subject.digest,
        "another channel": order.channel in channels and channels[order.channel] is order.kind,
        "another key": order.key == release.key_of(order.channel),
    }
    return next((what for what, holds in same.items() if not holds), None)
