"""Documents of the process as the doors tell them, and the difference of two versions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from fastapi import Response

from api.platform import Platform
from api.process_documents.models import (
    DocumentHistory,
    DocumentList,
    DocumentStanding,
    DocumentVersionAnswer,
    DocumentVersionInFull,
    GivenAcknowledgement,
    OwedAcknowledgement,
)
from holdfast.domain.process_documents.differences import unified_difference
from holdfast.domain.process_documents.kinds import DocumentKind
from holdfast.domain.process_documents.life import (
    DocumentVersion,
    Standing,
    in_force,
    standing,
    version_before,
)
from holdfast.errors import InvalidInput, NotFound
from holdfast.evidence.bpmn.comparing import BpmnDifference, compare_bpmn
from holdfast.evidence.document_difference import PAGE_POLICY, difference_page
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.process_documents.reading import (
    list_acknowledgements,
    list_outstanding,
    list_versions,
    require_version,
)

__all__ = ["difference_of", "history", "standings"]

_HTML, _DIFF = "text/html", "text/x-diff; charset=utf-8"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Vary": "Accept",
}
_UNPUBLISHED = frozenset({Standing.DRAFTED, Standing.APPROVED})


def standings(versions: Sequence[DocumentVersion], today: date) -> DocumentList:
    """All documents of these versions, which come document by document."""
    found = groupby(versions, lambda version: version.document)
    return DocumentList(documents=[_standing(list(each), today) for _, each in found])


async def history(doors: Platform, name: str, today: date) -> DocumentHistory:
    """All versions of a document with their acknowledgements.

    Raises:
        NotFound: there is no such document.
    """
    async with doors.reads.connect() as connection:
        versions = await list_versions(connection, name)
        if not versions:
            message = f"there is no document {name}"
            raise NotFound(message, document=name)
        given = await list_acknowledgements(connection, name)
        owed = await list_outstanding(connection, versions, today)
    return DocumentHistory(
        document=name,
        kind=versions[0].kind,
        versions=[
            DocumentVersionInFull(
                **_told(version, versions, today).model_dump(),
                acknowledged=[
                    GivenAcknowledgement.model_validate(dict(row))
                    for row in given
                    if row["version"] == version.version
                ],
                outstanding=[
                    OwedAcknowledgement.of(each) for each in owed if each.version == version.version
                ],
            )
            for version in versions
        ],
    )


async def difference_of(
    doors: Platform, named: tuple[str, str], since: str | None, accept: str
) -> Response:
    """Compare a version with another, as text or as a page.

    Raises:
        NotFound: there is no such version.
    """
    async with doors.reads.connect() as connection:
        version = await require_version(connection, *named)
        if since is not None:
            before: DocumentVersion | None = await require_version(connection, named[0], since)
        else:
            before = version_before(await list_versions(connection, named[0]), version)
        after_text = await fetch_artifact(connection, version.digest)
        before_text = await fetch_artifact(connection, before.digest) if before else b""
    # In a thread: comparing long texts takes a while.
    content = await asyncio.to_thread(
        _difference, (version, after_text), (before, before_text), page=accept.startswith(_HTML)
    )
    if accept.startswith(_HTML):
        headers = {**_HEADERS, "Content-Security-Policy": PAGE_POLICY}
        return Response(content, media_type=_HTML, headers=headers)
    return Response(content, media_type=_DIFF, headers=_HEADERS)


def _difference(
    version: tuple[DocumentVersion, bytes],
    before: tuple[DocumentVersion | None, bytes],
    *,
    page: bool,
) -> str:
    # A BPMN file may say itself in which encoding it is: what is no UTF-8 is told as such.
    old, new = before[1].decode(errors="replace"), version[1].decode(errors="replace")
    name = version[0].document
    names = (
        f"{name} {before[0].version}" if before[0] else "nothing",
        f"{name} {version[0].version}",
    )
    lines = unified_difference(old, new, names)
    elements = _elements(before[1], version[1]) if version[0].kind is DocumentKind.BPMN else ()
    if page:
        return difference_page(version[0], before[0], lines, elements)
    # Whoever applies a unified difference ignores what stands before it.
    return "".join(f"{line}\n" for line in (*elements, *lines))


def _elements(before: bytes, after: bytes) -> tuple[str, ...]:
    """What became of the elements of a BPMN file, a line each; nothing without two files."""
    if not before:
        return ()
    try:
        found: BpmnDifference = compare_bpmn(before, after)
    except InvalidInput:  # a later release may refuse what an earlier one has let in
        return ()
    return (
        *(f"added {each}" for each in found.added),
        *(f"removed {each}" for each in found.removed),
        *(f"changed {each}" for each in found.changed),
    )


def _standing(versions: list[DocumentVersion], today: date) -> DocumentStanding:
    current = in_force(versions, today)
    told = [_told(version, versions, today) for version in versions]
    return DocumentStanding(
        document=versions[0].document,
        kind=versions[0].kind,
        in_force=_told(current, versions, today) if current else None,
        upcoming=[each for each in told if each.standing is Standing.UPCOMING],
        unpublished=[each for each in told if each.standing in _UNPUBLISHED],
    )


def _told(
    version: DocumentVersion, versions: list[DocumentVersion], today: date
) -> DocumentVersionAnswer:
    known = {name: getattr(version, name) for name in DocumentVersion.__slots__}
    return DocumentVersionAnswer.model_validate(
        {**known, "standing": standing(version, versions, today)}
    )
