"""What the evidence says of an incident, each thing with the entry that says it last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from holdfast.domain.actions import ActionState, Milestone
from holdfast.domain.communication.template_values import ValueKind
from holdfast.domain.events import EventKind
from holdfast.domain.incident.state import Phase
from holdfast.domain.values import Duration, JsonObject
from holdfast.errors import NotFound
from holdfast.evidence.entry import Entry, entry_from_bytes
from holdfast.store.communications.known_values import KnownValue, RawValue

__all__ = ["ClockTold", "PublishedTold", "StatedFact", "ToldIncident", "read_told_incident"]

_ENTRIES = text("""
    SELECT body FROM evidence.record
    WHERE incident_id = :incident_id AND kind = ANY(CAST(:kinds AS text[])) AND body IS NOT NULL
    ORDER BY position
""")
_MOST_ACTIONS = 20
_DURATION = TypeAdapter[timedelta](Duration)


@dataclass(frozen=True, slots=True)
class StatedFact:
    """A fact as it was stated last, and the entry that says so."""

    value: bool | int | str | None
    estimate: bool
    entry: str


@dataclass(frozen=True, slots=True)
class ClockTold:
    """A clock: when it is due (aware), whether it runs or can still be met, and its last entry."""

    due_at: datetime
    open: bool
    entry: str


@dataclass(frozen=True, slots=True)
class PublishedTold:
    """A communication that was published: the digest of its message, when, and the entry."""

    message: str
    at: datetime
    entry: str


@dataclass
class ToldIncident:
    """An incident as its entries tell it, folded one after the other."""

    incident_id: str
    values: dict[str, KnownValue] = field(default_factory=dict)
    """Those that entries say outright, by the name under which templates know them."""
    facts: dict[str, StatedFact] = field(default_factory=dict)
    services: tuple[str, ...] = ()
    services_entry: str | None = None
    pins: dict[str, str] = field(default_factory=dict)
    """The digests of the policies that it is pinned to, by name."""
    update_every: timedelta | None = None
    pace: int | None = None
    """Of a drill, how much faster time runs; None of a real incident."""
    clocks: dict[str, ClockTold] = field(default_factory=dict)
    published: dict[int, PublishedTold] = field(default_factory=dict)
    firings: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    """Escalations: why, which roles, and the entry."""

    def take(self, entry: Entry) -> None:
        """Take in an entry; one of another kind changes nothing."""
        if handler := _HANDLERS.get(entry.event.kind):
            handler(self, entry, entry.event.payload)

    def tell(self, name: str, kind: ValueKind, raw: RawValue | None, entry: Entry) -> None:
        """Put down a value that the entry says; what is null takes an earlier one back."""
        if raw is None:
            self.values.pop(name, None)
        else:
            self.values[name] = KnownValue(kind, raw, (entry.id,))


async def read_told_incident(connection: AsyncConnection, incident_id: str) -> ToldIncident:
    """Read what the evidence says of an incident now; what was disposed of is left out.

    Raises:
        NotFound: there is no such incident, or nothing is left of it.
    """
    parameters = {"incident_id": incident_id, "kinds": [str(kind) for kind in _HANDLERS]}
    rows = await connection.execute(_ENTRIES, parameters)
    told = ToldIncident(incident_id)
    for row in rows:
        told.take(entry_from_bytes(bytes(row.body)))
    if "opened_at" not in told.values:
        message = f"there is no incident {incident_id}"
        raise NotFound(message, incident_id=incident_id)
    return told


def _opened(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.tell("incident", ValueKind.TEXT, entry.incident, entry)
    told.tell("title", ValueKind.TEXT, payload["title"], entry)
    told.tell("phase", ValueKind.TEXT, payload["phase"], entry)
    told.tell("opened_at", ValueKind.MOMENT, entry.occurred_at, entry)
    aware_at = datetime.fromisoformat(payload["aware_at"])
    told.tell("aware_at", ValueKind.MOMENT, aware_at, entry)
    drill = payload.get("drill")
    told.pace = int(drill["pace"]) if drill else None
    _affected(told, entry, payload["services"])
    _stated(told, entry, payload["facts"])
    _pinned(told, entry, payload)


def _alerts_joined(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    _affected(told, entry, payload["all_services"])


def _facts_changed(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    _affected(told, entry, payload["services"])
    _stated(told, entry, payload["changes"])


def _severity_assigned(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.tell("severity", ValueKind.TEXT, payload["severity"], entry)
    told.tell("priority", ValueKind.TEXT, payload["priority"], entry)
    response = payload.get("response")
    told.update_every = _DURATION.validate_python(response["update_every"]) if response else None


def _classified(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.tell("major", ValueKind.BOOLEAN, payload["major"], entry)


def _phase_entered(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.tell("phase", ValueKind.TEXT, payload["phase"], entry)
    if payload["phase"] == Phase.LEARN:
        told.tell("recovered_at", ValueKind.MOMENT, entry.occurred_at, entry)


def _closed(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    del payload
    told.tell("phase", ValueKind.TEXT, str(Phase.CLOSED), entry)


def _milestone(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    if payload["milestone"] == Milestone.CONTAINED:
        told.tell("contained_at", ValueKind.MOMENT, entry.occurred_at, entry)


def _performed(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    if payload["state"] != ActionState.PERFORMED:
        return
    earlier = told.values.get("actions_taken")
    texts = earlier.raw if earlier and isinstance(earlier.raw, tuple) else ()
    entries = earlier.entries if earlier else ()
    words = f"{entry.occurred_at:%Y-%m-%d %H:%M} UTC: {payload['action']}"
    told.values["actions_taken"] = KnownValue(
        ValueKind.LIST,
        (*texts, words)[-_MOST_ACTIONS:],
        (*entries, entry.id)[-_MOST_ACTIONS:],
    )


def _clock(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    still = entry.event.kind in {EventKind.CLOCK_ARMED, EventKind.CLOCK_RESUMED}
    due_at = datetime.fromisoformat(payload["due_at"])
    told.clocks[entry.event.subject.id] = ClockTold(due_at, still, entry.id)


def _escalated(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.firings.append((payload["because"], tuple(payload["roles"]), entry.id))


def _published(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    told.published[payload["number"]] = PublishedTold(
        payload["message"], entry.occurred_at, entry.id
    )


def _pinned(told: ToldIncident, entry: Entry, payload: JsonObject) -> None:
    del entry
    told.pins = {pin["name"]: pin["digest"] for pin in payload["policies"]}


def _affected(told: ToldIncident, entry: Entry, services: Iterable[str]) -> None:
    if tuple(services) != told.services:
        told.services, told.services_entry = tuple(services), entry.id


def _stated(told: ToldIncident, entry: Entry, changes: Iterable[JsonObject]) -> None:
    for change in changes:
        service = change["service"]
        key = f"{change['fact']}@{service}" if service else str(change["fact"])
        estimate = change["quality"] == "estimate"
        told.facts[key] = StatedFact(change["value"], estimate, entry.id)


_HANDLERS: dict[EventKind, Callable[[ToldIncident, Entry, JsonObject], None]] = {
    EventKind.INCIDENT_OPENED: _opened,
    EventKind.INCIDENT_CLOSED: _closed,
    EventKind.ALERTS_JOINED: _alerts_joined,
    EventKind.FACTS_CHANGED: _facts_changed,
    EventKind.SEVERITY_ASSIGNED: _severity_assigned,
    EventKind.CLASSIFICATION_DECIDED: _classified,
    EventKind.PHASE_ENTERED: _phase_entered,
    EventKind.MILESTONE_REACHED: _milestone,
    EventKind.ACTION_PERFORMED: _performed,
    EventKind.CLOCK_ARMED: _clock,
    EventKind.CLOCK_MET: _clock,
    EventKind.CLOCK_CANCELLED: _clock,
    EventKind.CLOCK_PAUSED: _clock,
    EventKind.CLOCK_RESUMED: _clock,
    EventKind.ESCALATION_TRIGGERED: _escalated,
    EventKind.POLICY_REPINNED: _pinned,
    EventKind.COMMUNICATION_PUBLISHED: _published,
}
