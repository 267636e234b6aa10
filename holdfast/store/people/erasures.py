"""Erasures: a person's key is destroyed, with whatever says who they are, and that is evidence.

One transaction holds the key's end, the end of the identity and of points of contact, and the
entry: an erasure is done if and only if it is recorded (GDPR Art. 17; Art. 5(2), accountability).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.domain.values import rfc3339
from holdfast.errors import Conflict, NotFound
from holdfast.evidence.log.leaf import EVIDENCE_LOG
from holdfast.store.chosen_deeds import IdReused, find_deed, record_chosen_deed
from holdfast.store.database import create_engine

__all__ = ["Erased", "Erasure", "erase", "list_erasures", "repeat_erasures"]

_LOCK = text("SELECT erased_at FROM personal.subject_key WHERE key = :key FOR UPDATE")
_ERASE = text("""
    UPDATE personal.subject_key SET wrapped = NULL, erased_at = clock_timestamp()
    WHERE key = :key RETURNING erased_at
""")
_FORGET = text("DELETE FROM access.identity WHERE actor_id = :key")
_UNLIST = text("DELETE FROM personal.contact_point WHERE key = :key")
# The chain of what concerns the log as a whole is short, and no index knows subjects.
_LIST = text("""
    SELECT subject AS key, body::jsonb->'payload'->>'erased_at' AS erased_at, entry_id
    FROM (
        SELECT entry_id, position, convert_from(body, 'UTF8') AS body,
            convert_from(body, 'UTF8')::jsonb->'subject'->>'id' AS subject
        FROM evidence.record
        WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
    ) erasure
    WHERE subject = ANY(CAST(:keys AS text[])) ORDER BY position
""")

_REPEAT = text("""
    WITH erased AS (
        SELECT convert_from(body, 'UTF8')::jsonb->'subject'->>'id' AS key FROM evidence.record
        WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
    ), forgotten AS (
        DELETE FROM access.identity WHERE actor_id IN (SELECT key FROM erased)
    ), unlisted AS (
        DELETE FROM personal.contact_point WHERE key IN (SELECT key FROM erased)
    )
    UPDATE personal.subject_key SET wrapped = NULL, erased_at = clock_timestamp()
    WHERE wrapped IS NOT NULL AND key IN (SELECT key FROM erased) RETURNING key
""")
_ERASURES = {"chain": EVIDENCE_LOG, "kind": str(EventKind.PERSONAL_DATA_ERASED)}

_FOUND = frozenset({"erased_at", "identity_erased"})
"""What of the entry nobody asked for: what the erasure found and when."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is asked: `key` is the person's pseudonym, `erasure_id` is chosen by whoever asks."""

    erasure_id: str
    key: str
    legal_basis: str
    actor: Actor
    trace: str | None = None


class Erased(NamedTuple):
    """A key that was erased, when, and the entry that says so."""

    key: str
    erased_at: datetime
    entry_id: str


async def erase(connection: AsyncConnection, erasure: Erasure) -> Erased:
    """Erase a person's key and identity in the caller's transaction, and record it.

    The same erasure again returns the entry that stands.

    Raises:
        NotFound: there is no such key.
        IdReused: the id was used for another erasure.
        Conflict: another erasure has erased the key.
    """
    found = (await connection.execute(_LOCK, {"key": erasure.key})).one_or_none()
    if found is None:
        message = f"there is no key {erasure.key}"
        raise NotFound(message, key=erasure.key)
    erased_at, deed = found.erased_at, f"erasure/{erasure.erasure_id}"
    if erased_at is None:
        erased_at = (await connection.execute(_ERASE, {"key": erasure.key})).scalar_one()
    elif await find_deed(connection, deed) is None:
        message = f"{erasure.key} has been erased already, by another erasure"
        raise Conflict(message, key=erasure.key)
    await connection.execute(_UNLIST, {"key": erasure.key})
    forgotten = await connection.execute(_FORGET, {"key": erasure.key})
    event = _event(erasure, erased_at, identity=bool(forgotten.rowcount))
    try:
        done = await record_chosen_deed(
            connection, EVIDENCE_LOG, deed, event, trace=erasure.trace, unsaid=_FOUND
        )
    except IdReused as error:
        message = f"'{erasure.erasure_id}' was used for another erasure"
        raise IdReused(message, **error.fields) from error
    payload = done.entry.event.payload
    return Erased(erasure.key, datetime.fromisoformat(payload["erased_at"]), done.entry.id)


async def list_erasures(connection: AsyncConnection, keys: Iterable[str]) -> Sequence[Erased]:
    """Return which of these keys were erased, as evidence has it, in the order of erasure."""
    rows = await connection.execute(_LIST, {**_ERASURES, "keys": sorted(set(keys))})
    return [Erased(row.key, datetime.fromisoformat(row.erased_at), row.entry_id) for row in rows]


async def repeat_erasures(migration_url: str) -> int:
    """Erase what evidence says was erased, and say how many keys that were.

    None, but in a database whose keys, identities or contacts came back from an older backup.
    """
    engine = create_engine(migration_url, part="migrate")
    try:
        async with engine.begin() as connection:
            return len((await connection.execute(_REPEAT, _ERASURES)).all())
    finally:
        await engine.dispose()


def _event(erasure: Erasure, erased_at: datetime, *, identity: bool) -> Event:
    return Event(
        kind=EventKind.PERSONAL_DATA_ERASED,
        subject=Subject(type="subject_key", id=erasure.key),
        actor=erasure.actor,
        payload={
            "key": erasure.key,
            "legal_basis": erasure.legal_basis,
            "erased_at": rfc3339(erased_at),
            "identity_erased": identity,
        },
    )
