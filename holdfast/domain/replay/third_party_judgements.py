"""Which entries of escalations are judgements, and how each is made again."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.replay import (
    deadlines,
    third_party_calls,
    third_party_opening,
    third_party_oversight,
    third_party_pauses,
)
from holdfast.domain.replay.rules import Rule

__all__ = ["JUDGED_OF_THIRD_PARTIES"]

JUDGED_OF_THIRD_PARTIES: dict[EventKind, Rule] = {
    EventKind.THIRD_PARTY_OPENED: Rule(
        third_party_opening.opened,
        "which decision, notification or trigger invoked it, and the register that it goes by",
        stated=frozenset(
            {
                *("contract", "provider", "because"),
                *("asked_by", "notified_at", "their_reference"),
            }
        ),
    ),
    EventKind.THIRD_PARTY_TERMS_READ: Rule(
        third_party_opening.terms_read, "the terms of the contract in the pinned register"
    ),
    EventKind.THIRD_PARTY_ASKED: Rule(
        third_party_calls.asked,
        "whom of the provider to call first, and since when its times run",
        stated=frozenset({"severity"}),
    ),
    EventKind.THIRD_PARTY_CALLED: Rule(
        third_party_calls.called, "the rung of the provider's ladder that was reached"
    ),
    EventKind.THIRD_PARTY_BREACHED: Rule(
        third_party_calls.breached,
        "which time was missed, and what the terms say of that",
        stated=frozenset({"severity"}),
    ),
    EventKind.PAUSE_REQUESTED: Rule(
        third_party_pauses.requested,
        "whether the terms allow the reason, for which clocks and how long",
        stated=frozenset({"statement"}),
    ),
    EventKind.PAUSE_ENDED: Rule(
        third_party_pauses.ended,
        "whether a granted pause ran, and what has ended it",
        stated=frozenset({"statement"}),
    ),
    EventKind.THIRD_PARTY_RESTORED: Rule(
        third_party_oversight.restored, "whether people confirmed the claim, and since when"
    ),
    EventKind.WEAKNESS_FOUND: Rule(
        third_party_oversight.weakness,
        "what the taken terms lack, and whether a call has reached its ladder",
        stated=frozenset({"weakness", "detail"}),
    ),
    EventKind.THIRD_PARTY_REVIEWED: Rule(
        third_party_oversight.reviewed,
        "which version it is, over which breaches and weaknesses",
        stated=frozenset({"review"}),
    ),
    EventKind.REMEDIATION_PROPOSED: Rule(
        third_party_oversight.measure, "what has to follow from the review that was signed off"
    ),
    EventKind.THIRD_PARTY_CLOSED: Rule(
        third_party_oversight.closed, "whether it was signed off, or needs no review"
    ),
    EventKind.CLOCK_PAUSED: Rule(
        deadlines.paused, "whether a granted pause or a claimed restoration lets it stand still"
    ),
    EventKind.CLOCK_RESUMED: Rule(
        deadlines.resumed, "the deadline by what was left of the time of the contract"
    ),
}
"""By kind; part of the registry of all judgements."""
