"""What operators see of a reporting in the Temporal Web UI; it holds nobody's name."""

from __future__ import annotations

from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values
from holdfast.domain.reporting.state import ReportingState

__all__ = ["reporting_details", "reporting_values"]


def reporting_values(state: ReportingState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.opening.incident,
        "HoldfastPhase": f"reporting-{_standing(state)}",
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def reporting_details(state: ReportingState) -> str:
    """The current-details page, in Markdown."""
    opening = state.opening
    lines = [
        f"### {opening.id}: {opening.entity}",
        f"- **{_standing(state)}**, classified as major {opening.classified_at:%Y-%m-%d %H:%M} UTC",
    ]
    for version in state.versions[-5:]:
        lacks = f", lacks {', '.join(version.gaps)}" if version.gaps else ""
        lines.append(f"- version {version.number}, {version.kind}: {version.state}{lacks}")
    lines += [f"- on its way to {order.authority}: {order.subject}" for order in state.to_submit]
    waiting = pending_lines(state.requests.values())
    return "\n".join([*lines, *waiting, *clock_lines(state.clocks.values())])


def _standing(state: ReportingState) -> str:
    if state.outcome is not None:
        return f"ended-{state.outcome}"
    if state.final_at is not None:
        return "final"
    if state.intermediate_at:
        return "intermediate"
    return "initial" if state.initial_at is not None else "begun"
