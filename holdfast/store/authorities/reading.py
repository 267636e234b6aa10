"""Reading what was handed to authorities: the attempts of a version, and the files that left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.values import canonical_json
from holdfast.errors import ContentDamaged, NotFound
from holdfast.evidence.key_encryption_keys import KeyEncryptionKeys
from holdfast.store.authorities.ledger import ATTEMPT_COLUMNS, SubmissionAttempt, attempt_of
from holdfast.store.authorities.sealed_documents import open_documents, sealing_key

__all__ = ["SentBytes", "list_attempts", "read_sent"]

_LIST = text(f"""
    SELECT {ATTEMPT_COLUMNS} FROM outgoing.authority_submission
    WHERE subject = ANY(CAST(:subjects AS text[])) ORDER BY begun_at, key, number
""")  # noqa: S608 - constant
_OF_FILE = text(f"""
    SELECT {ATTEMPT_COLUMNS} FROM outgoing.authority_submission
    WHERE files @> CAST(:wanted AS jsonb) ORDER BY begun_at DESC LIMIT 1
""")  # noqa: S608 - constant


@dataclass(frozen=True, slots=True, repr=False)
class SentBytes:
    """A file exactly as it left, of which submission, and the key that seals it here."""

    name: str
    media_type: str
    content: bytes
    attempt: SubmissionAttempt
    key: str


async def list_attempts(
    connection: AsyncConnection, subjects: Sequence[str]
) -> list[SubmissionAttempt]:
    """All attempts to hand over these versions, in the order in which they began."""
    rows = await connection.execute(_LIST, {"subjects": list(subjects)})
    return [attempt_of(row) for row in rows]


async def read_sent(
    connection: AsyncConnection, keyring: KeyEncryptionKeys, digest: str
) -> SentBytes:
    """Open the file that left under this digest. Whoever calls records who has read it, and why.

    Raises:
        NotFound: nothing was sent under that digest, or its chain was disposed of.
        PersonalDataErased: its key was erased.
        ContentDamaged: what is kept is not what was sealed.
        Fatal: the key cannot be unwrapped with the key-encryption keys that are here.
    """
    wanted = canonical_json([{"digest": digest}]).decode()
    row = (await connection.execute(_OF_FILE, {"wanted": wanted})).one_or_none()
    if row is None:
        message = f"nothing was sent to an authority as {digest}"
        raise NotFound(message, digest=digest)
    attempt = attempt_of(row)
    opened = await open_documents(connection, keyring, attempt.sealed)
    names = {each.digest: each.name for each in attempt.files}
    for document in opened:
        if document.digest == digest:
            key = await sealing_key(connection, attempt.sealed)
            return SentBytes(names[digest], document.media_type, document.content, attempt, key)
    message = f"{attempt.sealed} does not hold {digest}"
    raise ContentDamaged(message, digest=digest)
