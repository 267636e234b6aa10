"""Telling a ticket system of remediation tasks, as an activity: repeated until it is heard."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio import activity

from holdfast.activity_names import ActivityName
from holdfast.channels.ticket_system import TicketSystem
from holdfast.domain.remediation.telling import TicketNotice, TicketTold
from holdfast.store.remediation.telling import read_telling

__all__ = ["TicketSystemActivities"]


class TicketSystemActivities:
    """Activities that speak to the ticket system, if there is one."""

    def __init__(self, engine: AsyncEngine, system: TicketSystem | None, public_url: str) -> None:
        """Read through that engine; links begin with that address."""
        self._engine = engine
        self._system = system
        self._public_url = public_url

    @activity.defn(name=ActivityName.TELL_TICKET_SYSTEM)
    async def tell_ticket_system(self, notice: TicketNotice) -> TicketTold:
        """Tell it of an entry, once under the entry's id.

        Raises:
            Unavailable: it does not answer, or not for good; the attempt is repeated.
        """
        if self._system is None:
            return TicketTold(told=False, because="no ticket system is configured")
        async with self._engine.connect() as connection:
            content = await read_telling(connection, notice, self._public_url)
        if content is None:
            return TicketTold(told=False, because="the content of the entry is no more")
        return await self._system.tell(notice.entry, content)
