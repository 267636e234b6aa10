"""Whether an incident is a drill: what its first entry says, and nothing else."""

from __future__ import annotations

from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.events import EventKind
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.errors import ContentDamaged
from holdfast.evidence.entry import entry_from_bytes

__all__ = ["read_drill"]

_OPENED = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident_id AND kind = :kind AND body IS NOT NULL ORDER BY position
""")


async def read_drill(connection: AsyncConnection, incident_id: str) -> DrillPlan | None:
    """Read in the evidence by which plan an incident is played; None of a real one.

    Raises:
        ContentDamaged: the entry that opened it does not say so in a way that can be read.
    """
    parameters = {"incident_id": incident_id, "kind": str(EventKind.INCIDENT_OPENED)}
    for body in (await connection.execute(_OPENED, parameters)).scalars():
        entry = entry_from_bytes(bytes(body))
        if entry.workflow != incident_workflow_id(incident_id):
            continue
        plan = entry.event.payload.get("drill")
        try:
            return None if plan is None else DrillPlan.model_validate(plan)
        except ValidationError as error:
            message = f"{entry.id} does not say by which plan its drill is played"
            raise ContentDamaged(message, entry_id=entry.id) from error
    return None
