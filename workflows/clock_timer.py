"""The timer of the clocks: one Temporal timer, set to the next moment at which a clock is due.

It is touched only when that moment changes, so a message that leaves the clocks alone costs no
timer events, and a thousand clocks cost one timer.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio import workflow

__all__ = ["ClockTimer"]


class ClockTimer:
    """At most one running timer; `rang` says that its moment has come."""

    def __init__(self) -> None:
        """Start with no timer."""
        self._moment: datetime | None = None
        self._sleep: asyncio.Task[None] | None = None

    @property
    def rang(self) -> bool:
        """Whether the moment that was set has come."""
        return self._sleep is not None and self._sleep.done()

    def set(self, upcoming: tuple[datetime, str] | None) -> None:
        """Set the timer to a moment, with words for the operators; None stops it."""
        moment = upcoming[0] if upcoming else None
        if moment == self._moment and not self.rang:
            return
        if self._sleep is not None:
            self._sleep.cancel()
        self._moment, self._sleep = moment, None
        if upcoming is not None:
            wait = upcoming[0] - workflow.now()
            self._sleep = asyncio.create_task(workflow.sleep(wait, summary=upcoming[1]))
