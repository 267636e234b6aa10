"""Addresses of recipients, and who wrote what in reply: read only on record, each time.

Whatever is read is recorded in the caller's transaction, which has to end well before anybody sees
it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.errors import NotFound
from holdfast.evidence.entry import entry_from_bytes
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.communications.recipients import Recipient, read_recipients, recipients_key
from holdfast.store.deeds import record_deed
from holdfast.store.people.personal_data import unseal_fields

__all__ = [
    "DisclosedList",
    "DisclosedReply",
    "Reading",
    "disclose_list",
    "disclose_reply",
    "record_reading",
]

_BODY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")


@dataclass(frozen=True, slots=True)
class Reading:
    """Who wants to read personal data of which incident, what for; `cause` is the entry with it."""

    incident_id: str
    actor: Actor
    purpose: str
    cause: str
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class DisclosedList:
    """A list of recipients, in order, and the entry that says who read it."""

    key: str
    recipients: tuple[Recipient, ...]
    entry_id: str


@dataclass(frozen=True, slots=True)
class DisclosedReply:
    """The sealed texts of a reply, by field, and the entry that says who read them."""

    key: str
    fields: dict[str, str]
    entry_id: str


async def disclose_list(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    reading: Reading,
    digest: str,
    only: int | None = None,
) -> DisclosedList:
    """Read a list of recipients, or `only` the one of that number, and record it.

    Raises:
        NotFound: there is no such list, or no such recipient in it.
        PersonalDataErased: it can be read no more.
        Fatal: the list or its key is not as it was written.
    """
    key = await recipients_key(connection, digest)
    recipients: Sequence[Recipient] = await read_recipients(connection, keyring, digest)
    if only is not None:
        recipients = recipients[only : only + 1]
        if not recipients:
            message = f"there is no recipient {only}"
            raise NotFound(message, recipient=only)
    field = "recipients" if only is None else f"recipient-{only}"
    entry_id = await record_reading(connection, reading, key, [field])
    return DisclosedList(key, tuple(recipients), entry_id)


async def disclose_reply(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, reading: Reading
) -> DisclosedReply:
    """Read what is sealed in the entry of a reply, and record it.

    Raises:
        NotFound: the entry was disposed of, or nothing is sealed in it.
        PersonalDataErased: it can be read no more.
        Fatal: the sealed values or their key are not as they were written.
    """
    found = await connection.execute(_BODY, {"entry_id": reading.cause})
    body = found.scalar_one_or_none()
    sealed = {} if body is None else entry_from_bytes(bytes(body)).event.sealed
    if not sealed:
        message = f"nothing is sealed in {reading.cause}, or it was disposed of"
        raise NotFound(message, entry_id=reading.cause)
    fields = await unseal_fields(connection, keyring, sealed)
    key = next(iter(sealed.values())).key
    entry_id = await record_reading(connection, reading, key, sorted(fields))
    return DisclosedReply(key, fields, entry_id)


async def record_reading(
    connection: AsyncConnection, reading: Reading, key: str, fields: list[str]
) -> str:
    """Record that what is sealed under that key was read; return the entry's id."""
    event = Event(
        kind=EventKind.PERSONAL_DATA_DISCLOSED,
        subject=Subject(type="subject_key", id=key),
        actor=reading.actor,
        payload={"key": key, "fields": fields, "purpose": reading.purpose},
        causes=(reading.cause,),
    )
    deed = f"disclosure/{uuid.uuid4()}"
    entry = await record_deed(connection, reading.incident_id, deed, event, trace=reading.trace)
    return entry.id
