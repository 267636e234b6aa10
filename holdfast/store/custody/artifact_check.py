"""Hashing artifacts again, page by page: does the content still say what its name says?

Content is read in pieces, so that memory stays bounded however large the artifacts are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["CheckedArtifacts", "check_artifacts"]

_PIECE = 256 * 1024
_AT_ONCE = 32
"""Heads read together: most artifacts are no longer than one piece."""

_HEADS = text("""
    SELECT digest, octet_length(content) AS size, substring(content FROM 1 FOR :piece) AS head
    FROM evidence.artifact WHERE digest > :after ORDER BY digest LIMIT :limit
""")
_PIECES = text("""
    SELECT substring(content FROM :start FOR :piece) FROM evidence.artifact WHERE digest = :digest
""")


@dataclass(frozen=True, slots=True)
class CheckedArtifacts:
    """A page: how many there were, and those whose content is not what they are named after.

    `last` is where the next page begins, None at the end. Of what was disposed of there is nothing
    to check.
    """

    checked: int
    damaged: tuple[str, ...]
    last: str | None


async def check_artifacts(connection: AsyncConnection, after: str, limit: int) -> CheckedArtifacts:
    """Hash the content of up to `limit` artifacts whose digest comes after that one.

    Begin with the empty text. Memory stays below `32 * 256` KiB and what one piece takes.
    """
    checked, last = 0, after
    damaged: list[str] = []
    while checked < limit:
        wanted = min(_AT_ONCE, limit - checked)
        parameters = {"after": last, "limit": wanted, "piece": _PIECE}
        rows = (await connection.execute(_HEADS, parameters)).all()
        kept = [row for row in rows if row.size is not None]
        damaged += [row.digest for row in kept if not await _is_whole(connection, *row)]
        checked += len(rows)
        if rows:
            last = rows[-1].digest
        if len(rows) < wanted:
            return CheckedArtifacts(checked, tuple(damaged), None)
    return CheckedArtifacts(checked, tuple(damaged), last)


async def _is_whole(connection: AsyncConnection, digest: str, size: int, head: bytes) -> bool:
    hashed = hashlib.sha256(head)
    # SQL counts bytes from 1.
    for start in range(_PIECE + 1, size + 1, _PIECE):
        parameters = {"digest": digest, "start": start, "piece": _PIECE}
        piece = (await connection.execute(_PIECES, parameters)).scalar_one()
        if piece is None:
            return True  # it was disposed of meanwhile
        hashed.update(piece)
    return digest == f"sha256:{hashed.hexdigest()}"
