"""Mails of providers as people ask for them, from the entries; in clear only on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import entry_from_bytes
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.communications.disclosing import Reading, disclose_reply
from holdfast.store.third_parties.mail_intake import VENDOR_MAILS

__all__ = [
    "DisclosedMail",
    "StoredMail",
    "disclose_mail",
    "fetch_mail",
    "list_mails",
    "list_unmatched",
]

_MAILS = """
    SELECT position, recorded_at, body FROM evidence.record
    WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
        AND convert_from(body, 'UTF8')::jsonb #>> '{payload,escalation}' IS NOT DISTINCT FROM
            CAST(:escalation AS text)
"""
_LIST = text(f"{_MAILS} AND position > :after ORDER BY position LIMIT :limit")
_ONE = text(
    f"{_MAILS} AND (convert_from(body, 'UTF8')::jsonb #>> '{{payload,number}}')::bigint = :number"
)


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail as it was taken in; who wrote what stands sealed in its entry."""

    mail_id: str
    entry_id: str
    position: int
    recorded_at: datetime
    payload: JsonObject
    sealed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DisclosedMail:
    """A mail in clear, and the entry that says who has read it."""

    key: str
    sender: str
    subject: str
    text: str
    entry_id: str


async def list_mails(
    connection: AsyncConnection, incident_id: str, escalation: str
) -> list[StoredMail]:
    """Read the mails of an escalation, the first one first."""
    return await _list(connection, incident_id, escalation, 0, None)


async def list_unmatched(connection: AsyncConnection, after: int, limit: int) -> list[StoredMail]:
    """Read a page of the mails that belong to no escalation, beginning after that position."""
    return await _list(connection, VENDOR_MAILS, None, after, limit)


async def fetch_mail(
    connection: AsyncConnection, chain: str, escalation: str | None, number: int
) -> StoredMail | None:
    """Read one mail; None where there is none of that number, or it was disposed of."""
    named = {**_of(chain, escalation), "number": number}
    row = (await connection.execute(_ONE, named)).one_or_none()
    return None if row is None else _stored(row)


async def disclose_mail(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, reading: Reading
) -> DisclosedMail:
    """Read a mail in clear and record that, in the caller's transaction.

    Raises:
        NotFound: the entry was disposed of, or nothing is sealed in it.
        PersonalDataErased: it can be read no more.
        Fatal: the sealed values or their key are not as they were written.
    """
    found = await disclose_reply(connection, keyring, reading)
    parts = [found.fields.get("text", "")]
    while (name := f"text-{len(parts) + 1}") in found.fields:
        parts.append(found.fields[name])
    return DisclosedMail(
        key=found.key,
        sender=found.fields.get("from", ""),
        subject=found.fields.get("subject", ""),
        text="".join(parts),
        entry_id=found.entry_id,
    )


async def _list(
    connection: AsyncConnection, chain: str, escalation: str | None, after: int, limit: int | None
) -> list[StoredMail]:
    page = {**_of(chain, escalation), "after": after, "limit": limit}
    rows: Sequence[Row[tuple[int, datetime, bytes]]] = (await connection.execute(_LIST, page)).all()
    return [_stored(row) for row in rows]


def _of(chain: str, escalation: str | None) -> JsonObject:
    return {
        "chain": chain,
        "kind": str(EventKind.VENDOR_MAIL_RECEIVED),
        "escalation": escalation,
    }


def _stored(row: Row[tuple[int, datetime, bytes]]) -> StoredMail:
    entry = entry_from_bytes(bytes(row.body))
    return StoredMail(
        mail_id=entry.event.subject.id,
        entry_id=entry.id,
        position=row.position,
        recorded_at=row.recorded_at,
        payload=entry.event.payload,
        sealed=tuple(sorted({name.partition("-")[0] for name in entry.event.sealed})),
    )
