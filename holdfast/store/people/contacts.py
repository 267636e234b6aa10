"""The contact of an incident: sealed in the entry that opened it, and read only on record."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.deeds import record_deed
from holdfast.store.people.personal_data import unseal_fields

__all__ = ["CONTACT_FIELDS", "Contact", "ContactRequest", "disclose_contact"]

CONTACT_FIELDS = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}
"""Names of the sealed fields, and of what they hold."""

_OPENING = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident_id AND kind = :kind AND body IS NOT NULL
    ORDER BY position LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class ContactRequest:
    """Who wants to read the contact of which incident, and what for."""

    incident_id: str
    actor: Actor
    purpose: str
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person to ask, by `name`, `email` and `phone`, and the entry that says who read it."""

    key: str
    fields: dict[str, str]
    entry_id: str


async def disclose_contact(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, request: ContactRequest
) -> Contact:
    """Read a contact and record that in the caller's transaction, which has to end well first.

    Raises:
        NotFound: the incident is not there, or its report names no contact.
        PersonalDataErased: it can be read no more.
        Fatal: the sealed values or their key are not as they were written.
    """
    opening = await _opening(connection, request.incident_id)
    sealed = {n: v for n, v in opening.event.sealed.items() if n in CONTACT_FIELDS}
    if not sealed:
        message = f"the report of {request.incident_id} names no contact"
        raise NotFound(message, incident_id=request.incident_id)
    fields = await unseal_fields(connection, keyring, sealed)
    key = next(iter(sealed.values())).key
    event = Event(
        kind=EventKind.PERSONAL_DATA_DISCLOSED,
        subject=Subject(type="subject_key", id=key),
        actor=request.actor,
        payload={"key": key, "fields": sorted(fields), "purpose": request.purpose},
        causes=(opening.id,),
    )
    deed = f"disclosure/{uuid.uuid4()}"
    entry = await record_deed(connection, request.incident_id, deed, event, trace=request.trace)
    named = {CONTACT_FIELDS[name]: value for name, value in fields.items()}
    return Contact(key, named, entry.id)


async def _opening(connection: AsyncConnection, incident_id: str) -> Entry:
    parameters = {"incident_id": incident_id, "kind": str(EventKind.INCIDENT_OPENED)}
    body = (await connection.execute(_OPENING, parameters)).scalar_one_or_none()
    if body is None:
        message = f"there is no incident {incident_id}, or what opened it was disposed of"
        raise NotFound(message, incident_id=incident_id)
    return entry_from_bytes(bytes(body))
