"""What an append does besides evidence and projections: routes move, waiting callers are told.

These are not derived state: a rebuild does not repeat them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import EventKind
from holdfast.store.stored_entry import StoredEntry

__all__ = ["OUTBOX_CHANNEL", "RECEIPT_CHANNEL", "apply_effects"]

RECEIPT_CHANNEL = "holdfast_receipt"
OUTBOX_CHANNEL = "holdfast_outbox"

_NOTIFY_RECEIPT = text(
    "SELECT pg_notify(:channel, submission) FROM unnest(CAST(:submissions AS text[])) submission"
)
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


async def apply_effects(connection: AsyncConnection, new: Sequence[StoredEntry]) -> None:
    """Apply the effects of entries that have just been appended, in their transaction."""
    for stored in new:
        if stored.event.kind is EventKind.ALERTS_DECLINED:
            await connection.execute(_ROUTE_ANEW, {"submission": stored.event.answers})
            await connection.execute(_NOTIFY_OUTBOX, {"channel": OUTBOX_CHANNEL})
        elif stored.event.kind is EventKind.INCIDENT_CLOSED:
            await _release_routes(connection, stored)
    submissions = [stored.event.answers for stored in new if stored.event.answers]
    if submissions:
        await connection.execute(
            _NOTIFY_RECEIPT, {"channel": RECEIPT_CHANNEL, "submissions": submissions}
        )


async def _release_routes(connection: AsyncConnection, stored: StoredEntry) -> None:
    names = {"incident": stored.entry.incident}
    if target := stored.event.payload["duplicate_of"]:
        await connection.execute(_MOVE_ROUTES, {**names, "target": target})
    await connection.execute(_DROP_ROUTES, names)
