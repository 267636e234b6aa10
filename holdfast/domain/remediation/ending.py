"""The end of a task: nothing stays armed or asked, and how it ended is the last word."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.work import TaskWork

__all__ = ["close"]


def close(work: TaskWork, outcome: TaskStage | None, cause: str) -> None:
    """Close the task; without an outcome another one has taken its place."""
    state = work.state
    for request in work.desk.open_requests():
        work.desk.void(request, "the task ends", causes=(cause,))
    for clock_id in sorted(state.clocks):
        work.clocks.cancel(clock_id, causes=(cause,))
    said = {"outcome": str(outcome) if outcome else "replaced"}
    work.enter(TaskStage.CLOSED, EventKind.REMEDIATION_CLOSED, said, causes=(cause,))
