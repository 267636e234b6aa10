"""What operators see of a workflow in the Temporal Web UI: search attributes and a page in words.

Search attributes are never encrypted, so they hold no personal data and nothing confidential.
"""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.clocks import Clock
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.incident.state import IncidentState

__all__ = ["SEARCH_ATTRIBUTES", "details", "search_values"]

SEARCH_ATTRIBUTES: dict[str, str] = {
    "HoldfastIncident": "Keyword",
    "HoldfastPhase": "Keyword",
    "HoldfastSeverity": "Keyword",
    "HoldfastAwaiting": "Keyword",
    "HoldfastServices": "KeywordList",
    "HoldfastNextDeadline": "Datetime",
}
"""Name and type of each; SQL visibility has room for 10 keywords and 3 of every other type."""


def search_values(state: IncidentState) -> dict[str, str | list[str] | datetime | None]:
    """The values as they should be now; None takes an attribute off."""
    pending = [request.id for request in state.requests.values() if request.state == "open"]
    running = [clock.due_at for clock in state.clocks.values() if clock.open]
    return {
        "HoldfastIncident": state.incident_id,
        "HoldfastPhase": str(state.phase),
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        "HoldfastAwaiting": pending[0] if pending else None,
        "HoldfastServices": list(state.facts.services) or None,
        "HoldfastNextDeadline": min(running, default=None),
    }


def details(state: IncidentState) -> str:
    """The current-details page, in Markdown."""
    severity = (
        f"severity **{state.severity or 'not assigned'}**, priority {state.priority or 'none'}"
    )
    lines = [
        f"### {state.incident_id}: {_plain(state.title) or 'awaiting its report'}",
        f"- phase **{state.phase}**, {severity}",
        f"- services: {', '.join(state.facts.services) or 'none named'}",
        f"- alerts: {state.alerts}, evidence entries: {state.sequence}",
    ]
    return "\n".join([*lines, *_pending(state), *_clocks(state)])


def _pending(state: IncidentState) -> list[str]:
    pending = [request for request in state.requests.values() if request.state == "open"]
    if not pending:
        return []
    return ["", "**Waiting for people**", "", *(_question_line(request) for request in pending)]


def _clocks(state: IncidentState) -> list[str]:
    running = sorted((c for c in state.clocks.values() if c.open), key=lambda clock: clock.due_at)
    if not running:
        return []
    return ["", "**Clocks**", "", *(_clock_line(clock) for clock in running)]


def _question_line(request: DecisionRequest) -> str:
    roles = ", ".join(request.roles)
    return f"- `{request.id}`: {request.question} ({roles}), due {_at(request.due_at)}"


def _clock_line(clock: Clock) -> str:
    upcoming = clock.next_moment()
    then = f", next step {_at(upcoming)}" if upcoming else ""
    return f"- {clock.title}: {clock.state}, due {_at(clock.due_at)}{then}"


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _plain(text: str) -> str:
    """A title comes from outside: keep it from being read as Markdown or HTML."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>()#+!|~" else c for c in text)
