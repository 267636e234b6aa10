"""Exports: what leaves the house is recorded first, published, and only then collected.

An export is its manifest: a record that closes the incident's chain for the reader and says what
was left out. What is collected for a manifest is decided by what is stored alone, so that a bundle
can be made again years later.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.roles import Actor
from holdfast.errors import InvalidInput, NotFound
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.custody.attachments import StoredAttachment, list_attachments
from holdfast.store.deeds import deed_entry_id, record_deed
from holdfast.store.export.disclosed_lists import RECIPIENTS, keys_of_lists
from holdfast.store.log.checkpoints import checkpoint_of_size

__all__ = ["ExportRequest", "disclose_keys", "find_manifest", "sealed_fields", "write_manifest"]

_NEVER_WITHHELD = EventKind.EVIDENCE_EXPORTED

# One statement, and so one state of the log. Records that came since are counted by nobody, but
# they come before the manifest in the log, and into the bundle.
_STATE = text("""
    SELECT coalesce((SELECT size FROM evidence.log_state), 0) AS as_of_size,
        coalesce((SELECT seq + 1 FROM evidence.incident_head WHERE incident_id = :incident_id), 0)
            AS count,
        (SELECT encode(leaf_hash, 'hex') FROM evidence.incident_head
            WHERE incident_id = :incident_id) AS last_leaf,
        EXISTS (SELECT FROM evidence.record WHERE incident_id = :incident_id) AS known
""")
_MANIFEST = text("""
    SELECT body FROM evidence.record WHERE entry_id = :entry_id AND kind = :kind
""")
_SEALED = text("""
    SELECT (convert_from(body, 'UTF8')::jsonb -> 'sealed')::text AS sealed FROM evidence.record
    WHERE incident_id = :incident_id AND NOT kind = ANY(CAST(:withheld AS text[]))
        AND convert_from(body, 'UTF8')::jsonb ? 'sealed'
""")

# Locked against erasure until it is recorded that they go out.
_NOT_ERASED = text("""
    SELECT key FROM personal.subject_key
    WHERE key = ANY(CAST(:keys AS text[])) AND wrapped IS NOT NULL ORDER BY key FOR SHARE
""")


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Who takes the evidence of an incident out, what for, and what of it.

    Records of `withheld_kinds` are left out. `previous_size` is the size of a checkpoint that the
    reader has kept. `operator` is who asked where no token says it.
    """

    incident_id: str
    actor: Actor
    purpose: str
    withheld_kinds: tuple[EventKind, ...] = ()
    previous_size: int | None = None
    personal_data: bool = False
    operator: str | None = None
    trace: str | None = None


async def write_manifest(engine: AsyncEngine, request: ExportRequest) -> str:
    """Record an export, with all that goes out with it, and return the manifest's entry id.

    Nothing is collected yet: wait until it is published (`await_published`), then `collect`.

    Raises:
        NotFound: there is no such incident, or the log never signed `previous_size`.
        InvalidInput: the manifest itself is to be withheld.
    """
    if _NEVER_WITHHELD in request.withheld_kinds:
        message = f"{_NEVER_WITHHELD} closes the chain of a bundle, and is never withheld"
        raise InvalidInput(message)
    deed = f"export/{uuid.uuid4()}"
    async with engine.begin() as connection:
        if request.previous_size is not None:
            await checkpoint_of_size(connection, request.previous_size)
        state = await _state(connection, request.incident_id)
        if request.personal_data:
            await disclose_keys(connection, request, deed)
        for attachment in await _attachments(connection, request):
            await _record_exported(connection, request, deed, attachment)
        # Last, so that all of the above stands before it in the log.
        event = _manifest(request, state)
        await record_deed(connection, request.incident_id, deed, event, trace=request.trace)
    return deed_entry_id(deed)


async def find_manifest(connection: AsyncConnection, entry_id: str) -> Entry:
    """Read the manifest of an earlier export.

    Raises:
        NotFound: there is no such export.
    """
    parameters = {"entry_id": entry_id, "kind": str(EventKind.EVIDENCE_EXPORTED)}
    body = (await connection.execute(_MANIFEST, parameters)).scalar_one_or_none()
    if body is None:
        message = f"there is no export {entry_id}"
        raise NotFound(message, entry_id=entry_id)
    return entry_from_bytes(bytes(body))


async def disclose_keys(connection: AsyncConnection, request: ExportRequest, export: str) -> None:
    """Record, in the caller's transaction, that the keys of the incident's sealed data go out.

    `export` is the deed by which they do.
    """
    fields = sealed_fields(await _sealed(connection, request))
    kinds = [str(kind) for kind in request.withheld_kinds]
    lists = await keys_of_lists(connection, request.incident_id, kinds)
    fields |= {key: {RECIPIENTS} for key in lists.values()}
    for row in (await connection.execute(_NOT_ERASED, {"keys": sorted(fields)})).all():
        names = sorted(fields[row.key])
        event = Event(
            kind=EventKind.PERSONAL_DATA_DISCLOSED,
            subject=Subject(type="subject_key", id=row.key),
            actor=request.actor,
            payload={
                "key": row.key,
                "fields": names,
                "purpose": request.purpose,
                "export": export,
            },
        )
        deed = f"disclosure/{uuid.uuid4()}"
        await record_deed(connection, request.incident_id, deed, event, trace=request.trace)


def sealed_fields(sealed: Iterable[dict[str, Any]]) -> dict[str, set[str]]:
    """Return which fields are sealed under which key, of the `sealed` members of records."""
    fields: dict[str, set[str]] = {}
    for member in sealed:
        for name, value in member.items():
            fields.setdefault(value["key"], set()).add(name)
    return fields


async def _state(connection: AsyncConnection, incident_id: str) -> dict[str, object]:
    row = (await connection.execute(_STATE, {"incident_id": incident_id})).mappings().one()
    if not row["known"]:
        message = f"there is no evidence of {incident_id}"
        raise NotFound(message, incident_id=incident_id)
    return {name: row[name] for name in ("count", "last_leaf", "as_of_size")}


async def _attachments(
    connection: AsyncConnection, request: ExportRequest
) -> list[StoredAttachment]:
    """Read the attachments whose content goes out."""
    if EventKind.ATTACHMENT_COLLECTED in request.withheld_kinds:
        return []
    found = await list_attachments(connection, request.incident_id)
    return [attachment for attachment in found if not attachment.disposed]


async def _record_exported(
    connection: AsyncConnection, request: ExportRequest, export: str, attachment: StoredAttachment
) -> None:
    event = Event(
        kind=EventKind.ATTACHMENT_EXPORTED,
        subject=Subject(type="attachment", id=attachment.attachment_id, digest=attachment.digest),
        actor=request.actor,
        payload={"digest": attachment.digest, "purpose": request.purpose, "export": export},
        causes=(attachment.entry_id,),
    )
    deed = f"attachment-export/{uuid.uuid4()}"
    await record_deed(connection, request.incident_id, deed, event, trace=request.trace)


def _manifest(request: ExportRequest, state: dict[str, object]) -> Event:
    return Event(
        kind=EventKind.EVIDENCE_EXPORTED,
        subject=Subject(type="incident", id=request.incident_id),
        actor=request.actor,
        payload={
            **state,
            "purpose": request.purpose,
            "withheld_kinds": sorted({str(kind) for kind in request.withheld_kinds}),
            "previous_size": request.previous_size,
            "personal_data": request.personal_data,
            "operator": request.operator,
        },
    )


async def _sealed(connection: AsyncConnection, request: ExportRequest) -> list[dict[str, Any]]:
    parameters = {
        "incident_id": request.incident_id,
        "withheld": [str(kind) for kind in request.withheld_kinds],
    }
    rows = await connection.execute(_SEALED, parameters)
    return [json.loads(row.sealed) for row in rows]
