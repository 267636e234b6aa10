"""Escalations to third parties as people ask for them; all from projections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = [
    "fetch_escalation",
    "list_calls",
    "list_clocks",
    "list_escalations",
    "list_origins",
    "list_remediation",
    "list_statements",
]

# Its own clocks only: what its decisions wait for is told with the decisions.
_ESCALATION = """
    SELECT t.*, next.clock_id AS next_clock, next.title AS next_title, next.due_at AS next_due_at
    FROM projection.third_party t LEFT JOIN LATERAL (
        SELECT clock_id, title, due_at FROM projection.clock
        WHERE clock.workflow_id = t.workflow_id AND state = 'running'
            AND starts_with(clock_id, 'third-party-' || t.number || ':')
        ORDER BY due_at, clock_id LIMIT 1
    ) next ON NOT t.closed
    WHERE t.incident_id = :incident_id
"""
_ESCALATIONS = text(f"{_ESCALATION} ORDER BY t.number")
_ONE_ESCALATION = text(f"{_ESCALATION} AND t.number = :number")

# One whose workflow is no more never told that its clocks stopped.
_CLOCKS = text("""
    SELECT c.*, c.current AND NOT t.closed AS running, CASE
        WHEN t.closed AND c.outcome IN ('running', 'paused') THEN 'cancelled' ELSE c.outcome
    END AS outcome_now, t.closed_at
    FROM projection.vendor_clock c JOIN projection.third_party t USING (incident_id, number)
    WHERE c.incident_id = :incident_id AND c.number = :number
    ORDER BY c.round, c.due_at, c.armed_at, c.armed_entry
""")

_STATEMENTS = text("""
    SELECT * FROM projection.vendor_statement
    WHERE incident_id = :incident_id AND number = :number ORDER BY recorded_at, entry_id
""")

_CALLS = text("""
    SELECT v.*, c.stage AS communication_stage
    FROM projection.vendor_call v LEFT JOIN projection.communication c
        ON c.incident_id = v.incident_id AND c.number = v.communication
    WHERE v.incident_id = :incident_id AND v.number = :number ORDER BY v.called_at, v.entry_id
""")

_ORIGINS = text("""
    SELECT * FROM projection.vendor_origin
    WHERE incident_id = :incident_id AND number = :number ORDER BY stated_at, entry_id
""")

_REMEDIATION = text("""
    SELECT * FROM projection.remediation_task
    WHERE incident_id = :incident_id ORDER BY number, task
""")


async def list_escalations(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """Read the escalations of an incident, the first one first.

    `next_clock`, `next_title` and `next_due_at` are of the next of its deadlines, aware; None
    where none runs.
    """
    return await _rows(connection, _ESCALATIONS, incident_id=incident_id)


async def fetch_escalation(
    connection: AsyncConnection, incident_id: str, number: int
) -> RowMapping | None:
    """Read one escalation, as `list_escalations`; None where the incident has none such."""
    found = await _rows(connection, _ONE_ESCALATION, incident_id=incident_id, number=number)
    return found[0] if found else None


async def list_clocks(
    connection: AsyncConnection, incident_id: str, number: int
) -> Sequence[Mapping[str, Any]]:
    """Read the times that the provider was held to, by round and deadline.

    `outcome` is running, paused, met, met_late, missed (as long as it is not met) or cancelled.
    `paused_seconds` is for how long it stood still, without a pause that is not over.
    """
    found = await _rows(connection, _CLOCKS, incident_id=incident_id, number=number)
    return [_clock(row) for row in found]


async def list_statements(
    connection: AsyncConnection, incident_id: str, number: int
) -> Sequence[RowMapping]:
    """Read what the provider has said, in the order in which it was recorded."""
    return await _rows(connection, _STATEMENTS, incident_id=incident_id, number=number)


async def list_calls(
    connection: AsyncConnection, incident_id: str, number: int
) -> Sequence[RowMapping]:
    """Read the calls of the provider, the first one first.

    `communication` is the number of the message that a call became, with its stage.
    """
    return await _rows(connection, _CALLS, incident_id=incident_id, number=number)


async def list_origins(
    connection: AsyncConnection, incident_id: str, number: int
) -> Sequence[RowMapping]:
    """Read where in the provider's chain it began, as people have stated it, oldest first."""
    return await _rows(connection, _ORIGINS, incident_id=incident_id, number=number)


async def list_remediation(connection: AsyncConnection, incident_id: str) -> Sequence[RowMapping]:
    """Read what has to follow from the oversight reviews of an incident."""
    return await _rows(connection, _REMEDIATION, incident_id=incident_id)


async def _rows(
    connection: AsyncConnection,
    query: TextClause,
    **parameters: str | int,
) -> Sequence[RowMapping]:
    return (await connection.execute(query, parameters)).mappings().all()


def _clock(row: RowMapping) -> Mapping[str, Any]:
    left_out = ("outcome_now", "closed_at", "running")
    known = {name: value for name, value in row.items() if name not in left_out}
    known["outcome"], known["current"] = row["outcome_now"], row["running"]
    return {**known, "paused_seconds": _stood_still(row)}


def _stood_still(row: RowMapping) -> int:
    """Sum the spans between being paused and being resumed; the last one may end with the clock."""
    moments = [datetime.fromisoformat(moment) for moment in row["stood_still"]]
    ended_at = row["ended_at"] or row["closed_at"]
    if len(moments) % 2:
        moments.append(max(ended_at or moments[-1], moments[-1]))
    spans = zip(moments[::2], moments[1::2], strict=True)
    return int(sum((until - since for since, until in spans), timedelta()).total_seconds())
