"""The end of an incident: nothing stays armed or pending, and the outcome is the last word."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.incident.children import tell_all
from holdfast.domain.incident.scoring import score_the_drill
from holdfast.domain.incident.state import Outcome, Phase
from holdfast.domain.incident.work import Work

__all__ = ["close"]


def close(
    work: Work, outcome: Outcome, *, causes: tuple[str, ...], duplicate_of: str | None = None
) -> None:
    """End the incident: withdraw what is pending, stop the clocks, record the outcome."""
    state = work.state
    for request in work.desk.open_requests():
        work.desk.void(request, f"the incident ends as {outcome}", causes=causes)
    for clock_id in sorted(state.clocks):
        work.clocks.cancel(clock_id, causes=causes)
    state.outcome, state.next_look_at, state.assessment_wanted = outcome, None, False
    work.enter(Phase.CLOSED, causes=causes)
    score_the_drill(work, causes)
    closed = work.note(
        EventKind.INCIDENT_CLOSED,
        {"outcome": str(outcome), "duplicate_of": duplicate_of},
        causes=causes,
    )
    tell_all(work, closed)
