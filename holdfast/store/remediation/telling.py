"""What a ticket system is told of an entry about a remediation task: nothing that names anybody."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.remediation.naming import task_id, task_workflow_id
from holdfast.domain.remediation.telling import TicketNotice
from holdfast.domain.values import canonical_json, rfc3339
from holdfast.evidence.entry import entry_from_bytes

__all__ = ["read_telling"]

_ENTRY = text("""
    SELECT record.body, task.title, task.owner_role, task.due_on, task.priority,
        incident.drill IS NOT NULL AS drill
    FROM evidence.record JOIN projection.task ON task.task_id = :task_id
        LEFT JOIN projection.incident ON incident.incident_id = task.incident_id
    WHERE record.entry_id = :entry AND record.workflow_id = :workflow AND record.body IS NOT NULL
""")


async def read_telling(
    connection: AsyncConnection, notice: TicketNotice, public_url: str
) -> bytes | None:
    """The exact bytes of the webhook; None where the entry, or its content, is no more."""
    named = {
        "task_id": task_id(notice.incident, notice.number),
        "entry": notice.entry,
        "workflow": task_workflow_id(notice.incident, notice.number),
    }
    row = (await connection.execute(_ENTRY, named)).one_or_none()
    if row is None:
        return None
    entry = entry_from_bytes(bytes(row.body))
    return canonical_json(
        {
            "type": str(entry.event.kind),
            "timestamp": rfc3339(entry.occurred_at),
            "data": {
                "task_id": named["task_id"],
                "title": row.title,
                "stage": entry.event.payload["stage"],
                "owner": row.owner_role,
                "due_on": row.due_on.isoformat(),
                "priority": row.priority,
                "drill": row.drill,
                "kind": str(entry.event.kind),
                "entry": entry.id,
                "link": f"{public_url}/v1/remediation/{notice.incident}/{notice.number}",
            },
        }
    )
