"""Lists of recipients: sealed under a key of their own, kept as artifacts, named by their digest.

A message names its lists by digest, so an approval covers them. Addresses stand in them and nowhere
else: neither evidence, nor a workflow's history, nor the record of deliveries has ever held one.

A list is erased, for everybody in it, by erasing its key through the door that erases any key of
personal data: `POST /v1/personal-data/erasures`, by compliance (`holdfast.store.people.erasures`).
`recipients_key` says which key that is. The artifact stays, and so does every digest over it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import Count, Frozen, Identifier, Token, canonical_json
from holdfast.errors import ContentDamaged, InvalidInput
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.people.personal_data import keep_subject_key, unseal_fields

__all__ = [
    "MOST_RECIPIENTS",
    "RECIPIENTS_MEDIA_TYPE",
    "Recipient",
    "keep_recipients",
    "read_recipients",
    "recipients_key",
]

RECIPIENTS_MEDIA_TYPE = "application/vnd.holdfast.recipients+json"

MOST_RECIPIENTS = 20_000
"""How many one list may hold."""

_PART_BYTES = 14_000
"""What one sealed value takes in: its base64 has to stay below 20,000 characters."""
_LONGEST = 1_000
"""Bytes of an address or a contact's id: escaped at worst, both fit into one part."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for: an address, and the contact of the directory that it belongs to."""

    address: str
    contact: str | None = None

    def __repr__(self) -> str:
        """An address belongs into no log."""
        return f"Recipient(contact={self.contact!r})"


class _SealedList(Frozen):
    """The artifact: `count` recipients, in order, sealed in parts: `part-0`, `part-1` and so on."""

    format: Literal[1] = 1
    key: Identifier
    count: Count
    sealed: dict[Token, SealedValue] = Field(min_length=1)


async def keep_recipients(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, recipients: Sequence[Recipient]
) -> str:
    """Keep a list and its key in the caller's transaction; return the digest of the artifact.

    The same recipients twice are two lists with two keys: nobody can tell that they are the same.

    Raises:
        InvalidInput: there is nobody in it, or more than `MOST_RECIPIENTS`, or an address stands
            in it twice, is empty, or is too long. The message names nobody.
    """
    _require_sendable(recipients)
    key = SubjectKey.generate(f"recipients-{uuid.uuid4()}")
    await keep_subject_key(connection, keyring, key)
    sealed = {
        (name := f"part-{number}"): key.seal(key.name, name, text)
        for number, text in enumerate(_parts(recipients))
    }
    document = _SealedList(key=key.name, count=len(recipients), sealed=sealed)
    content = canonical_json(document.model_dump(mode="json"))
    return await store_artifact(connection, content, RECIPIENTS_MEDIA_TYPE)


async def read_recipients(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, digest: str
) -> tuple[Recipient, ...]:
    """Read a list, in order; a recipient's number is its place, from 0.

    Raises:
        PersonalDataErased: its key was erased.
        NotFound: there is no such list, or its key is not in this database.
        ContentDamaged: what is kept under that digest is not such a list.
        Fatal: its key cannot be unwrapped with the key-encryption keys that are here.
    """
    document = await _fetch(connection, digest)
    parts = await unseal_fields(connection, keyring, document.sealed)
    recipients = tuple(
        Recipient(address, contact)
        for number in range(len(parts))
        for address, contact in json.loads(parts[f"part-{number}"])
    )
    if len(recipients) != document.count:
        message = f"{digest} says that it holds {document.count} recipients, not {len(recipients)}"
        raise ContentDamaged(message, digest=digest)
    return recipients


async def recipients_key(connection: AsyncConnection, digest: str) -> str:
    """Return the name of the key that seals a list: to erase it is to erase the list.

    Raises:
        NotFound: there is no such list.
        ContentDamaged: as `read_recipients`.
    """
    return (await _fetch(connection, digest)).key


async def _fetch(connection: AsyncConnection, digest: str) -> _SealedList:
    content = await fetch_artifact(connection, digest)
    try:
        document = _SealedList.model_validate_json(content)
    except ValidationError as error:
        message = f"what is kept as {digest} is no list of recipients"
        raise ContentDamaged(message, digest=digest) from error
    if {value.key for value in document.sealed.values()} != {document.key}:
        message = f"the list {digest} is not sealed under the one key that it names"
        raise ContentDamaged(message, digest=digest)
    return document


def _require_sendable(recipients: Sequence[Recipient]) -> None:
    if not 0 < len(recipients) <= MOST_RECIPIENTS:
        message = f"a list holds 1 to {MOST_RECIPIENTS} recipients, not {len(recipients)}"
        raise InvalidInput(message, count=len(recipients))
    seen: set[str] = set()
    for number, recipient in enumerate(recipients):
        if not 0 < len(recipient.address.encode()) <= _LONGEST:
            message = f"the address of recipient {number} is empty or too long"
            raise InvalidInput(message, number=number)
        if len((recipient.contact or "").encode()) > _LONGEST:
            message = f"the contact of recipient {number} is too long"
            raise InvalidInput(message, number=number)
        if recipient.address in seen:
            message = f"recipient {number} stands in the list twice: nobody is addressed twice"
            raise InvalidInput(message, number=number)
        seen.add(recipient.address)


def _parts(recipients: Sequence[Recipient]) -> Iterator[str]:
    """The list as JSON texts, each small enough to be sealed as one value."""
    rows: list[str] = []
    size = 0
    for recipient in recipients:
        row = canonical_json([recipient.address, recipient.contact])
        if size + len(row) + 1 > _PART_BYTES:
            yield f"[{','.join(rows)}]"
            rows, size = [], 0
        rows.append(row.decode())
        size += len(row) + 1
    yield f"[{','.join(rows)}]"
