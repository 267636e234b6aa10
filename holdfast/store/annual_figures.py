"""Reading what annual figures are computed from: the entries of every incident once major."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.annual_figures.histories import NEEDED, IncidentHistory, history_of
from holdfast.store.rebuild import ENTRY_COLUMNS, read_entry
from holdfast.store.stored_entry import StoredEntry

__all__ = ["ReadHistories", "read_histories"]

_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE kind = ANY(:kinds) AND incident_id IN (
        SELECT incident_id FROM projection.incident
        WHERE drill IS NULL AND classification->>'first_major_at' IS NOT NULL
    )
    ORDER BY incident_id, position
""")  # noqa: S608 - constant

_KINDS = sorted(map(str, NEEDED))


@dataclass(frozen=True, slots=True)
class ReadHistories:
    """The histories by incident; `disposed` are incidents of which content was disposed of."""

    histories: tuple[IncidentHistory, ...]
    disposed: tuple[str, ...]


async def read_histories(connection: AsyncConnection) -> ReadHistories:
    """Read every incident that was classified as major at any time, drills left out."""
    rows = (await connection.execute(_ENTRIES, {"kinds": _KINDS})).all()
    return await asyncio.to_thread(_read, rows)


def _read(rows: Sequence[Row[tuple[object, ...]]]) -> ReadHistories:
    """Off the loop: years of incidents take a while."""
    histories, disposed = list[IncidentHistory](), list[str]()
    for incident, of_incident in groupby(rows, key=lambda row: row.incident_id):
        found = [read_entry(row) for row in of_incident]
        entries = [each.entry for each in found if isinstance(each, StoredEntry)]
        if len(entries) < len(found):
            disposed.append(incident)
        else:
            histories.append(history_of(incident, entries))
    return ReadHistories(tuple(histories), tuple(disposed))
