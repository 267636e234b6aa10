"""The score of a drill as its process keeps it: counted from what it records, event by event."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.drills.score import scored
from holdfast.domain.drills.tally import Tally
from holdfast.domain.events import Event, EventKind, Record
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.incident.work import Work
from holdfast.domain.values import JsonObject

__all__ = ["Scoring", "score_payload", "score_the_drill"]


class Scoring:
    """A journal that counts what is recorded in a drill, and hands everything on."""

    def __init__(self, state: IncidentState, record: Record) -> None:
        """Count for the incident of that state; `now` is set before each thing it takes in."""
        self._state = state
        self._record = record
        self.now: datetime | None = None

    def record(self, event: Event) -> str:
        """Record an event; one of a drill counts."""
        entry = self._record(event)
        state = self._state
        if state.drill is not None and self.now is not None:
            state.tally = (state.tally or Tally()).taken(event, self.now)
            state.tallied_at = self.now
        return entry


def score_payload(state: IncidentState) -> JsonObject | None:
    """What `drill.scored` holds; None of an incident that is no drill."""
    if state.drill is None or state.opened_at is None:
        return None
    tally, at = state.tally or Tally(), state.tallied_at or state.opened_at
    return scored(state.drill, tally, state.opened_at, at).model_dump(mode="json")


def score_the_drill(work: Work, causes: tuple[str, ...]) -> None:
    """Record what the drill has shown, before it is closed; of a real incident nothing."""
    content = score_payload(work.state)
    if content is not None:
        work.note(EventKind.DRILL_SCORED, content, causes=causes)
