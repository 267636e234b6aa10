"""The past of one incident, as it is tried on: its entries in order, with their plain content."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pydantic_core import from_json

from holdfast.domain.automation.naming import AUTOMATED_STEPS
from holdfast.domain.communication.naming import COMMUNICATION_WORKFLOWS
from holdfast.domain.events import EventKind, PolicyPin
from holdfast.domain.remediation.naming import REMEDIATION_WORKFLOWS
from holdfast.domain.reporting.naming import REPORTING_WORKFLOWS
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOWS
from holdfast.domain.values import JsonObject

__all__ = ["NotTriable", "Past", "PastEntry", "pins_in"]

_OTHERS = (
    COMMUNICATION_WORKFLOWS,
    THIRD_PARTY_WORKFLOWS,
    REMEDIATION_WORKFLOWS,
    REPORTING_WORKFLOWS,
    AUTOMATED_STEPS,
)

# The bytes of an entry are canonical (RFC 8785); within a string, quotes would be escaped.
_CLOCK = re.compile(rb'"subject":\{"digest":null,"id":"([^"\\\\]+)","type":"clock"\}')


class NotTriable(Exception):
    """The candidate cannot be tried on an incident; the message says why."""


class PastEntry:
    """One entry: its id, kind and moment (aware, UTC), and its content where that is needed.

    The body is the entry's own bytes, trusted to be what the process recorded; None where only the
    moment counts, or where it was disposed of. It is read when it is first asked for.
    """

    __slots__ = ("_document", "at", "body", "entry", "kind")

    def __init__(self, entry: str, kind: EventKind, at: datetime, body: bytes | None) -> None:
        """Take the entry as it is kept."""
        self.entry = entry
        self.kind = kind
        self.at = at
        self.body = body
        self._document: JsonObject | None = None

    @property
    def of_other_workflow(self) -> bool:
        """Whether another workflow of the incident wrote it, and not the incident itself."""
        return self.entry.startswith(_OTHERS)

    @property
    def document(self) -> JsonObject:
        """The whole content.

        Raises:
            NotTriable: it is not at hand. So both below.
            ValueError: it is no JSON.
        """
        if self._document is None:
            if self.body is None:
                message = f"the content of {self.entry} was disposed of"
                raise NotTriable(message)
            self._document = from_json(self.body)
        return self._document

    @property
    def payload(self) -> JsonObject:
        """What happened."""
        payload: JsonObject = self.document["payload"]
        return payload

    @property
    def subject(self) -> str:
        """The id of what it is about."""
        subject: str = self.document["subject"]["id"]
        return subject

    @property
    def clock(self) -> str:
        """The id of the clock that it is about, without reading all of it: most concern nobody."""
        found = None if self.body is None else _CLOCK.search(self.body)
        return found.group(1).decode() if found else self.subject


@dataclass(frozen=True, slots=True)
class Past:
    """An incident up to now: those of its entries that a candidate's scope names, in order."""

    incident_id: str
    entries: tuple[PastEntry, ...]

    @property
    def began(self) -> bool:
        """Whether this is an incident at all, and not another chain of entries."""
        return any(entry.kind is EventKind.INCIDENT_OPENED for entry in self.entries)

    @property
    def open(self) -> bool:
        """Whether the incident goes on."""
        return all(entry.kind is not EventKind.INCIDENT_CLOSED for entry in self.entries)


def pins_in(entry: PastEntry) -> dict[str, PolicyPin]:
    """The versions that an opening or a re-pinning pins the incident to, by name."""
    pins = entry.payload["policies"]
    return {pin["name"]: _pin(pin["name"], pin["version"], pin["digest"]) for pin in pins}


@lru_cache(maxsize=1_000)
def _pin(name: str, version: str, digest: str) -> PolicyPin:
    return PolicyPin.model_construct(name=name, version=version, digest=digest)
