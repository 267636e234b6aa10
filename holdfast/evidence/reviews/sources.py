"""The entries that a review can rest on, and small readings of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.values import JsonObject
from holdfast.evidence.entry import Entry

__all__ = ["NEEDED", "Chain", "payload_of", "seconds_between"]

NEEDED = frozenset(
    {
        *(EventKind.INCIDENT_OPENED, EventKind.INCIDENT_CONFIRMED, EventKind.INCIDENT_CLOSED),
        EventKind.ALERTS_JOINED,
        *(EventKind.FACTS_CHANGED, EventKind.PHASE_ENTERED, EventKind.ESCALATION_TRIGGERED),
        *(EventKind.SEVERITY_PROPOSED, EventKind.SEVERITY_ASSIGNED),
        *(EventKind.CLASSIFICATION_DECIDED, EventKind.MILESTONE_REACHED),
        *(EventKind.CHECK_RECORDED, EventKind.REVIEW_RECORDED, EventKind.LESSON_ASSESSED),
        *(EventKind.DECISION_REQUESTED, EventKind.DECISION_DECIDED, EventKind.DECISION_BYPASSED),
        *(EventKind.CLOCK_MISSED, EventKind.CLOCK_MET, EventKind.CLOCK_ESCALATED),
        *(EventKind.COMMUNICATION_OPENED, EventKind.COMMUNICATION_PUBLISHED),
        *(EventKind.THIRD_PARTY_OPENED, EventKind.THIRD_PARTY_BREACHED),
        *(EventKind.AVAILABILITY_REPORTED, EventKind.DOWNTIME_COMPUTED),
        *(EventKind.CONTINUITY_ACTIVATED, EventKind.RESPONSE_STOOD_DOWN),
        *(EventKind.ATTACHMENT_COLLECTED, EventKind.REMEDIATION_OPENED),
        *(kind for kind in EventKind if kind.startswith(("playbook.", "step.", "remediation."))),
    }
)
"""Kinds of entries on which a draft of the review, or the pack for the board, may rest."""


class Chain:
    """The entries of one incident, in order, by kind."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Look at these entries, all of one incident."""
        self.entries: Sequence[Entry] = tuple(each for each in entries if each.event.kind in NEEDED)
        self.incident = self.entries[0].incident if self.entries else ""

    def of(self, *kinds: EventKind) -> list[Entry]:
        """The entries of these kinds, in order."""
        return [entry for entry in self.entries if entry.event.kind in kinds]

    def first(self, kind: EventKind, /, **members: object) -> Entry | None:
        """The first entry of that kind whose payload has these members."""
        return next(iter(self._with(kind, members)), None)

    def last(self, kind: EventKind, /, **members: object) -> Entry | None:
        """The last entry of that kind whose payload has these members."""
        return next(iter(reversed(self._with(kind, members))), None)

    def _with(self, kind: EventKind, members: dict[str, object]) -> list[Entry]:
        return [
            entry
            for entry in self.of(kind)
            if all(entry.event.payload.get(name) == value for name, value in members.items())
        ]


def payload_of(entry: Entry | None) -> JsonObject:
    """What an entry says; nothing, where there is none."""
    return {} if entry is None else entry.event.payload


def seconds_between(first: datetime, last: datetime) -> int:
    """Whole seconds from the one to the other; less than 0 where they stand the other way."""
    return int((last - first).total_seconds())
