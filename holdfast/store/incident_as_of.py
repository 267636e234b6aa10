"""An incident as it was known at an instant: its entries recorded by then, folded in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.store.decisions import StoredDecision, stored_decision
from holdfast.store.projections import project
from holdfast.store.projections.changes import Changes
from holdfast.store.rebuild import ENTRY_COLUMNS, read_entry
from holdfast.store.tables import clock, communication, decision, incident

__all__ = ["IncidentAsOf", "fetch_incident_as_of"]

# What counts is when it was recorded here: nobody could read it before.
_ENTRIES = text(f"""
    SELECT {ENTRY_COLUMNS} FROM evidence.record
    WHERE incident_id = :incident_id AND recorded_at <= :at ORDER BY position
""")  # noqa: S608 - constant


@dataclass(frozen=True, slots=True)
class IncidentAsOf:
    """The rows that the projections held for the incident then."""

    incident: Mapping[str, Any]
    open_decisions: Sequence[StoredDecision]
    clocks: Sequence[Mapping[str, Any]]
    communications: Sequence[Mapping[str, Any]]


async def fetch_incident_as_of(
    connection: AsyncConnection, incident_id: str, at: datetime
) -> IncidentAsOf | None:
    """Fold what had been recorded by that instant; None if the incident was not open by then.

    `at` is aware. Content that was disposed of since is withheld here too.
    """
    rows = await connection.execute(_ENTRIES, {"incident_id": incident_id, "at": at})
    changes = project([read_entry(row) for row in rows])
    known = changes.rows(incident)
    if not known:
        return None
    told = sorted(changes.rows(communication), key=lambda row: row["number"])
    return IncidentAsOf(known[0], _open_decisions(changes), _clocks(changes), told)


def _open_decisions(changes: Changes) -> list[StoredDecision]:
    entitled = {row["clock_id"]: row["entitled"] for row in changes.rows(clock)}
    rows = [row for row in changes.rows(decision) if row["state"] == "open"]
    rows.sort(key=lambda row: (row["requested_at"], row["request_id"]))
    return [
        stored_decision({**row, "entitled": entitled.get(f"decision/{row['request_id']}")})
        for row in rows
    ]


def _clocks(changes: Changes) -> list[Mapping[str, Any]]:
    return sorted(changes.rows(clock), key=lambda row: (row["due_at"], row["clock_id"]))
