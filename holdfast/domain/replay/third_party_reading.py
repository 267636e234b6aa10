"""Reading what the entries of escalations hold back into the values that the rules work on."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.replay.reading import read_as
from holdfast.domain.replay.verdicts import KnownEntry, Unreadable
from holdfast.domain.severity import Severity
from holdfast.domain.third_party.asking import (
    EndPause,
    InvokeEscalation,
    OversightReview,
    RecordNotification,
    ReportRelapse,
    ReportWeakness,
    RequestPause,
    VendorStatement,
)
from holdfast.domain.third_party.naming import escalation_named
from holdfast.domain.third_party.opening import EscalationOpening, TermsRead
from holdfast.domain.values import Count, Instant, JsonObject

__all__ = [
    "escalation_behind",
    "read_count",
    "read_end_of_pause",
    "read_instant",
    "read_invocation",
    "read_notification",
    "read_opening",
    "read_oversight",
    "read_pause",
    "read_relapse",
    "read_severity",
    "read_statement",
    "read_terms",
    "read_weakness",
    "said_of_it",
]

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
_COUNT: TypeAdapter[int] = TypeAdapter(Count)
_HEAD = frozenset({"number", "contract", "provider", "round"})


def read_opening(entry: KnownEntry) -> EscalationOpening:
    """With what an escalation began.

    Raises:
        NotReplayable: the entry does not hold such content. So all below.
    """
    named = escalation_named(entry.event.subject.id)
    if named is None or named[1] != entry.event.payload.get("number"):
        message = f"{entry.entry} gives {entry.event.subject.id} another number"
        raise Unreadable(message)
    about: JsonObject = {
        "incident": named[0],
        "opened": entry.entry,
        "register_of_information": entry.event.payload.get("register"),
    }
    return read_as(EscalationOpening, entry, {**entry.event.payload, **about})


def read_notification(entry: KnownEntry) -> RecordNotification:
    """What a provider has told of itself, where that has opened an escalation."""
    said = entry.event.payload
    told: JsonObject = {
        "contract": said.get("contract"),
        "provider": said.get("provider"),
        "statement": said.get("because"),
        "said_at": said.get("notified_at"),
        "source": said.get("asked_by"),
        "their_reference": said.get("their_reference"),
    }
    return read_as(RecordNotification, entry, told)


def read_invocation(entry: KnownEntry) -> InvokeEscalation:
    """What somebody has asked for."""
    return read_as(InvokeEscalation, entry, entry.event.payload)


def read_terms(entry: KnownEntry) -> TermsRead:
    """The terms as they were read."""
    return read_as(TermsRead, entry, entry.event.payload)


def read_statement(entry: KnownEntry) -> VendorStatement:
    """What a provider has said; who spoke is sealed, and nothing here rests on it."""
    return read_as(VendorStatement, entry, entry.event.payload)


def read_pause(entry: KnownEntry) -> RequestPause:
    """For which reason clocks are to stand still."""
    return read_as(RequestPause, entry, entry.event.payload)


def read_end_of_pause(entry: KnownEntry) -> EndPause:
    """Why they are to run again."""
    return read_as(EndPause, entry, entry.event.payload)


def read_oversight(entry: KnownEntry) -> OversightReview:
    """A draft of the oversight review."""
    return read_as(OversightReview, entry, entry.event.payload.get("review"))


def read_weakness(entry: KnownEntry) -> ReportWeakness:
    """A weakness that somebody has found."""
    return read_as(ReportWeakness, entry, entry.event.payload)


def read_relapse(entry: KnownEntry) -> ReportRelapse:
    """That what was restored is broken again."""
    return read_as(ReportRelapse, entry, entry.event.payload)


def read_instant(entry: KnownEntry, member: str) -> datetime:
    """The instant that the entry names there."""
    try:
        return _INSTANT.validate_python(entry.event.payload.get(member))
    except ValidationError as error:
        message = f"{entry.entry} does not say when under '{member}'"
        raise Unreadable(message) from error


def read_count(entry: KnownEntry, member: str) -> int:
    """The number that the entry names there."""
    try:
        return _COUNT.validate_python(entry.event.payload.get(member))
    except ValidationError as error:
        message = f"{entry.entry} does not say how many under '{member}'"
        raise Unreadable(message) from error


def read_severity(entry: KnownEntry) -> Severity | None:
    """The severity that the entry names; None where none was assigned."""
    named = entry.event.payload.get("severity")
    try:
        return None if named is None else Severity(named)
    except ValueError as error:
        message = f"{entry.entry} names no severity"
        raise Unreadable(message) from error


def said_of_it(entry: KnownEntry) -> JsonObject:
    """What an entry holds beside that which all entries of its escalation begin with."""
    return {name: value for name, value in entry.event.payload.items() if name not in _HEAD}


def escalation_behind(entry: KnownEntry) -> str:
    """The id of the escalation that an entry is about, or one of its pauses or measures."""
    called = entry.event.subject.id
    return called if escalation_named(called) else called.rpartition("/")[0]
