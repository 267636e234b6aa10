"""Replay of the judgements of an incident, from its entries and the policies kept beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.replay.judgements import replay
from holdfast.domain.replay.shelf import pinned_digests
from holdfast.domain.replay.verdicts import JudgedEvent, ReplayReport
from holdfast.errors import InvalidInput, NotFound
from holdfast.evidence.entry import entry_from_bytes, entry_id
from holdfast.store.artifacts import fetch_artifact

__all__ = ["replay_incident"]

_ENTRIES = text("""
    SELECT entry_id, workflow_id, sequence, kind, occurred_at, body FROM evidence.record
    WHERE incident_id = :incident_id ORDER BY position
""")


async def replay_incident(connection: AsyncConnection, incident_id: str) -> ReplayReport:
    """Make every judgement of an incident again from what the database keeps.

    An entry whose content was disposed of, or that is missing from the numbers of the workflow that
    wrote it, counts as withheld: what rests on it is not replayable.

    Raises:
        NotFound: there is no evidence of such an incident.
        InvalidInput: an entry is not readable by this release.
    """
    rows = (await connection.execute(_ENTRIES, {"incident_id": incident_id})).all()
    if not rows:
        message = f"there is no evidence of incident {incident_id}"
        raise NotFound(message, incident=incident_id)
    events = tuple(_judged(rows))
    return replay(events, await _policies(connection, pinned_digests(events)))


async def _policies(connection: AsyncConnection, digests: Iterable[str]) -> dict[str, str]:
    policies = {}
    for digest in sorted(digests):
        try:
            policies[digest] = (await fetch_artifact(connection, digest)).decode()
        except (NotFound, UnicodeDecodeError):
            continue  # replay says of each judgement under it that the policy is not at hand
    return policies


def _judged(rows: Iterable[Row[tuple[object, ...]]]) -> Iterator[JudgedEvent]:
    expected = Counter[str]()
    for row in rows:
        for missing in range(expected[row.workflow_id], row.sequence):
            yield JudgedEvent(entry_id(row.workflow_id, missing), None, None)
        expected[row.workflow_id] = row.sequence + 1
        yield _judged_event(row)


def _judged_event(row: Row[tuple[object, ...]]) -> JudgedEvent:
    if row.body is None:
        known = row.kind in set(EventKind)
        kind = EventKind(row.kind) if known else None
        return JudgedEvent(row.entry_id, row.occurred_at, None, kind)
    try:
        entry = entry_from_bytes(bytes(row.body))
    except (ValueError, TypeError) as error:
        message = f"entry {row.entry_id} is not readable by this release"
        raise InvalidInput(message, entry=row.entry_id) from error
    return JudgedEvent(entry.id, entry.occurred_at, entry.event)
