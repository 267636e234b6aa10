"""Disposals as tests ask for them: proposed by one, approved by another, blocked by a hold."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from holdfast.domain.roles import Actor, Role
from holdfast.store.chosen_deeds import ChosenDeed
from holdfast.store.custody.attachments import NewAttachment, StoredAttachment, collect_attachment
from holdfast.store.custody.holds import HoldRequest, HoldType, lift_hold, place_hold
from holdfast.store.custody.retention import Approval, Proposal, dispose, propose_disposal
from tests.closed_incidents import POLICY
from tests.statements import BOARD, COMPLIANCE, ROBIN

__all__ = [
    "LEGAL",
    "NOW",
    "approve",
    "attach",
    "disposed",
    "hold",
    "new_proposal",
    "propose",
    "within",
]

LEGAL = Actor(id="person-ines", role=Role.LEGAL)
NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


async def within(engine: AsyncEngine, deed: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:  # noqa: ANN401 - whatever the deed returns
    """Do something in a transaction of its own."""
    async with engine.begin() as connection:
        return await deed(connection)


def new_proposal(incident_id: str, now: datetime = NOW) -> Proposal:
    """A proposal of its own id."""
    return Proposal(incident_id, f"p-{uuid.uuid4()}", "Retention has ended.", COMPLIANCE, now)


async def propose(engine: AsyncEngine, proposal: Proposal) -> ChosenDeed:
    """Propose."""
    deed = await within(engine, lambda c: propose_disposal(c, POLICY, proposal))
    assert isinstance(deed, ChosenDeed)
    return deed


async def approve(engine: AsyncEngine, proposal: Proposal, actor: Actor = BOARD) -> ChosenDeed:
    """Approve."""
    approval = Approval(proposal.proposal_id, "Agreed.", actor, NOW)
    deed = await within(engine, lambda c: dispose(c, POLICY, approval))
    assert isinstance(deed, ChosenDeed)
    return deed


async def disposed(engine: AsyncEngine, incident_id: str) -> ChosenDeed:
    """Propose, and approve as another person."""
    proposal = new_proposal(incident_id)
    await propose(engine, proposal)
    return await approve(engine, proposal)


async def attach(engine: AsyncEngine, incident_id: str, content: bytes) -> StoredAttachment:
    """Take a file in."""
    new = NewAttachment(
        f"att-{uuid.uuid4()}", incident_id, content, "text/plain", "A log", None, NOW
    )
    collected = await within(engine, lambda c: collect_attachment(c, new, ROBIN, None))
    stored = collected.attachment
    assert isinstance(stored, StoredAttachment)
    return stored


async def hold(engine: AsyncEngine, incident_id: str, *, lift: bool = False) -> None:
    """Place a hold, or lift it again."""
    actor = LEGAL if lift else COMPLIANCE
    request = HoldRequest(incident_id, "claim-1", "A claim.", actor)
    if lift:
        await within(engine, lambda c: lift_hold(c, request))
    else:
        await within(engine, lambda c: place_hold(c, request, HoldType.LEGAL))
