"""Documents that were handed to an authority: sealed under a key of their own, kept as an artifact.

They hold names and numbers of contacts, so they stand in clear nowhere here; evidence has their
digests. They are erased, without breaking any proof, by erasing their key through the door that
erases any key of personal data (`holdfast.store.people.erasures`); `sealing_key` says which it is.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from typing import Literal

from pydantic import Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.reporting.documents import AuthorityDocument, DocumentFormat
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Line, Token, canonical_json
from holdfast.errors import ContentDamaged
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.evidence.sealing import SubjectKey
from holdfast.store.artifacts import fetch_artifact, store_artifact
from holdfast.store.people.personal_data import keep_subject_key, unseal_fields

__all__ = ["SEALED_MEDIA_TYPE", "keep_documents", "open_documents", "sealing_key"]

SEALED_MEDIA_TYPE = "application/vnd.holdfast.sealed-documents+json"

_PART_CHARACTERS = 14_000
"""What one sealed value takes in: its base64 has to stay below 20,000 characters."""


class _SealedDocument(Frozen):
    """One of them: its base64 in parts, which are sealed as `part-<document>-<part>` from 0 on."""

    format: DocumentFormat
    media_type: Line
    digest: Digest
    size: Count
    parts: Count


class _SealedDocuments(Frozen):
    """The artifact: documents in order, the main one first."""

    format: Literal[1] = 1
    key: Identifier
    documents: tuple[_SealedDocument, ...] = Field(min_length=1)
    sealed: dict[Token, SealedValue]


async def keep_documents(
    connection: AsyncConnection,
    keyring: KeyEncryptionKeys,
    documents: Sequence[AuthorityDocument],
) -> str:
    """Keep documents and their key in the caller's transaction; return the artifact's digest."""
    key = SubjectKey.generate(f"submission-{uuid.uuid4()}")
    await keep_subject_key(connection, keyring, key)
    described, sealed = [], {}
    for number, document in enumerate(documents):
        parts = _parts(document.content)
        for place, part in enumerate(parts):
            name = f"part-{number}-{place}"
            sealed[name] = key.seal(key.name, name, part)
        described.append(
            _SealedDocument(
                format=document.format,
                media_type=document.media_type,
                digest=document.digest,
                size=len(document.content),
                parts=len(parts),
            )
        )
    kept = _SealedDocuments(key=key.name, documents=tuple(described), sealed=sealed)
    content = canonical_json(kept.model_dump(mode="json"))
    return await store_artifact(connection, content, SEALED_MEDIA_TYPE)


async def open_documents(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, digest: str
) -> tuple[AuthorityDocument, ...]:
    """Read documents, in order. Whoever calls records that they were read, and what for.

    Raises:
        PersonalDataErased: their key was erased.
        NotFound: there is no such artifact, or its key is not in this database.
        ContentDamaged: what is kept under that digest is not what was sealed.
        Fatal: the key cannot be unwrapped with the key-encryption keys that are here.
    """
    kept = await _fetch(connection, digest)
    parts = await unseal_fields(connection, keyring, kept.sealed)
    return tuple(
        _document(described, number, parts, digest)
        for number, described in enumerate(kept.documents)
    )


async def sealing_key(connection: AsyncConnection, digest: str) -> str:
    """Return the name of the key that seals documents: to erase it is to erase them.

    Raises:
        NotFound: there is no such artifact.
        ContentDamaged: as `open_documents`.
    """
    return (await _fetch(connection, digest)).key


def _document(
    described: _SealedDocument, number: int, parts: dict[str, str], digest: str
) -> AuthorityDocument:
    try:
        words = [parts[f"part-{number}-{place}"] for place in range(described.parts)]
        content = base64.b64decode("".join(words), validate=True)
    except (KeyError, binascii.Error) as error:
        message = f"{digest} does not hold all parts of its document {number}"
        raise ContentDamaged(message, digest=digest) from error
    document = AuthorityDocument(described.format, described.media_type, content)
    if document.digest != described.digest:
        message = f"document {number} of {digest} hashes to {document.digest}"
        raise ContentDamaged(message, digest=digest)
    return document


async def _fetch(connection: AsyncConnection, digest: str) -> _SealedDocuments:
    content = await fetch_artifact(connection, digest)
    try:
        kept = _SealedDocuments.model_validate_json(content)
    except ValidationError as error:
        message = f"what is kept as {digest} are no sealed documents"
        raise ContentDamaged(message, digest=digest) from error
    if {value.key for value in kept.sealed.values()} - {kept.key}:
        message = f"the documents {digest} are not sealed under the one key that they name"
        raise ContentDamaged(message, digest=digest)
    return kept


def _parts(content: bytes) -> list[str]:
    written = base64.b64encode(content).decode()
    return [
        written[start : start + _PART_CHARACTERS]
        for start in range(0, len(written), _PART_CHARACTERS)
    ]
