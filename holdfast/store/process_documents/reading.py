"""Documents as people ask for them: their versions, and who has acknowledged which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.process_documents.acknowledging import Holder, Outstanding, outstanding
from holdfast.domain.process_documents.kinds import DocumentKind
from holdfast.domain.process_documents.life import DocumentVersion, Standing, standing
from holdfast.errors import NotFound
from holdfast.store.process_documents.tables import acknowledgement, document

__all__ = [
    "find_version",
    "list_acknowledgements",
    "list_outstanding",
    "list_versions",
    "require_version",
]

_COLUMNS = [document.c[each.name] for each in fields(DocumentVersion)]
_OWED = frozenset({Standing.UPCOMING, Standing.IN_FORCE})
_HOLDERS = text("""
    SELECT DISTINCT unnest(roles) AS role, actor_id AS person
    FROM access.token WHERE revoked_at IS NULL
""")


async def list_versions(
    connection: AsyncConnection, name: str | None = None, kind: DocumentKind | None = None
) -> list[DocumentVersion]:
    """Read the versions of one document or of all, in the order in which they were drafted."""
    query = select(*_COLUMNS).order_by(document.c.document, document.c.drafted_at)
    if name is not None:
        query = query.where(document.c.document == name)
    if kind is not None:
        query = query.where(document.c.kind == str(kind))
    return [_version(row) for row in (await connection.execute(query)).mappings()]


async def find_version(
    connection: AsyncConnection, name: str, version: str
) -> DocumentVersion | None:
    """Read one version; None where there is none."""
    key = (document.c.document == name) & (document.c.version == version)
    row = (await connection.execute(select(*_COLUMNS).where(key))).mappings().one_or_none()
    return None if row is None else _version(row)


async def require_version(connection: AsyncConnection, name: str, version: str) -> DocumentVersion:
    """Read one version.

    Raises:
        NotFound: there is none.
    """
    found = await find_version(connection, name, version)
    if found is None:
        message = f"there is no version {version} of the document {name}"
        raise NotFound(message, document=name, version=version)
    return found


async def list_acknowledgements(
    connection: AsyncConnection, name: str | None = None
) -> Sequence[RowMapping]:
    """Read who has acknowledged which version, of one document or of all, in order of time."""
    query = select(acknowledgement).order_by(
        acknowledgement.c.acknowledged_at, acknowledgement.c.entry_id
    )
    if name is not None:
        query = query.where(acknowledgement.c.document == name)
    return (await connection.execute(query)).mappings().all()


async def list_outstanding(
    connection: AsyncConnection, versions: Sequence[DocumentVersion], today: date
) -> list[Outstanding]:
    """Read who owes an acknowledgement of one of these versions on that day.

    `versions` are all of the documents that are asked for. What is superseded concerns nobody.
    People are holders of a token, by pseudonym.
    """
    rows = await connection.execute(_HOLDERS)
    holders = [Holder(row.role, row.person) for row in rows]
    given: dict[tuple[str, str], set[str]] = {}
    of: dict[str, list[DocumentVersion]] = {}
    for version in versions:
        of.setdefault(version.document, []).append(version)
    only = next(iter(of)) if len(of) == 1 else None
    for row in await list_acknowledgements(connection, only):
        given.setdefault((row["document"], row["version"]), set()).add(row["person"])
    return [
        each
        for version in versions
        if standing(version, of[version.document], today) in _OWED
        for each in outstanding(
            version, holders, given.get((version.document, version.version), set()), today
        )
    ]


def _version(row: RowMapping) -> DocumentVersion:
    kind, concerns = DocumentKind(row["kind"]), tuple(row["concerns"])
    return DocumentVersion(**{**row, "kind": kind, "concerns": concerns})
