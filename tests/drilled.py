"""Incidents that the evidence has as drills, without the way there."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncEngine

from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.evidence.entry import entry_id
from holdfast.store.evidence import append
from tests.judged_walks import WALKS

__all__ = ["as_drill"]

_LATER = 1_000_000
"""A number that no entry of a test has: others may have been written before it."""


async def as_drill(engine: AsyncEngine, incident: str) -> None:
    """Record the entry that says that this incident is a drill."""
    opened = WALKS["a drill to its end"].entries()[0]
    workflow = incident_workflow_id(incident)
    named = {
        "id": entry_id(workflow, _LATER),
        "incident": incident,
        "workflow": workflow,
        "sequence": _LATER,
        "nonce": uuid.uuid4().hex,
    }
    await append(engine, [opened.model_copy(update=named)])
