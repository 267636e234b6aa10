"""What an append does besides evidence and projections: routes move, waiting callers are told.

These are not derived state: a rebuild does not repeat them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.domain.values import rfc3339
from holdfast.store.projections.changes import Changes
from holdfast.store.projections.receipts import receipt_row
from holdfast.store.stored_entry import StoredEntry

__all__ = ["OUTBOX_CHANNEL", "RECEIPT_CHANNEL", "apply_effects", "tell_receipts"]

RECEIPT_CHANNEL = "holdfast_receipt"
OUTBOX_CHANNEL = "holdfast_outbox"

_LONGEST_NOTIFICATION = 8_000
"""Bytes; PostgreSQL refuses a notification of that length or longer."""

_NOTIFY_OUTBOX = text("SELECT pg_notify(:channel, '')")

_ROUTE_ANEW = text("""
    UPDATE intake.alert SET incident_id = NULL, submission_id = NULL
    WHERE submission_id = :submission
""")

_DROP_ROUTES = text("DELETE FROM intake.route WHERE incident_id = :incident")

# Alerts of a duplicate go to the incident that it duplicates, for as long as that one is open.
_MOVE_ROUTES = text("""
    UPDATE intake.route SET incident_id = :target
    WHERE incident_id = :incident AND EXISTS (
        SELECT FROM projection.incident WHERE incident_id = :target AND outcome IS NULL
    )
""")


def tell_receipts(changes: Changes, new: Iterable[StoredEntry]) -> None:
    """Tell callers that wait for a receipt, as soon as it stands."""
    for stored in new:
        if (row := receipt_row(stored)) is not None:
            changes.tell(RECEIPT_CHANNEL, _told(row))


async def apply_effects(connection: AsyncConnection, new: Sequence[StoredEntry]) -> None:
    """Apply the effects of entries that have just been appended, in their transaction."""
    for stored in new:
        if stored.event.kind is EventKind.ALERTS_DECLINED:
            await connection.execute(_ROUTE_ANEW, {"submission": stored.event.answers})
            await connection.execute(_NOTIFY_OUTBOX, {"channel": OUTBOX_CHANNEL})
        elif stored.event.kind is EventKind.INCIDENT_CLOSED:
            await _release_routes(connection, stored)


def _told(row: dict[str, Any]) -> str:
    """Tell a waiting caller the whole receipt where it fits, so that nobody has to read it."""
    whole = json.dumps(row, default=rfc3339)
    fits = len(whole.encode()) < _LONGEST_NOTIFICATION
    return whole if fits else json.dumps({"submission_id": row["submission_id"]})


async def _release_routes(connection: AsyncConnection, stored: StoredEntry) -> None:
    names = {"incident": stored.entry.incident}
    if target := stored.event.payload["duplicate_of"]:
        await connection.execute(_MOVE_ROUTES, {**names, "target": target})
    await connection.execute(_DROP_ROUTES, names)
