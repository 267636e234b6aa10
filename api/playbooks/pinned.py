"""The playbooks in force, and those to which an incident is pinned."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.platform import Platform
from holdfast.domain.events import PolicyPin
from holdfast.domain.playbooks.policy import PLAYBOOKS, PlaybooksPolicy, playbooks_policy
from holdfast.store.artifacts import fetch_artifact

__all__ = ["playbooks_in_force", "playbooks_of"]


async def playbooks_in_force(
    doors: Platform, connection: AsyncConnection, at: datetime
) -> tuple[PolicyPin, PlaybooksPolicy]:
    """The playbooks to which an incident that opens then is pinned, and their pin."""
    pin = next(pin for pin in doors.policies.pins(at) if pin.name == PLAYBOOKS)
    return pin, await _read(doors, connection, pin)


async def playbooks_of(
    doors: Platform, connection: AsyncConnection, incident: RowMapping
) -> tuple[PolicyPin, PlaybooksPolicy] | None:
    """The playbooks of an incident, and their pin; None where it began before there were any."""
    for known in incident["policies"]:
        if known["name"] == PLAYBOOKS:
            pin = PolicyPin.model_validate(known)
            return pin, await _read(doors, connection, pin)
    return None


async def _read(doors: Platform, connection: AsyncConnection, pin: PolicyPin) -> PlaybooksPolicy:
    known = doors.policies.content(pin.digest)
    if known is not None:
        return playbooks_policy(known.content)
    return playbooks_policy((await fetch_artifact(connection, pin.digest)).decode())
