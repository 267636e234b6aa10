"""The entries of an incident as one of its escalations sees them: its own, and what led to what.

Whatever order they come in, they are looked at in one: so the same entries give the same file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from holdfast.domain.events import EventKind
from holdfast.domain.third_party.naming import (
    THIRD_PARTY_WORKFLOWS,
    escalation_id,
    escalation_workflow_id,
)
from holdfast.evidence.entry import Entry

__all__ = ["NEEDED", "Chain", "escalations_in", "is_needed"]

NEEDED = frozenset(
    {
        *(EventKind.INCIDENT_OPENED, EventKind.SEVERITY_ASSIGNED, EventKind.ESCALATION_TRIGGERED),
        *(EventKind.INVOCATION_REQUESTED, EventKind.THIRD_PARTY_OPENED),
        *(EventKind.THIRD_PARTY_WITHDRAWN, EventKind.THIRD_PARTY_CLOSED),
        *(EventKind.VENDOR_LINK_REFUSED, EventKind.VENDOR_MAIL_RECEIVED),
        *(kind for kind in EventKind if kind.startswith(("decision.", "action."))),
        *(kind for kind in EventKind if kind.startswith("communication.")),
    }
)
"""Kinds of entries that say something of an escalation, though its own workflow writes none."""


def is_needed(kind: str, entry: str) -> bool:
    """Whether an entry of that kind and id may say something of an escalation."""
    return kind in NEEDED or entry.startswith(THIRD_PARTY_WORKFLOWS)


def escalations_in(entries: Iterable[Entry]) -> list[int]:
    """The numbers of the escalations of which these entries tell, the first one first."""
    found = {
        int(entry.event.payload["number"])
        for entry in entries
        if entry.event.kind.startswith("third_party.")
    }
    return sorted(found)


class Chain:
    """The entries of an incident, and those of one of its escalations among them."""

    def __init__(self, entries: Iterable[Entry], number: int) -> None:
        """Look at these entries, all of one incident, as the escalation of that number."""
        self.entries = sorted(entries, key=_place)
        self.number = number
        self.incident = self.entries[0].incident if self.entries else ""
        self.escalation = escalation_id(self.incident, number)
        self.workflow = escalation_workflow_id(self.incident, number)
        self.by_id = {entry.id: entry for entry in self.entries}
        self.own = [entry for entry in self.entries if self._is_own(entry)]
        self._by_kind: dict[EventKind, list[Entry]] = defaultdict(list)
        self._by_workflow: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            self._by_kind[entry.event.kind].append(entry)
            self._by_workflow[entry.workflow].append(entry)
        self._following: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for cause in entry.event.causes:
                self._following[cause].append(entry)

    @property
    def opened(self) -> Entry | None:
        """The entry that opened the escalation; None if it is not here."""
        opened = self.of(EventKind.THIRD_PARTY_OPENED)
        return next((e for e in opened if e.event.payload["number"] == self.number), None)

    @property
    def closed(self) -> Entry | None:
        """The entry after which nothing is left to do; None while there is something.

        An escalation whose workflow is no more is withdrawn, and closed with that, by its incident.
        """
        for entry in self.own_of(EventKind.THIRD_PARTY_CLOSED, EventKind.THIRD_PARTY_WITHDRAWN):
            if entry.event.kind is EventKind.THIRD_PARTY_CLOSED or entry.workflow != self.workflow:
                return entry
        return None

    def of(self, *kinds: EventKind) -> list[Entry]:
        """All entries of these kinds, the escalation's own and others, in order."""
        found = [entry for kind in kinds for entry in self._by_kind.get(kind, ())]
        return sorted(found, key=_place)

    def own_of(self, *kinds: EventKind) -> list[Entry]:
        """The escalation's own entries of these kinds, in order."""
        return [entry for entry in self.own if entry.event.kind in kinds]

    def written_by(self, workflow: str) -> list[Entry]:
        """The entries that a workflow wrote, in order."""
        return list(self._by_workflow.get(workflow, ()))

    def following(self, entry: str, *kinds: EventKind) -> list[Entry]:
        """The entries of these kinds that name that entry as a cause, in order."""
        return [each for each in self._following.get(entry, ()) if each.event.kind in kinds]

    def led_to(self, entry: Entry) -> Iterator[Entry]:
        """The entries that led to one, as far as they are here: its causes, and theirs."""
        waiting, seen = list(entry.event.causes), set[str]()
        while waiting:
            name = waiting.pop()
            if name in seen or (found := self.by_id.get(name)) is None:
                continue
            seen.add(name)
            waiting += found.event.causes
            if found.event.kind is EventKind.DECISION_DECIDED:
                waiting += [each.id for each in self.requested(found.event.subject.id)]
            yield found

    def requested(self, request: str) -> list[Entry]:
        """The entry that put that question, if it is here."""
        asked = self._by_kind.get(EventKind.DECISION_REQUESTED, ())
        return [entry for entry in asked if entry.event.subject.id == request]

    def _is_own(self, entry: Entry) -> bool:
        """Whether its workflow wrote it, or the incident in its place."""
        if entry.workflow == self.workflow:
            return True
        event = entry.event
        return event.subject.type == "third_party" and event.subject.id == self.escalation


def _place(entry: Entry) -> tuple[object, str, int]:
    return entry.occurred_at, entry.workflow, entry.sequence
