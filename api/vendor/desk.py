"""Links of providers at the door: opened for the one thing that each is for, or refused alike.

Every refusal looks the same and costs about the same work, whatever is wrong with the link: nobody
learns by trying whether an incident exists. What was wrong with it, the evidence says.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

from sqlalchemy import RowMapping

from api.platform import Platform
from api.problem_catalogue import DoorCode
from api.problems import Problem
from holdfast.domain.third_party.links import LinkAct, LinkClaims
from holdfast.domain.third_party.naming import escalation_named
from holdfast.evidence.vendor_links import BadLink
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.third_parties.reading import fetch_escalation
from holdfast.store.third_parties.refused_links import VENDOR_LINKS, LinkRefusal, RefusedLink
from holdfast.telemetry import current_trace_id

__all__ = ["PRIVATE_HEADERS", "OpenedLink", "act_url", "open_link", "page_url", "refuse_link"]

PRIVATE_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""Of every answer to a link: nothing of it is kept on the way, found by searching, or passed on."""

_NOBODYS = ("INC-0000-000000", 1)
"""What is looked for on behalf of a link that names nothing."""
_NONCE_BYTES = 16


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """A good link: what it claims, its own digest, and the escalation as it stands."""

    claims: LinkClaims
    presented: str
    row: RowMapping

    @property
    def incident_id(self) -> str:
        """The incident of the escalation."""
        return str(self.row["incident_id"])

    @property
    def number(self) -> int:
        """The escalation's number in its incident."""
        return int(self.row["number"])


async def open_link(doors: Platform, token: str, act: LinkAct) -> OpenedLink:
    """Open a link at the door of one act.

    Raises:
        Problem: it is refused; the answer does not say why.
    """
    presented = digest_of_bytes(token.encode(errors="replace"))
    claims, reason = _read(doors, token)
    named = escalation_named(claims.escalation) if claims else None
    async with doors.reads.connect() as connection:
        row = await fetch_escalation(connection, *(named or _NOBODYS))
    if claims is not None:
        reason = _refusal(claims, act, row)
    if claims is None or row is None or reason is not None:
        known = claims.escalation if claims and row is not None else None
        refused = reason or LinkRefusal.OVER
        await refuse_link(doors, RefusedLink(refused, presented, act, known, current_trace_id()))
    return OpenedLink(claims, presented, row)


async def refuse_link(doors: Platform, refused: RefusedLink) -> NoReturn:
    """Refuse a link, and record that it was.

    Raises:
        Problem: always, and always the same.
    """
    named = escalation_named(refused.escalation) if refused.escalation else None
    await doors.link_refusals.record(named[0] if named else VENDOR_LINKS, refused)
    raise Problem(DoorCode.LINK_NOT_VALID, "this link is not valid, or not any more")


def page_url(doors: Platform, link: OpenedLink) -> str:
    """A link to the page, good for as long as the one that was opened."""
    return _url(doors, link, LinkAct.PAGE)


def act_url(doors: Platform, link: OpenedLink, act: LinkAct) -> str:
    """A new link to do one thing once, good for as long as the one that was opened."""
    return f"{_url(doors, link, act)}/{act}"


def _url(doors: Platform, link: OpenedLink, act: LinkAct) -> str:
    claims = LinkClaims(
        escalation=link.claims.escalation,
        act=act,
        nonce=secrets.token_urlsafe(_NONCE_BYTES),
        expires_at=link.claims.expires_at,
    )
    return f"{doors.settings.public_url}/v1/vendor/{doors.vendor_links.sign(claims)}"


def _read(doors: Platform, token: str) -> tuple[LinkClaims | None, LinkRefusal | None]:
    try:
        return doors.vendor_links.read(token), None
    except BadLink as error:
        return None, LinkRefusal(error.reason)


def _refusal(claims: LinkClaims, act: LinkAct, row: RowMapping | None) -> LinkRefusal | None:
    if claims.act is not act:
        return LinkRefusal.WRONG_ACT
    if claims.expires_at <= datetime.now(UTC):
        return LinkRefusal.EXPIRED
    return LinkRefusal.OVER if row is None or row["closed"] else None
