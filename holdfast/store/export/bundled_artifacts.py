"""Which artifacts go into a bundle: those that its records name, as far as they may."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE
from holdfast.domain.events import EventKind
from holdfast.evidence.bundle.contents import BundledArtifact, Withheld
from holdfast.store.communications.recipients import RECIPIENTS_MEDIA_TYPE

__all__ = ["NamingRecord", "artifacts_named"]

_UNKNOWN_TYPE = "application/octet-stream"

# A digest that is a whole value, in RFC 8785: inside of a text, a quotation mark has a backslash
# before it, and a member's name has a colon after it.
_DIGEST = re.compile(rb'(?<=[:,\[])"(sha256:[0-9a-f]{64})"(?=[,\]}])')
_RULE = re.compile(rb'"policy":\{"digest":"(sha256:[0-9a-f]{64})"')

# Content that other incidents need outlives a disposal; for this incident it is gone.
_ARTIFACTS = text("""
    SELECT digest, media_type, octet_length(content) AS size,
        content IS NULL OR (
            EXISTS (
                SELECT FROM evidence.record
                WHERE incident_id = :incident_id AND kind = 'retention.disposed'
            )
            AND NOT EXISTS (
                SELECT FROM evidence.artifact_use
                WHERE artifact_use.digest = artifact.digest AND incident_id = :incident_id
            )
        ) AS disposed
    FROM evidence.artifact WHERE digest = ANY(CAST(:digests AS text[])) ORDER BY digest
""")


@dataclass(frozen=True, slots=True)
class NamingRecord:
    """A record that may name artifacts: its number, its kind, its bytes, whether it is left out."""

    seq: int
    kind: str
    body: bytes
    redacted: bool


@dataclass(frozen=True, slots=True)
class _LeftOut:
    """What does not go out: these files, these messages, and lists that are not released."""

    files: Collection[str]
    messages: Collection[str]
    released: Collection[str]

    def holds(self, row: Row[Any]) -> bool:
        if row.media_type == RECIPIENTS_MEDIA_TYPE:
            return row.digest not in self.released
        if row.media_type == MESSAGE_MEDIA_TYPE:
            return row.digest in self.messages
        return row.digest in self.files


async def artifacts_named(
    connection: AsyncConnection,
    incident_id: str,
    records: Sequence[NamingRecord],
    released: Collection[str],
) -> list[BundledArtifact]:
    """List the artifacts that these records of an incident name, in the order of their digests.

    Of a record that is left out not even the digests are told, as whoever guesses the content could
    check the guess. `released` are the digests of files and lists of recipients of which it is
    recorded that they go out with this export; others do not, whatever names them. A message goes
    with the record of its version: questions about it, which name it too, do not let it out.
    """
    shown = _naming(record for record in records if not record.redacted)
    files = {
        digest
        for record in records
        if record.kind == EventKind.ATTACHMENT_COLLECTED
        for digest in _digests(record.body)
    }
    unsaid = {
        digest
        for record in records
        if record.kind == EventKind.COMMUNICATION_DRAFTED and record.redacted
        for digest in _digests(record.body)
    }
    left_out = _LeftOut(files.difference(released), frozenset(unsaid), frozenset(released))
    parameters = {"incident_id": incident_id, "digests": sorted(shown)}
    rows = (await connection.execute(_ARTIFACTS, parameters)).all()
    found = [
        BundledArtifact(
            digest=row.digest,
            media_type=row.media_type,
            size=row.size,
            named_by=tuple(shown[row.digest]),
            withheld=_reason(disposed=row.disposed, redacted=left_out.holds(row)),
        )
        for row in rows
    ]
    return sorted([*found, *_missing(records, shown, rows)], key=lambda each: each.digest)


def _reason(*, disposed: bool, redacted: bool) -> Withheld | None:
    if disposed:
        return Withheld.DISPOSED
    return Withheld.REDACTED if redacted else None


def _missing(
    records: Iterable[NamingRecord], shown: Mapping[str, Sequence[int]], rows: Sequence[Row[Any]]
) -> Iterator[BundledArtifact]:
    """Yield the policies that records were made under, and that were never kept here."""
    kept = {row.digest for row in rows}
    rules = {
        match[1].decode()
        for record in records
        if not record.redacted
        for match in _RULE.finditer(record.body)
    }
    for digest in rules - kept:
        named_by = tuple(shown[digest])
        yield BundledArtifact(digest, _UNKNOWN_TYPE, None, named_by, Withheld.MISSING)


def _naming(records: Iterable[NamingRecord]) -> dict[str, list[int]]:
    naming: dict[str, list[int]] = {}
    for record in records:
        for digest in _digests(record.body):
            naming.setdefault(digest, []).append(record.seq)
    return naming


def _digests(body: bytes) -> set[str]:
    return {match[1].decode() for match in _DIGEST.finditer(body)}
