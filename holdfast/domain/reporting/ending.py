"""The end of a reporting: nothing stays armed or asked; ratifications are still answered."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.reporting.kinds import ReportingOutcome
from holdfast.domain.reporting.work import ReportingWork

__all__ = ["close"]


def close(work: ReportingWork, outcome: ReportingOutcome, cause: str) -> None:
    """End it: withdraw what is asked, stop the clocks, and tell the incident."""
    state = work.state
    if state.outcome is not None:
        return
    state.outcome = outcome
    state.to_fill.clear()
    state.to_submit.clear()
    state.wants_deadlines = None
    work.void_questions(f"the reporting ends as {outcome}", cause)
    for clock_id in sorted(state.clocks):
        if clock_id.startswith(work.prefix):
            work.clocks.cancel(clock_id, causes=(cause,))
    closed = work.note(EventKind.REPORTING_CLOSED, {"outcome": str(outcome)}, causes=(cause,))
    work.tell(closed)
