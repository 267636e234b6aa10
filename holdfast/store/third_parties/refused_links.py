"""Links of providers that were refused: each a deed, but only so many an hour.

What was presented is kept as its digest, never as it was: a link that is refused at one door may
be good at another. Where it came from is not kept.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.events import Event, EventKind, Subject
from holdfast.store.deeds import record_deed
from holdfast.store.turns import take_turn

__all__ = ["MOST_REFUSALS", "REFUSALS_WITHIN", "VENDOR_LINKS", "LinkRefusal", "RefusedLink",
           "record_refused_link"]  # fmt: skip

VENDOR_LINKS = "vendor-links"
"""The chain of what was presented as a link and was never one of ours."""

MOST_REFUSALS = 60
REFUSALS_WITHIN = timedelta(hours=1)
"""On the chain of unsigned links, and on behalf of one escalation: so many refusals in such a time.

Whoever tries links without end must not be able to fill the log; what is not recorded is counted.
"""

# The last but so many: an index has the chain by position, so that only these are looked at.
_FULL = text("""
    SELECT recorded_at > clock_timestamp() - CAST(:within AS interval) FROM evidence.record
    WHERE incident_id = :chain AND kind = :kind AND body IS NOT NULL
        AND convert_from(body, 'UTF8')::jsonb #>> '{payload,escalation}' IS NOT DISTINCT FROM
            CAST(:escalation AS text)
    ORDER BY position DESC OFFSET :others LIMIT 1
""")


class LinkRefusal(StrEnum):
    """Why a link was refused."""

    FORGED = "forged"
    CUT = "cut"
    EXPIRED = "expired"
    USED = "used"
    """It was used before, to say something else."""
    WRONG_ACT = "wrong_act"
    """It is a link for something else than what was asked by it."""
    OVER = "over"
    """Its escalation is closed, or there is none."""


@dataclass(frozen=True, slots=True)
class RefusedLink:
    """A link that was refused; `act` is what was asked by it, `presented` its digest.

    `escalation` is that of a link whose signature holds, None for others.
    """

    reason: LinkRefusal
    presented: str
    act: str
    escalation: str | None
    trace: str | None = None


async def record_refused_link(
    connection: AsyncConnection, chain: str, refused: RefusedLink, unrecorded: int
) -> bool:
    """Record a refusal in the caller's transaction; False where so many stand that it is not.

    `unrecorded` says how many were only counted since the last one.
    """
    await take_turn(connection, f"refused-links/{refused.escalation or chain}")
    limits = {
        "chain": chain,
        "kind": str(EventKind.VENDOR_LINK_REFUSED),
        "escalation": refused.escalation,
        "others": MOST_REFUSALS - 1,
        "within": REFUSALS_WITHIN,
    }
    if (await connection.execute(_FULL, limits)).scalar_one_or_none():
        return False
    event = Event(
        kind=EventKind.VENDOR_LINK_REFUSED,
        subject=Subject(type="vendor_link", id=refused.presented),
        payload={
            "reason": str(refused.reason),
            "presented": refused.presented,
            "act": refused.act,
            "escalation": refused.escalation,
            "unrecorded": unrecorded,
        },
    )
    deed = f"vendor-link/{uuid.uuid4()}"
    await record_deed(connection, chain, deed, event, trace=refused.trace)
    return True
