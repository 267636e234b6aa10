"""Reading what one workflow gives another notice of, as an activity: the evidence is believed."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.domain.notices import NoticeRequest, NoticesRead
from holdfast.store.noticed_entries import read_noticed

__all__ = ["NoticeActivities"]


class NoticeActivities:
    """Activities that read entries, on one engine."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Read through that engine."""
        self._engine = engine

    @activity.defn(name=ActivityName.READ_NOTICES)
    async def read_notices(self, request: NoticeRequest) -> NoticesRead:
        """Read the entries of that chain; what is not there, or not of it, is left out."""
        async with self._engine.connect() as connection:
            return NoticesRead(noticed=await read_noticed(connection, request))
