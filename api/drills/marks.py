"""Whether what a door tells of an incident is of a drill."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.platform import Platform
from holdfast.store.incidents import fetch_incident

__all__ = ["OfDrill", "is_drill"]


class OfDrill(BaseModel):
    """An answer that says whether it is of a drill."""

    drill: bool = Field(description="Of a drill: nothing of it is for an authority.")


async def is_drill(doors: Platform, incident_id: str) -> bool:
    """Whether that incident is a drill."""
    async with doors.reads.connect() as connection:
        row = await fetch_incident(connection, incident_id)
    return row is not None and row["drill"] is not None
