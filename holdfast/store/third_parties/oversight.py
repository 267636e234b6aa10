"""The entries that the oversight files of an incident are made from, read as they are kept."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOWS
from holdfast.evidence.entry import Entry
from holdfast.evidence.oversight.chain import NEEDED
from holdfast.store.artifacts import Disposed
from holdfast.store.rebuild import ENTRY_COLUMNS, read_entry
from holdfast.store.stored_entry import StoredEntry

__all__ = ["read_oversight_entries"]

# The id of an entry begins with that of the workflow that wrote it.
_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE incident_id = :incident_id
        AND (kind = ANY(:kinds) OR starts_with(entry_id, :third_parties))
    ORDER BY position
""")  # noqa: S608 - constant

_KINDS = sorted(map(str, NEEDED))


async def read_oversight_entries(connection: AsyncConnection, incident_id: str) -> list[Entry]:
    """Read what says something of the incident's escalations, in the order of its chain.

    Raises:
        Disposed: content of it was disposed of: what is left would be no whole file.
    """
    parameters = {
        "incident_id": incident_id,
        "kinds": _KINDS,
        "third_parties": THIRD_PARTY_WORKFLOWS,
    }
    found = [read_entry(row) for row in await connection.execute(_ENTRIES, parameters)]
    entries = [each.entry for each in found if isinstance(each, StoredEntry)]
    if len(entries) < len(found):
        message = (
            f"{len(found) - len(entries)} entries of {incident_id} were disposed of:"
            " what they hashed to stands in its bundle"
        )
        raise Disposed(message, incident_id=incident_id)
    return entries
