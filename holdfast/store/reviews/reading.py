"""Reading reviews as they stand, and the entries from which drafts and packs are made."""

from __future__ import annotations

from sqlalchemy import RowMapping, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.evidence.entry import Entry
from holdfast.evidence.reviews.sources import NEEDED
from holdfast.store.artifacts import Disposed
from holdfast.store.rebuild import ENTRY_COLUMNS, read_entry
from holdfast.store.reviews.tables import review
from holdfast.store.stored_entry import StoredEntry

__all__ = ["fetch_review", "read_review_entries"]

_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE incident_id = :incident_id AND kind = ANY(:kinds)
    ORDER BY position
""")  # noqa: S608 - constant

_KINDS = sorted(map(str, NEEDED))


async def fetch_review(connection: AsyncConnection, incident_id: str) -> RowMapping | None:
    """Read the review of an incident; None while there is none."""
    query = select(review).where(review.c.incident_id == incident_id)
    return (await connection.execute(query)).mappings().one_or_none()


async def read_review_entries(connection: AsyncConnection, incident_id: str) -> list[Entry]:
    """Read what a review can rest on, in the order of the incident's chain.

    Raises:
        Disposed: content of it was disposed of: what is left would tell another story.
    """
    parameters = {"incident_id": incident_id, "kinds": _KINDS}
    found = [read_entry(row) for row in await connection.execute(_ENTRIES, parameters)]
    entries = [each.entry for each in found if isinstance(each, StoredEntry)]
    if len(entries) < len(found):
        gone = len(found) - len(entries)
        message = (
            f"{gone} entries of {incident_id} were disposed of:"
            " what they hashed to stands in its bundle"
        )
        raise Disposed(message, incident_id=incident_id)
    return entries
