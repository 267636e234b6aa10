"""What operators see of a task in the Temporal Web UI; it holds nobody's name."""

from __future__ import annotations

from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values
from holdfast.domain.remediation.state import TaskState

__all__ = ["task_details", "task_values"]


def task_values(state: TaskState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.opening.incident,
        "HoldfastPhase": f"remediation-{state.stage}",
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def task_details(state: TaskState) -> str:
    """The current-details page, in Markdown."""
    opening, task = state.opening, state.opening.task
    kept = "mandatory" if task.mandatory else "not mandatory"
    lines = [
        f"### {opening.id}: {task.title}",
        f"- stage **{state.stage}**, priority **{task.priority}**, {kept}",
        f"- owner: {state.owner.role}, due on {state.due_on}, extended {state.extensions} times",
    ]
    if state.accepted_until:
        lines.append(f"- its risk is accepted until {state.accepted_until:%Y-%m-%d %H:%M} UTC")
    waiting = pending_lines(state.requests.values())
    return "\n".join([*lines, *waiting, *clock_lines(state.clocks.values())])
