"""Artifacts: large or sensitive content, stored once under the digest of its bytes.

What is read is hashed again before anybody sees it. Content that was disposed of leaves its row
behind; the same bytes taken in anew are whole again.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.errors import ContentDamaged, NotFound

__all__ = ["Disposed", "digest_of_bytes", "fetch_artifact", "store_artifact"]

_INSERT = text(
    "INSERT INTO evidence.artifact (digest, media_type, content)"
    " VALUES (:digest, :media_type, :content) ON CONFLICT (digest) DO NOTHING"
)
_SELECT = text("SELECT content FROM evidence.artifact WHERE digest = :digest")


class Disposed(NotFound):
    """The content was disposed of; what it hashed to still stands."""

    code = "disposed"


def digest_of_bytes(content: bytes) -> str:
    """The `sha256:…` digest of exactly these bytes."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


async def store_artifact(connection: AsyncConnection, content: bytes, media_type: str) -> str:
    """Keep the bytes and return their digest; the same bytes are kept once."""
    digest = digest_of_bytes(content)
    await connection.execute(
        _INSERT, {"digest": digest, "media_type": media_type, "content": content}
    )
    return digest


async def fetch_artifact(connection: AsyncConnection, digest: str) -> bytes:
    """Read the bytes back.

    Raises:
        NotFound: nothing is kept under that digest.
        Disposed: what was kept there was disposed of.
        ContentDamaged: what is kept there hashes to something else.
    """
    row = (await connection.execute(_SELECT, {"digest": digest})).one_or_none()
    if row is None:
        message = f"no artifact {digest}"
        raise NotFound(message, digest=digest)
    if row.content is None:
        message = f"the content of {digest} was disposed of"
        raise Disposed(message, digest=digest)
    content = bytes(row.content)
    if digest_of_bytes(content) != digest:
        message = f"what is kept as {digest} hashes to {digest_of_bytes(content)}"
        raise ContentDamaged(message, digest=digest)
    return content
