"""Entries that no workflow writes: what people and programs do with the evidence itself.

A deed (an export, a file taken in, an erasure) is written in the transaction that does it: it is
done if and only if it is recorded. Each deed is a writer of its own with one entry, number 0.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event
from holdfast.evidence.entry import Entry, entry_id
from holdfast.store.evidence import append_within

__all__ = ["deed_entry_id", "record_deed"]


def deed_entry_id(deed: str) -> str:
    """The id of the one entry of a deed, such as `export/0198…`."""
    return entry_id(deed, 0)


async def record_deed(
    connection: AsyncConnection, chain: str, deed: str, event: Event, *, trace: str | None = None
) -> Entry:
    """Record a deed in the caller's transaction, and return its entry.

    `chain` is the incident that it belongs to, or `EVIDENCE_LOG`; `deed` is its unique name, of the
    form `export/<uuid>`; `trace` an OpenTelemetry trace id.

    Raises:
        EvidenceConflict: a deed of that name stands already.
    """
    entry = Entry(
        id=deed_entry_id(deed),
        incident=chain,
        workflow=deed,
        sequence=0,
        occurred_at=datetime.now(UTC),
        event=event,
        trace=trace,
        nonce=secrets.token_hex(16),
    )
    await append_within(connection, [entry])
    return entry
