"""Deeds under an id that the caller has chosen: asking again for the same one is safe.

A caller who does not know whether the first request arrived sends it again; the same id with the
same content is one deed, with other content it is refused.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event
from holdfast.errors import Conflict
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.deeds import deed_entry_id, record_deed
from holdfast.store.turns import take_turn

__all__ = ["ChosenDeed", "IdReused", "find_deed", "record_chosen_deed"]

_BODY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")


class IdReused(Conflict):
    """An id that its caller has chosen stands already for something else."""

    code = "submission_id_reused"


@dataclass(frozen=True, slots=True)
class ChosenDeed:
    """The entry of a deed, and whether this request wrote it."""

    entry: Entry
    new: bool


async def record_chosen_deed(
    connection: AsyncConnection,
    chain: str,
    deed: str,
    event: Event,
    *,
    trace: str | None,
    unsaid: Collection[str] = (),
) -> ChosenDeed:
    """Record a deed in the caller's transaction, unless it stands already.

    `unsaid` are members of the payload that the caller did not choose: they are not compared.

    Raises:
        IdReused: a deed of that name stands already, and says something else.
    """
    await take_turn(connection, deed)
    earlier = await find_deed(connection, deed)
    if earlier is None:
        return ChosenDeed(await record_deed(connection, chain, deed, event, trace=trace), new=True)
    if earlier.incident != chain or _said(earlier.event, unsaid) != _said(event, unsaid):
        message = f"'{event.subject.id}' was used for something else"
        raise IdReused(message, entry_id=earlier.id)
    return ChosenDeed(earlier, new=False)


async def find_deed(connection: AsyncConnection, deed: str) -> Entry | None:
    """Read the entry of a deed; None where there is none."""
    entry_id = deed_entry_id(deed)
    body = (await connection.execute(_BODY, {"entry_id": entry_id})).scalar_one_or_none()
    return None if body is None else entry_from_bytes(bytes(body))


def _said(event: Event, unsaid: Collection[str]) -> tuple[object, ...]:
    payload = {name: value for name, value in event.payload.items() if name not in unsaid}
    return event.kind, event.actor.id, event.subject, payload
