"""Messages as they were handed to their channels, made again by what made them then."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.loading import outgoing_of
from api.platform import Platform
from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.channels import Channel, Outgoing
from holdfast.channels.as_sent import AsSent, as_sent
from holdfast.domain.communication.delivering import DeliveryOrder
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.roles import Actor
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.communications.disclosing import Reading, disclose_list
from holdfast.store.communications.released import read_message, read_release

__all__ = ["ToRecipient", "read_sent"]

# The id of an entry begins with that of the workflow that wrote it; there is at most one release.
_RELEASED = text("""
    SELECT entry_id FROM evidence.record
    WHERE incident_id = :incident_id AND kind = :kind AND starts_with(entry_id, :writer)
    ORDER BY position DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class ToRecipient:
    """Which recipient's copy is read, by whom, and what for."""

    number: int
    actor: Actor
    purpose: str
    trace: str | None


async def read_sent(
    connection: AsyncConnection,
    doors: Platform,
    row: RowMapping,
    delivery: int,
    to: ToRecipient | None,
) -> AsSent:
    """Make a message of a delivery as it was handed over: to nobody, or to one recipient.

    With a recipient, the reading is recorded in the caller's transaction. The link by which a
    provider answers is left out: whoever reads this could answer for it.

    Raises:
        Problem: nothing of it was released, or it has no such delivery, or no such channel now.
        NotFound: the message or a part of it was disposed of; or there is no such recipient.
        PersonalDataErased: the recipients can be read no more.
        Fatal: what is stored is not what was approved.
    """
    order = await _order(connection, row, delivery)
    channel = _channel(doors, order)
    release = await read_release(connection, order)
    message = await read_message(connection, order, release)
    attachments = tuple(
        [
            (each.name, each.media_type, await fetch_artifact(connection, each.digest))
            for each in message.attachments
        ]
    )
    number, address = (0, None) if to is None else (to.number, "")
    if to is not None:
        listed = release.delivery.recipients
        if listed is None or not order.kind.addressed:
            detail = f"delivery {delivery} goes to no list of recipients"
            raise Problem(DoorCode.NOT_FOUND, detail)
        reading = Reading(
            order.incident, to.actor, to.purpose, cause=order.released, trace=to.trace
        )
        disclosed = await disclose_list(connection, doors.keyring, reading, listed, to.number)
        address = disclosed.recipients[0].address
    return _written(channel, outgoing_of((order, release), message, attachments, number, address))


async def _order(connection: AsyncConnection, row: RowMapping, number: int) -> DeliveryOrder:
    """The order by which the delivery was handed over, at last."""
    became = row["deliveries"].get(str(number))
    if became is None:
        name = communication_id(row["incident_id"], row["number"])
        if not row["deliveries"]:
            detail = f"nothing of {name} has left"
            raise Problem(RefusalReason.WRONG_STAGE, detail, stage=row["stage"])
        detail = f"{name} has no delivery {number}"
        raise Problem(DoorCode.NOT_FOUND, detail)
    released = await connection.execute(
        _RELEASED,
        {
            "incident_id": row["incident_id"],
            "kind": str(EventKind.COMMUNICATION_RELEASED),
            "writer": f"{row['workflow_id']}#",
        },
    )
    return DeliveryOrder(
        incident=row["incident_id"],
        communication=row["number"],
        workflow=row["workflow_id"],
        released=released.scalar_one(),
        message=row["message"],
        number=number,
        channel=became["channel"],
        kind=became["kind"],
        key=became["key"],
        round=became["round"],
    )


def _channel(doors: Platform, order: DeliveryOrder) -> Channel:
    channel = doors.channels.get(order.channel)
    if channel is None or channel.kind is not order.kind:
        detail = f"this installation has no channel {order.channel} ({order.kind}) any more"
        raise Problem(DoorCode.CONFLICT, detail, channel=order.channel)
    return channel


def _written(channel: Channel, outgoing: Outgoing) -> AsSent:
    try:
        return as_sent(channel, outgoing)
    except ValueError as error:
        detail = f"it was never handed over: {error}"
        raise Problem(DoorCode.NOT_FOUND, detail) from error
