"""What operators see of an assessment in the Temporal Web UI; it holds no personal data."""

from __future__ import annotations

from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values
from holdfast.domain.recurrence.assessment import Series
from holdfast.domain.recurrence.state import RecurrenceState

__all__ = ["in_words", "recurrence_details", "recurrence_values"]


def recurrence_values(state: RecurrenceState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.period.chain,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def recurrence_details(state: RecurrenceState) -> str:
    """The current-details page, in Markdown."""
    lines = [f"### Recurring incidents, {state.period.name}", f"- {in_words(state)}"]
    lines += [_line(state, series) for series in state.series.values()]
    return "\n".join(
        [
            *lines,
            *pending_lines(state.requests.values()),
            *clock_lines(state.clocks.values()),
        ]
    )


def in_words(state: RecurrenceState) -> str:
    """Say in one sentence what came of the assessment so far."""
    if not state.assessed:
        return "not assessed yet"
    exempt = f", {state.exempt} exempt entity(ies)" if state.exempt else ""
    found = f"{len(state.series)} series" if state.series else "nothing recurs"
    return f"{state.incidents} incident(s) looked at{exempt}: {found}"


def _line(state: RecurrenceState, series: Series) -> str:
    outcome = state.outcomes.get(series.id)
    said = {None: f"major: {series.major}", True: "**major**", False: "not major"}[outcome]
    before = f", decided by `{series.decided_before}`" if series.decided_before else ""
    return f"- `{series.id}`: {len(series.incidents)} incidents, {said}{before}"
