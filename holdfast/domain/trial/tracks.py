"""Tracks: how each judgement about an incident stood from when on, recorded or judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeAlias

from holdfast.domain.trial.report import Judged

__all__ = [
    "ASSIGNED",
    "DECIDED",
    "FIRES",
    "PROPOSED",
    "TOLERANCE",
    "Key",
    "Mark",
    "Place",
    "Tracks",
    "Value",
    "alike",
    "class_of",
    "firing_of",
    "untold",
]

PROPOSED = "proposed"
ASSIGNED = "assigned"
DECIDED = "decided"
FIRES = "fires"

TOLERANCE = timedelta(seconds=1)
"""What a look found was recorded later than it was made by as long as that took."""

Key: TypeAlias = tuple[Judged, str]
Value: TypeAlias = str | datetime

_UNTOLD: dict[Judged, str] = {
    Judged.SEVERITY: "none",
    Judged.MAJOR: "unknown",
    Judged.ESCALATION: "does not fire",
    Judged.DEADLINE: "not set",
    Judged.DECISION: "open",
}
_UNDECIDED = "not decided"

_PLACES = {judged: place for place, judged in enumerate(Judged)}


class Place(NamedTuple):
    """Where in the past of an incident: a moment (aware), after which entry, by number and id."""

    at: datetime
    order: int
    entry: str


@dataclass(frozen=True, slots=True)
class Mark:
    """From where on something stands."""

    place: Place
    value: Value


@dataclass(slots=True)
class Tracks:
    """Marks by what they are about, each list in the order of time; nothing is marked twice."""

    marks: dict[Key, list[Mark]] = field(default_factory=dict)

    def put(self, judged: Judged, about: str, value: Value, place: Place) -> bool:
        """Mark that this stands from there on; False where it does already."""
        marks = self.marks.get((judged, about))
        if value == (marks[-1].value if marks else untold(judged, about)):
            return False
        self.marks.setdefault((judged, about), []).append(Mark(place, value))
        return True

    def beside(self, other: Tracks) -> Iterator[tuple[Key, list[Mark], list[Mark]]]:
        """What the two say otherwise of a thing: first severity, at last decisions."""
        for key in sorted({*self.marks, *other.marks}, key=lambda key: (_PLACES[key[0]], key[1])):
            these, those = self.marks.get(key, []), other.marks.get(key, [])
            if these != those:
                yield key, these, those


def untold(judged: Judged, about: str) -> str:
    """How that stands before anything is said of it."""
    if judged is Judged.MAJOR and about == DECIDED:
        return _UNDECIDED
    return _UNTOLD[judged]


def class_of(*, major: bool) -> str:
    """In words, what people decided."""
    return "major" if major else "not major"


def firing_of(contracts: Iterable[tuple[str, str]]) -> str:
    """In words, that a trigger fires, and which contracts it escalates: reference and provider."""
    named = ", ".join(f"{reference} of {provider}" for reference, provider in contracts)
    return f"{FIRES}, escalating {named}" if named else FIRES


def alike(one: Value, other: Value) -> bool:
    """Whether two values are the same; moments within a second are."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return abs(one - other) <= TOLERANCE
    return one == other
