"""Mails of providers: kept as they say who they are, and known again when they come once more.

Who wrote, under which subject and what, is sealed under a key of that writer alone; attachments are
in custody. A mail is a deed of its own: it meets no time, and nothing follows from it by itself.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.third_party.mails import ReceivedMail
from holdfast.domain.third_party.naming import escalation_named
from holdfast.domain.values import JsonObject, canonical_json, rfc3339
from holdfast.errors import Conflict
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.custody.attachments import NewAttachment, collect_attachment
from holdfast.store.deeds import deed_entry_id, record_deed
from holdfast.store.people.personal_data import find_subject_key, keep_subject_key
from holdfast.store.reports import new_pseudonym
from holdfast.store.third_parties.reading import fetch_escalation
from holdfast.store.turns import take_turn

__all__ = ["VENDOR_MAILS", "KeptMail", "NewMail", "take_in_mail"]

VENDOR_MAILS = "vendor-mails"
"""The chain of the mails that name no escalation that there is."""

_PART_BYTES = 14_000
"""What one sealed value takes in: its base64 has to stay below 20,000 characters."""
_MOST_ALIKE = 100
"""Different mails under one Message-ID: programs that always give the same one are few."""
_NAMESPACE = uuid.UUID("c1d3c5f2-5d0e-5c0b-9f59-7a7f6a3c1e08")
"""Of the ids of attachments, which the mail decides; any other would do as well."""

_BODY = text("SELECT body FROM evidence.record WHERE entry_id = :entry_id")
_LATEST = text("""
    SELECT (convert_from(body, 'UTF8')::jsonb #>> '{payload,number}')::bigint FROM evidence.record
    WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
        AND convert_from(body, 'UTF8')::jsonb #>> '{payload,escalation}' IS NOT DISTINCT FROM
            CAST(:escalation AS text)
    ORDER BY position DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail that has come in: who delivered it, and when."""

    mail: ReceivedMail
    actor: Actor
    received_at: datetime
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class KeptMail:
    """A mail as it stands; without a mail id its entry was disposed of."""

    entry_id: str
    mail_id: str | None
    escalation: str | None
    new: bool


async def take_in_mail(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, new: NewMail
) -> KeptMail:
    """Keep a mail in the caller's transaction, with all that came with it; once, however often.

    Raises:
        Conflict: too many different mails have come under its Message-ID.
        Fatal: a key cannot be opened with the key-encryption keys that are here.
    """
    await take_turn(connection, f"vendor-mail/{new.mail.identity}")
    said = canonical_json(_content(new.mail))
    for deed in _deeds(new.mail.identity):
        found = await connection.execute(_BODY, {"entry_id": deed_entry_id(deed)})
        row = found.one_or_none()
        if row is None:
            return await _keep(connection, keyring, new, deed)
        if row.body is None:
            return KeptMail(deed_entry_id(deed), None, None, new=False)
        entry = entry_from_bytes(bytes(row.body))
        if await _is_the_same(connection, keyring, entry, said):
            payload = entry.event.payload
            return KeptMail(entry.id, entry.event.subject.id, payload["escalation"], new=False)
    message = f"{_MOST_ALIKE} different mails have the same Message-ID: let its sender be corrected"
    raise Conflict(message)


def _deeds(identity: str) -> Iterator[str]:
    """The names under which mails of one Message-ID stand, in turn."""
    name = f"vendor-mail/{identity.removeprefix('sha256:')}"
    yield name
    yield from (f"{name}/{number}" for number in range(2, _MOST_ALIKE + 1))


async def _keep(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, new: NewMail, deed: str
) -> KeptMail:
    mail = new.mail
    named = escalation_named(mail.escalation) if mail.escalation else None
    known = named is not None and await fetch_escalation(connection, *named) is not None
    chain, escalation = (named[0], mail.escalation) if named and known else (VENDOR_MAILS, None)
    number = await _next_number(connection, chain, escalation)
    mail_id = f"{escalation}/mail-{number}" if escalation else f"vendor-mail-{number}"
    key = SubjectKey.generate(new_pseudonym())
    await keep_subject_key(connection, keyring, key)
    event = Event(
        kind=EventKind.VENDOR_MAIL_RECEIVED,
        subject=Subject(type="vendor_mail", id=mail_id),
        actor=new.actor,
        payload={
            "number": number,
            "escalation": escalation,
            "matched": escalation is not None,
            "message_id": mail.identity,
            "received_at": rfc3339(new.received_at),
            "dated_at": rfc3339(mail.dated_at) if mail.dated_at else None,
            "automatic": mail.automatic,
            "size": mail.size,
            "cut": mail.cut,
            "attachments": await _collect(connection, new, chain, mail_id, deed),
            "left_out": mail.left_out,
            "key": key.name,
            "fingerprint": key.fingerprint(canonical_json(_content(mail))),
        },
        sealed={name: key.seal(deed, name, words) for name, words in _sealed_texts(mail)},
    )
    entry = await record_deed(connection, chain, deed, event, trace=new.trace)
    return KeptMail(entry.id, mail_id, escalation, new=True)


async def _next_number(connection: AsyncConnection, chain: str, escalation: str | None) -> int:
    await take_turn(connection, f"vendor-mails/{escalation or chain}")
    of = {
        "chain": chain,
        "kind": str(EventKind.VENDOR_MAIL_RECEIVED),
        "escalation": escalation,
    }
    return int((await connection.execute(_LATEST, of)).scalar_one_or_none() or 0) + 1


async def _collect(
    connection: AsyncConnection, new: NewMail, chain: str, mail_id: str, deed: str
) -> list[str]:
    """Take the attachments into custody; return their ids."""
    ids = []
    for place, attached in enumerate(new.mail.attachments, start=1):
        taken = NewAttachment(
            attachment_id=f"att-{uuid.uuid5(_NAMESPACE, f'{deed} {place}')}",
            incident_id=chain,
            content=attached.content,
            media_type=attached.media_type,
            description=f"{mail_id}, attachment {place}",
            collected_at=None,
            now=new.received_at,
        )
        await collect_attachment(connection, taken, new.actor, new.trace)
        ids.append(taken.attachment_id)
    return ids


async def _is_the_same(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, entry: Entry, said: bytes
) -> bool:
    payload = entry.event.payload
    key = await find_subject_key(connection, keyring, payload["key"])
    # Once the key is erased nobody can tell any more what the first one said.
    return key is None or hmac.compare_digest(key.fingerprint(said), payload["fingerprint"])


def _content(mail: ReceivedMail) -> JsonObject:
    """What makes two mails the same: what is added on the way, such as `Received`, does not."""
    return {
        "from": mail.sender,
        "subject": mail.subject,
        "text": mail.text,
        "attachments": [digest_of_bytes(each.content) for each in mail.attachments],
    }


def _sealed_texts(mail: ReceivedMail) -> Iterator[tuple[str, str]]:
    """Sender, subject, and the text in parts: `text`, `text-2` and so on; what is empty is not."""
    yield from ((name, words) for name, words in _heads(mail) if words)
    content, number, begin = mail.text.encode(), 1, 0
    while begin < len(content):
        part = content[begin : begin + _PART_BYTES].decode("utf-8", "ignore")
        yield ("text" if number == 1 else f"text-{number}"), part
        number, begin = number + 1, begin + len(part.encode())


def _heads(mail: ReceivedMail) -> tuple[tuple[str, str], ...]:
    return ("from", mail.sender), ("subject", mail.subject)
