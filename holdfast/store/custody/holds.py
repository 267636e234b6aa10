"""Legal and supervisory holds: for as long as one stands, nothing of its incident is disposed of.

A hold is lifted by another person than placed it, so that nobody alone clears the way to a
disposal. Holds and disposals of an incident take turns: neither can slip past the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import JsonObject
from holdfast.errors import NotFound
from holdfast.store.artifacts import Disposed
from holdfast.store.chosen_deeds import ChosenDeed, find_deed, record_chosen_deed
from holdfast.store.custody.four_eyes import require_another_person
from holdfast.store.incidents import fetch_incident
from holdfast.store.projections.disposed import DISPOSED
from holdfast.store.tables import hold
from holdfast.store.turns import take_turn

__all__ = [
    "HoldRequest",
    "HoldType",
    "StoredHold",
    "lift_hold",
    "list_holds",
    "place_hold",
    "take_disposal_turn",
]


class HoldType(StrEnum):
    """Who asks for the content to be kept."""

    LEGAL = "legal"
    SUPERVISORY = "supervisory"


@dataclass(frozen=True, slots=True)
class HoldRequest:
    """Who asks what about which hold; `hold_id` is chosen by whoever places it."""

    incident_id: str
    hold_id: str
    reason: str
    actor: Actor
    trace: str | None = None

    @property
    def subject(self) -> Subject:
        """What the entry is about."""
        return Subject(type="hold", id=self.hold_id)


@dataclass(frozen=True, slots=True)
class StoredHold:
    """A hold as it stands; one that stands still has not been lifted."""

    incident_id: str
    hold_id: str
    type: str
    reason: str
    placed_by: JsonObject
    placed_at: datetime
    lifted_by: JsonObject | None
    lifted_at: datetime | None
    lifted_because: str | None


async def place_hold(
    connection: AsyncConnection, request: HoldRequest, kind: HoldType
) -> ChosenDeed:
    """Place a hold on an incident, open or closed, in the caller's transaction.

    Raises:
        NotFound: there is no such incident.
        Disposed: its content was disposed of: a hold would promise what it cannot keep.
        IdReused: a hold of that id stands already, and is another.
    """
    await take_disposal_turn(connection, request.incident_id)
    await _require_content(connection, request.incident_id)
    event = Event(
        kind=EventKind.HOLD_PLACED,
        subject=request.subject,
        actor=request.actor,
        payload={"type": str(kind), "reason": request.reason},
    )
    return await record_chosen_deed(
        connection, request.incident_id, _placing(request), event, trace=request.trace
    )


async def lift_hold(connection: AsyncConnection, request: HoldRequest) -> ChosenDeed:
    """Lift a hold, in the caller's transaction. The same once more is the same entry.

    Raises:
        NotFound: there is no such hold.
        SelfApproval: whoever placed it would lift it.
        IdReused: it was lifted before, by somebody else or for another reason.
    """
    await take_disposal_turn(connection, request.incident_id)
    placed = await find_deed(connection, _placing(request))
    if placed is None:
        message = f"{request.incident_id} has no hold {request.hold_id}"
        raise NotFound(message, incident_id=request.incident_id, hold_id=request.hold_id)
    require_another_person(request.actor, placed)
    event = Event(
        kind=EventKind.HOLD_LIFTED,
        subject=request.subject,
        actor=request.actor,
        payload={"type": placed.event.payload["type"], "reason": request.reason},
        causes=(placed.id,),
    )
    deed = f"hold-lifting/{request.incident_id}/{request.hold_id}"
    return await record_chosen_deed(
        connection, request.incident_id, deed, event, trace=request.trace
    )


async def list_holds(
    connection: AsyncConnection, incident_id: str, *, only_standing: bool = False
) -> Sequence[StoredHold]:
    """Read the holds of an incident, in the order in which they were placed."""
    query = (
        select(hold)
        .where(hold.c.incident_id == incident_id)
        .order_by(hold.c.placed_at, hold.c.hold_id)
    )
    if only_standing:
        query = query.where(hold.c.lifted_at.is_(None))
    return [StoredHold(**row) for row in (await connection.execute(query)).mappings()]


async def take_disposal_turn(connection: AsyncConnection, incident_id: str) -> None:
    """Let nobody else place or lift a hold, or dispose, in this incident until the end."""
    await take_turn(connection, f"disposal/{incident_id}")


async def _require_content(connection: AsyncConnection, incident_id: str) -> None:
    row = await fetch_incident(connection, incident_id)
    if row is None:
        message = f"there is no incident {incident_id}"
        raise NotFound(message, incident_id=incident_id)
    if row["outcome"] == DISPOSED:
        message = f"the content of {incident_id} was disposed of"
        raise Disposed(message, incident_id=incident_id)


def _placing(request: HoldRequest) -> str:
    return f"hold/{request.incident_id}/{request.hold_id}"
