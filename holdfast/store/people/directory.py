"""Contact points of the stakeholder directory: kept sealed, and every change of them a deed.

Row, key and entry are one transaction: what is kept is on record, and what is removed or erased is
in no row. One turn a contact, so that of two who change the same one goes first.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.contact_points import (
    ContactDeed,
    ContactPoints,
    KeptPoints,
    PointKind,
)
from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.events import Event, EventKind, PolicyPin, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import canonical_json
from holdfast.errors import Conflict, NotFound
from holdfast.evidence.entry import Entry
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.deeds import record_deed
from holdfast.store.people.contact_rows import (
    StoredPoints,
    confirm_row,
    find_row,
    list_rows,
    select_rows,
    write_row,
)
from holdfast.store.people.erasures import Erasure, erase
from holdfast.store.people.personal_data import (
    PersonalDataErased,
    find_subject_key,
    find_subject_keys,
    seal_fields,
    unseal_fields,
)
from holdfast.store.turns import take_turn

__all__ = [
    "DIRECTORY",
    "ContactChange",
    "ContactRecord",
    "DisclosedPoints",
    "addresses_of",
    "confirm_points",
    "disclose_points",
    "list_points",
    "record_points",
    "remove_points",
]

DIRECTORY = "directory"
"""The chain of the entries about contacts: they belong to no incident."""

_NO_LONGER_NEEDED = "GDPR Art. 5(1)(e): removed from the directory"

_ADDRESSES = {
    ChannelKind.MAIL: PointKind.MAIL,
    ChannelKind.MAIL_FOLDER: PointKind.MAIL,
}
"""Which point is the address for which kind of channel; the others address nobody by person."""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """Who does something to the points of which contact, under which version of the directory."""

    contact_id: str
    actor: Actor
    policy: PolicyPin
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """What was done, the points as they are kept from then on (or were), and the entry."""

    done: ContactDeed
    kept: KeptPoints
    entry_id: str


@dataclass(frozen=True, slots=True)
class DisclosedPoints:
    """The points of a contact in clear, and the entry that says who has read them."""

    key: str
    points: ContactPoints
    entry_id: str


async def list_points(connection: AsyncConnection) -> dict[str, KeptPoints]:
    """Tell of every contact, by id, which points are kept, without reading them."""
    return {row.contact_id: row.kept for row in await list_rows(connection)}


async def record_points(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    change: ContactChange,
    points: ContactPoints,
) -> ContactRecord:
    """Keep the points of a contact in the caller's transaction, in the place of those before.

    The same points again are a confirmation of them.

    Raises:
        PersonalDataErased: they are being erased at this moment.
        Fatal: the key cannot be opened.
    """
    await _take_turn(connection, change)
    before = await find_row(connection, change.contact_id)
    key, deed = before.key if before else f"contact-{uuid.uuid4().hex}", _deed()
    sealed = await seal_fields(connection, keyring, key, deed, points.texts)
    fingerprint = await _fingerprint(connection, keyring, key, points)
    if before and before.fingerprint == fingerprint:
        return await _confirm(connection, change, before)
    event = _event(change, ContactDeed.RECORDED, key, tuple(sorted(sealed)), fingerprint)
    entry = await record_deed(connection, DIRECTORY, deed, event, trace=change.trace)
    stored = StoredPoints(
        contact_id=change.contact_id,
        key=key,
        sealed=sealed,
        fingerprint=fingerprint,
        recorded_at=entry.occurred_at,
        confirmed_at=entry.occurred_at,
        entry_id=entry.id,
    )
    await write_row(connection, stored)
    return ContactRecord(ContactDeed.RECORDED, stored.kept, entry.id)


async def confirm_points(
    connection: AsyncConnection, change: ContactChange, fingerprint: str
) -> ContactRecord:
    """Record in the caller's transaction that the points of that fingerprint are right still.

    Raises:
        NotFound: no points are kept of the contact.
        Conflict: they are others by now.
    """
    await _take_turn(connection, change)
    before = await _require(connection, change.contact_id)
    if before.fingerprint != fingerprint:
        message = f"the points of {change.contact_id} are others by now: read them again"
        raise Conflict(message, contact_id=change.contact_id, fingerprint=before.fingerprint)
    return await _confirm(connection, change, before)


async def remove_points(connection: AsyncConnection, change: ContactChange) -> ContactRecord:
    """Remove the points of a contact in the caller's transaction, and erase their key for ever.

    Raises:
        NotFound: none are kept.
    """
    await _take_turn(connection, change)
    before = await _require(connection, change.contact_id)
    entry = await _record_about(connection, change, ContactDeed.REMOVED, before)
    # The row goes with the key.
    erasure_id = f"contact-{uuid.uuid4()}"
    erasure = Erasure(erasure_id, before.key, _NO_LONGER_NEEDED, change.actor, change.trace)
    await erase(connection, erasure)
    return ContactRecord(ContactDeed.REMOVED, before.kept, entry.id)


async def disclose_points(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, change: ContactChange, purpose: str
) -> DisclosedPoints:
    """Read the points and record that in the caller's transaction, which has to end well first.

    Raises:
        NotFound: none are kept.
        PersonalDataErased: they can be read no more.
        Fatal: the sealed values or their key are not as they were written.
    """
    before = await _require(connection, change.contact_id)
    texts = await unseal_fields(connection, keyring, before.sealed)
    event = Event(
        kind=EventKind.PERSONAL_DATA_DISCLOSED,
        subject=Subject(type="subject_key", id=before.key),
        actor=change.actor,
        payload={"key": before.key, "fields": sorted(texts), "purpose": purpose},
        causes=(before.entry_id,),
    )
    deed = f"disclosure/{uuid.uuid4()}"
    entry = await record_deed(connection, DIRECTORY, deed, event, trace=change.trace)
    return DisclosedPoints(before.key, ContactPoints.model_validate(texts), entry.id)


async def addresses_of(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    contacts: Sequence[str],
    kind: ChannelKind,
) -> dict[str, str]:
    """Read where contacts are reached over channels of that kind: contact id to address.

    Contacts without such an address are absent, as are those that were erased. Whoever calls
    records what the addresses serve for.

    Raises:
        Fatal: the sealed values or their keys are not as they were written.
    """
    point = _ADDRESSES.get(kind)
    if point is None:
        return {}
    rows = [row for row in await select_rows(connection, contacts) if point in row.sealed]
    keys = await find_subject_keys(connection, keyring, [row.key for row in rows])
    return {
        row.contact_id: keys[row.key].unseal(point, row.sealed[point])
        for row in rows
        if row.key in keys
    }


async def _confirm(
    connection: AsyncConnection, change: ContactChange, before: StoredPoints
) -> ContactRecord:
    entry = await _record_about(connection, change, ContactDeed.CONFIRMED, before)
    await confirm_row(connection, change.contact_id, entry.occurred_at, entry.id)
    after = await _require(connection, change.contact_id)
    return ContactRecord(ContactDeed.CONFIRMED, after.kept, entry.id)


async def _record_about(
    connection: AsyncConnection, change: ContactChange, done: ContactDeed, stored: StoredPoints
) -> Entry:
    event = _event(change, done, stored.key, stored.points, stored.fingerprint)
    return await record_deed(connection, DIRECTORY, _deed(), event, trace=change.trace)


async def _fingerprint(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, key: str, points: ContactPoints
) -> str:
    own = await find_subject_key(connection, keyring, key)
    if own is None:
        message = f"{key} was erased at this moment: record the points again"
        raise PersonalDataErased(message, keys=[key])
    return own.fingerprint(canonical_json(points.texts))


def _event(
    change: ContactChange, done: ContactDeed, key: str, points: Sequence[str], fingerprint: str
) -> Event:
    return Event(
        kind=EventKind.CONTACT_RECORDED,
        subject=Subject(type="contact", id=change.contact_id),
        actor=change.actor,
        payload={
            "contact": change.contact_id,
            "done": str(done),
            "points": list(points),
            "key": key,
            "fingerprint": fingerprint,
        },
        policy=change.policy,
    )


async def _take_turn(connection: AsyncConnection, change: ContactChange) -> None:
    await take_turn(connection, f"{DIRECTORY}/{change.contact_id}")


async def _require(connection: AsyncConnection, contact_id: str) -> StoredPoints:
    if (stored := await find_row(connection, contact_id)) is None:
        message = f"no contact points of {contact_id} are kept"
        raise NotFound(message, contact_id=contact_id)
    return stored


def _deed() -> str:
    return f"contact-record/{uuid.uuid4()}"
