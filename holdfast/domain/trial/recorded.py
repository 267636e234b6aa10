"""What the process recorded of a past incident, on the same tracks as what is judged again."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.trial.candidates import Scope
from holdfast.domain.trial.past import PastEntry
from holdfast.domain.trial.report import Judged
from holdfast.domain.trial.requests import settled_as
from holdfast.domain.trial.tracks import (
    ASSIGNED,
    DECIDED,
    PROPOSED,
    TOLERANCE,
    Place,
    Tracks,
    class_of,
    firing_of,
)

__all__ = ["Recorded"]


class Recorded:
    """The recorded course of one incident, as far as it is in a scope.

    What a look found is put where the look was made. `faithful` turns false where none was made
    within a second before: then only judging again can say what the pinned policies give when.
    """

    def __init__(self, scope: Scope) -> None:
        """Begin before the first entry."""
        self.tracks = Tracks()
        self.faithful = True
        self._judged = scope.judged

    def take(self, entry: PastEntry, here: Place, look: Place | None) -> None:
        """Take in an entry; `look` is where the incident was last looked at."""
        kind = entry.kind
        if kind is EventKind.SEVERITY_PROPOSED and Judged.SEVERITY in self._judged:
            self._found(Judged.SEVERITY, PROPOSED, entry.payload["severity"], here, look)
        elif kind is EventKind.CLASSIFICATION_EVALUATED and Judged.MAJOR in self._judged:
            self._found(Judged.MAJOR, PROPOSED, entry.payload["major"], here, look)
        elif kind is EventKind.ESCALATION_TRIGGERED and Judged.ESCALATION in self._judged:
            # What the severity itself asks for was found by no look, and has a cause.
            place = here if entry.document["causes"] else look
            contracts = entry.payload.get("contracts", ())
            fires = firing_of((each["reference"], each["provider"]) for each in contracts)
            self._found(Judged.ESCALATION, entry.subject, fires, here, place)
        elif kind is EventKind.SEVERITY_ASSIGNED and Judged.SEVERITY in self._judged:
            self.tracks.put(Judged.SEVERITY, ASSIGNED, entry.payload["severity"], here)
        elif kind is EventKind.CLASSIFICATION_DECIDED and Judged.MAJOR in self._judged:
            decided = class_of(major=entry.payload["major"])
            self.tracks.put(Judged.MAJOR, DECIDED, decided, here)
        elif kind is EventKind.DECISION_ANSWERED and entry.payload["settles"]:
            outcome = settled_as(entry.payload["option"])
            self.tracks.put(Judged.DECISION, entry.subject, outcome, here)

    def says(self, judged: Judged, about: str, value: str, place: Place) -> bool:
        """Whether the same was recorded of that, within a second."""
        return any(
            mark.value == value and abs(mark.place.at - place.at) <= TOLERANCE
            for mark in self.tracks.marks.get((judged, about), ())
        )

    def armed(self, clock_id: str, entry: PastEntry, here: Place) -> None:
        """Take in a deadline that the candidate may move."""
        due_at = datetime.fromisoformat(entry.payload["due_at"])
        self.tracks.put(Judged.DEADLINE, clock_id, due_at, here)

    def _found(
        self, judged: Judged, about: str, value: str, here: Place, look: Place | None
    ) -> None:
        if look is None or here.at - look.at > TOLERANCE:
            self.faithful = False
            look = here
        self.tracks.put(judged, about, value, look)
