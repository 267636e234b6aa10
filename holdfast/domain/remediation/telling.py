"""Telling a ticket system how a task stands: which entry, and whether it was taken."""

from __future__ import annotations

from holdfast.domain.values import Frozen, Identifier, Line

__all__ = ["TicketNotice", "TicketTold"]


class TicketNotice(Frozen):
    """Which entry of which task to tell; its id is that of the webhook, so it counts once."""

    incident: Identifier
    number: int
    entry: Identifier


class TicketTold(Frozen):
    """Whether it was taken; if it never will be, why."""

    told: bool
    because: Line | None = None
