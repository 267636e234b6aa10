"""Filling reports from what is stored: the chain of the incident, and the pinned policies."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.reporting.filling.content import (
    REPORT_MEDIA_TYPE,
    authors_of,
    content_bytes,
    digest_of_fields,
    lacking_besides,
    report_content,
)
from holdfast.domain.reporting.filling.sources import FillSources, SourceEntry, Wanted
from holdfast.domain.reporting.judging import FilledReport, FillRequest
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.reporting.policy import reporting_policy
from holdfast.dora.register import register_from
from holdfast.dora.report.content import ReportContent
from holdfast.dora.report_stages import ReportStage
from holdfast.errors import NotFound
from holdfast.store.artifacts import Disposed, fetch_artifact, store_artifact
from holdfast.store.rebuild import ENTRY_COLUMNS, read_entry
from holdfast.store.reporting.against_schema import against_schema
from holdfast.store.reporting.contacts import lacking_contacts
from holdfast.store.stored_entry import StoredEntry

__all__ = ["fill_report", "preview", "read_chain", "read_content"]

_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE incident_id = :incident_id ORDER BY position
""")  # noqa: S608 - constant


async def fill_report(
    connection: AsyncConnection, request: FillRequest, schemas: Mapping[str, Path] | None = None
) -> FilledReport:
    """Fill a version from all that the evidence has by now, and keep it.

    Where nothing can be filled, it says why. `schemas` are those of authorities that have one of
    their own: what is against it is a gap.

    Raises:
        NotFound: the register or the policy was never kept here.
    """
    try:
        entries = await read_chain(connection, request.incident)
    except Disposed as error:
        return FilledReport(because=str(error)[:200])
    sources = await _sources(
        connection, entries, request.register_of_information, request.reporting_policy
    )
    if because := _lacking(sources, request.entity):
        return FilledReport(because=because, as_of=entries[-1].id)
    wanted = Wanted(
        incident=request.incident,
        number=request.number,
        entity=request.entity,
        kind=request.kind,
        covers=request.covers,
        version=request.version,
        at=entries[-1].occurred_at,
    )
    content = await _content(connection, sources, wanted)
    if schema := (schemas or {}).get(sources.policy.entities[request.entity].authority):
        content = lacking_besides(content, await against_schema(content, schema))
    digest = await store_artifact(connection, content_bytes(content), REPORT_MEDIA_TYPE)
    return FilledReport(
        content=digest,
        fields=digest_of_fields(content),
        gaps=content.gaps,
        by=authors_of(content),
        as_of=content.as_of,
    )


async def preview(
    connection: AsyncConnection,
    incident: str,
    number: int,
    covers: tuple[ReportStage, ...],
    kind: ReportKind | None = None,
) -> ReportContent:
    """Fill a report as of now, and keep nothing; its version is 0.

    Raises:
        NotFound: the incident has no reporting of that number, or a policy was never kept here.
        Disposed: content of the incident was disposed of.
    """
    entries = await read_chain(connection, incident)
    opened = [
        entry
        for entry in entries
        if entry.event.kind is EventKind.REPORTING_OPENED
        and entry.event.payload["number"] == number
    ]
    if not opened:
        message = f"{incident} has no reporting {number}: list its reportings"
        raise NotFound(message, incident_id=incident)
    payload = opened[0].event.payload
    register, policy = (PolicyPin.model_validate(payload[name]) for name in ("register", "policy"))
    sources = await _sources(connection, entries, register, policy)
    wanted = Wanted(
        incident=incident,
        number=number,
        entity=payload["entity"],
        kind=kind or ReportKind(covers[-1]),
        covers=covers,
        version=0,
        at=datetime.now(UTC),
    )
    return await _content(connection, sources, wanted)


async def read_content(connection: AsyncConnection, digest: str) -> ReportContent:
    """Read the content of a version as it was filled.

    Raises:
        NotFound: nothing is kept under that digest.
        Disposed: what was kept there was disposed of.
    """
    return ReportContent.model_validate_json(await fetch_artifact(connection, digest))


async def read_chain(connection: AsyncConnection, incident: str) -> tuple[SourceEntry, ...]:
    """Read every entry of an incident, in the order of its chain.

    Raises:
        NotFound: there is no evidence of such an incident.
        Disposed: content of it was disposed of: what is left would tell another story.
    """
    rows = (await connection.execute(_ENTRIES, {"incident_id": incident})).all()
    if not rows:
        message = f"there is no evidence of incident {incident}"
        raise NotFound(message, incident_id=incident)
    # Thousands of entries take a while to read: others go on meanwhile.
    found = await asyncio.to_thread(lambda: [read_entry(row) for row in rows])
    entries = [each.entry for each in found if isinstance(each, StoredEntry)]
    if len(entries) < len(found):
        message = f"{len(found) - len(entries)} entries of {incident} were disposed of"
        raise Disposed(message, incident_id=incident)
    return tuple(
        SourceEntry.model_construct(id=each.id, occurred_at=each.occurred_at, event=each.event)
        for each in entries
    )


async def _sources(
    connection: AsyncConnection,
    entries: Sequence[SourceEntry],
    register: PolicyPin,
    policy: PolicyPin,
) -> FillSources:
    registered = (await fetch_artifact(connection, register.digest)).decode()
    ruled = (await fetch_artifact(connection, policy.digest)).decode()
    return FillSources(tuple(entries), register_from(registered), reporting_policy(ruled))


async def _content(
    connection: AsyncConnection, sources: FillSources, wanted: Wanted
) -> ReportContent:
    content = await asyncio.to_thread(report_content, sources, wanted)
    stage = wanted.covers[0] if wanted.covers else ReportStage.INITIAL
    lacking = await lacking_contacts(connection, content.fields, stage)
    return lacking_besides(content, lacking)


def _lacking(sources: FillSources, entity: str) -> str | None:
    """Why nothing can be filled; None where something can."""
    if entity not in sources.register.entities:
        return f"the pinned register has no entity {entity}"
    if entity not in sources.policy.entities:
        return f"the pinned reporting policy has no rules for {entity}: publish one that has"
    return None
