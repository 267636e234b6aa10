"""What comes in from providers by link and by mail in words, for the timeline that people read."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import Event, EventKind
from holdfast.domain.values import JsonObject

__all__ = ["VENDOR_SENTENCES"]

_REFUSED = {
    "forged": "was not made here",
    "cut": "is cut off",
    "expired": "has expired",
    "used": "was used for something else",
    "wrong_act": "is for something else",
    "over": "is of an escalation that is over",
}


def _link(_: Event, payload: JsonObject) -> str:
    """Say what was wrong with a link, for which act it came, and what was not recorded."""
    of = f" of {payload['escalation']}" if payload["escalation"] else ""
    why = _REFUSED.get(payload["reason"], payload["reason"])
    unrecorded = payload["unrecorded"]
    before = f"; {unrecorded} more were refused before and only counted" if unrecorded else ""
    return f"A link{of} refused, presented for {payload['act']}: it {why}{before}"


def _mail(event: Event, payload: JsonObject) -> str:
    """Say that a mail came in, of how many bytes, with what; who wrote what stays sealed."""
    number = len(payload["attachments"])
    files = f", {number} attachment(s)" if number else ""
    by_itself = ", sent by a program by itself" if payload["automatic"] else ""
    nobodys = "" if payload["matched"] else ", which names no escalation"
    return (
        f"Mail received as {event.subject.id} ({payload['size']} bytes{files}){by_itself}{nobodys}"
    )


VENDOR_SENTENCES: dict[EventKind, Callable[[Event, JsonObject], str]] = {
    EventKind.VENDOR_LINK_REFUSED: _link,
    EventKind.VENDOR_MAIL_RECEIVED: _mail,
}
