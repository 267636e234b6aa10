"""The outbox: submissions that are durable here before Temporal has seen them.

Rows are written in the transaction that makes them necessary, sent in order of their position
within an incident, and marked afterwards. A crash in between sends the same bytes again; the
workflow takes a submission once, by its id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.submissions import SignedSubmission

__all__ = [
    "OutboxRow",
    "WaitingIncident",
    "count_waiting",
    "mark_delivered",
    "put_in_outbox",
    "waiting_incidents",
    "waiting_rows",
]

_INSERT = text("""
    INSERT INTO intake.outbox (submission_id, incident_id, opens, content)
    VALUES (:submission_id, :incident_id, :opens, :content)
    RETURNING position
""")

_WAITING = text("""
    SELECT position, submission_id, incident_id, opens, content FROM intake.outbox
    WHERE incident_id = :incident_id AND delivered_at IS NULL AND returned_at IS NULL
    ORDER BY position
""")

_DELIVERED = text(
    "UPDATE intake.outbox SET delivered_at = clock_timestamp()"
    " WHERE position = :position AND delivered_at IS NULL"
)

_INCIDENTS = text("""
    SELECT incident_id, bool_or(submissions) AS submissions FROM (
        SELECT DISTINCT incident_id, true AS submissions FROM intake.outbox
        WHERE delivered_at IS NULL AND returned_at IS NULL
        UNION ALL
        SELECT DISTINCT incident_id, false FROM intake.alert
        WHERE submission_id IS NULL AND incident_id IS NOT NULL
    ) waiting
    GROUP BY incident_id ORDER BY incident_id LIMIT :limit
""")

_COUNT = text(
    "SELECT count(*) FROM intake.outbox WHERE delivered_at IS NULL AND returned_at IS NULL"
)

_MOST_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One signed submission on its way; `opens` says that it starts the workflow if need be."""

    position: int
    submission_id: str
    incident_id: str
    opens: bool
    content: bytes

    @property
    def signed(self) -> SignedSubmission:
        """The submission, read back from its bytes."""
        return SignedSubmission.model_validate_json(self.content)


@dataclass(frozen=True, slots=True)
class WaitingIncident:
    """An incident for which something waits: composed submissions, or only alerts."""

    incident_id: str
    submissions: bool


async def put_in_outbox(
    connection: AsyncConnection, incident_id: str, signed: SignedSubmission, *, opens: bool
) -> OutboxRow:
    """Write a submission into the outbox, in the caller's transaction."""
    content = signed.model_dump_json().encode()
    submission_id = signed.submission.submission_id
    inserted = await connection.execute(
        _INSERT,
        {
            "submission_id": submission_id,
            "incident_id": incident_id,
            "opens": opens,
            "content": content,
        },
    )
    return OutboxRow(inserted.scalar_one(), submission_id, incident_id, opens, content)


async def waiting_rows(connection: AsyncConnection, incident_id: str) -> Sequence[OutboxRow]:
    """What waits to be sent to one incident, in order."""
    rows = await connection.execute(_WAITING, {"incident_id": incident_id})
    return [
        OutboxRow(row.position, row.submission_id, row.incident_id, row.opens, bytes(row.content))
        for row in rows
    ]


async def mark_delivered(connection: AsyncConnection, row: OutboxRow) -> None:
    """Note that Temporal has taken it: it is not sent again."""
    await connection.execute(_DELIVERED, {"position": row.position})


async def waiting_incidents(connection: AsyncConnection) -> Sequence[WaitingIncident]:
    """The incidents for which anything waits, at most a thousand at once."""
    rows = await connection.execute(_INCIDENTS, {"limit": _MOST_AT_ONCE})
    return [WaitingIncident(row.incident_id, row.submissions) for row in rows]


async def count_waiting(connection: AsyncConnection) -> int:
    """How many submissions wait to be sent."""
    return int((await connection.execute(_COUNT)).scalar_one())
