"""What counts of a drill, taken from its entries one after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import Field

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import Event, EventKind
from holdfast.domain.roles import Role
from holdfast.domain.values import Count, Frozen, Identifier, Instant, JsonObject, Line

__all__ = ["Asked", "Participant", "Tally"]

_PROCESS = frozenset({Role.SYSTEM, Role.ALERT_SOURCE, Role.VENDOR})


class Asked(Frozen):
    """A question that was put, and how it was settled, if it was."""

    request: Identifier
    kind: Line
    at: Instant
    decided_at: Instant | None = None
    outcome: Line | None = None
    bypassed: bool = False
    voided: bool = False


class Participant(Frozen):
    """Somebody who has handed something in, in that role, by pseudonym; how often."""

    person: Identifier
    role: Role
    submissions: Count


class Tally(Frozen):
    """A drill as its entries tell it so far; each entry makes a new one."""

    asked: tuple[Asked, ...] = ()
    missed: tuple[Identifier, ...] = ()
    bypasses: Count = 0
    injected: Count = 0
    refused: dict[str, Count] = Field(default_factory=dict)
    """Attempts that were refused, by reason."""
    participants: tuple[Participant, ...] = ()

    def taken(self, event: Event, at: datetime) -> Tally:
        """The tally with one more entry, which happened at that aware instant."""
        counted = _COUNTED.get(event.kind)
        update = counted(self, event, at) if counted else {}
        return self.model_copy(update={**update, **_participants(self, event)})

    def ratifications(self, outcome: str) -> int:
        """How many bypasses people have settled with that outcome."""
        return sum(
            each.kind == DecisionKind.BYPASS_RATIFICATION and each.outcome == outcome
            for each in self.asked
        )


def _asked(tally: Tally, event: Event, at: datetime) -> JsonObject:
    asked = Asked(request=event.subject.id, kind=event.payload["kind"], at=at)
    return {"asked": (*tally.asked, asked)}


def _decided(tally: Tally, event: Event, at: datetime) -> JsonObject:
    said = event.payload
    update = {"decided_at": at, "outcome": said["outcome"], "bypassed": said["bypassed"]}
    return _settled(tally, event, update)


def _voided(tally: Tally, event: Event, at: datetime) -> JsonObject:
    del at
    return _settled(tally, event, {"voided": True})


def _settled(tally: Tally, event: Event, update: JsonObject) -> JsonObject:
    """The latest question of that id is settled."""
    asked = list(tally.asked)
    for place in reversed(range(len(asked))):
        if asked[place].request == event.subject.id:
            asked[place] = asked[place].model_copy(update=update)
            break
    return {"asked": tuple(asked)}


def _missed(tally: Tally, event: Event, at: datetime) -> JsonObject:
    del at
    return {"missed": (*tally.missed, event.subject.id)}


def _bypassed(tally: Tally, event: Event, at: datetime) -> JsonObject:
    del event, at
    return {"bypasses": tally.bypasses + 1}


def _injected(tally: Tally, event: Event, at: datetime) -> JsonObject:
    del event, at
    return {"injected": tally.injected + 1}


def _refused(tally: Tally, event: Event, at: datetime) -> JsonObject:
    del at
    if event.subject.type != "submission":
        return {}  # a signal that nobody has signed is nobody's attempt
    reason = str(event.payload["reason"])
    return {"refused": {**tally.refused, reason: tally.refused.get(reason, 0) + 1}}


def _participants(tally: Tally, event: Event) -> JsonObject:
    handed_in = event.answers is not None or event.kind is EventKind.SUBMISSION_REFUSED
    if not handed_in or event.actor.role in _PROCESS:
        return {}
    counts = {(each.person, each.role): each.submissions for each in tally.participants}
    key = (event.actor.id, event.actor.role)
    counts[key] = counts.get(key, 0) + 1
    every = (
        Participant(person=person, role=role, submissions=count)
        for (person, role), count in sorted(counts.items())
    )
    return {"participants": tuple(every)}


_COUNTED: dict[EventKind, Callable[[Tally, Event, datetime], JsonObject]] = {
    EventKind.DECISION_REQUESTED: _asked,
    EventKind.DECISION_DECIDED: _decided,
    EventKind.DECISION_VOIDED: _voided,
    EventKind.DECISION_BYPASSED: _bypassed,
    EventKind.CLOCK_MISSED: _missed,
    EventKind.DRILL_INJECTED: _injected,
    EventKind.SUBMISSION_REFUSED: _refused,
}
"""The kinds of entries that count, and how."""
