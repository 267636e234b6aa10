"""What operators see of a workflow in the Temporal Web UI: search attributes and a page in words.

Search attributes are never encrypted, so they hold no personal data and nothing confidential.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from holdfast.domain.clocks import Clock
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.incident.state import IncidentState

__all__ = [
    "SEARCH_ATTRIBUTES",
    "SearchValue",
    "clock_lines",
    "details",
    "pending_lines",
    "search_values",
    "waiting_values",
]

SearchValue = str | list[str] | datetime | None
"""The value of a search attribute; None takes it off."""

SEARCH_ATTRIBUTES: dict[str, str] = {
    "HoldfastIncident": "Keyword",
    "HoldfastPhase": "Keyword",
    "HoldfastSeverity": "Keyword",
    "HoldfastMajor": "Keyword",
    "HoldfastAwaiting": "Keyword",
    "HoldfastVendor": "Keyword",
    "HoldfastServices": "KeywordList",
    "HoldfastNextDeadline": "Datetime",
}
"""Name and type of each; SQL visibility has room for 10 keywords and 3 of every other type."""


def search_values(state: IncidentState) -> dict[str, SearchValue]:
    """The values as they should be now."""
    waiting = waiting_values(state.requests.values(), state.clocks.values())
    return {
        "HoldfastIncident": state.incident_id,
        "HoldfastPhase": str(state.phase),
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        "HoldfastMajor": _major(state) if state.evaluation else None,
        "HoldfastAwaiting": waiting["HoldfastAwaiting"],
        "HoldfastServices": list(state.facts.services) or None,
        "HoldfastNextDeadline": waiting["HoldfastNextDeadline"],
    }


def waiting_values(
    requests: Iterable[DecisionRequest], clocks: Iterable[Clock]
) -> dict[str, SearchValue]:
    """The values that every workflow has which asks people and runs clocks."""
    pending = [request.id for request in requests if request.state == "open"]
    running = [clock.due_at for clock in clocks if clock.open]
    return {
        "HoldfastAwaiting": pending[0] if pending else None,
        "HoldfastNextDeadline": min(running, default=None),
    }


def details(state: IncidentState) -> str:
    """The current-details page, in Markdown."""
    severity = (
        f"severity **{state.severity or 'not assigned'}**, priority {state.priority or 'none'}"
    )
    lines = [
        *_drill_lines(state),
        f"### {state.incident_id}: {_plain(state.title) or 'awaiting its report'}",
        f"- phase **{state.phase}**, {severity}, major: **{_major(state)}**",
        f"- services: {', '.join(state.facts.services) or 'none named'}",
        f"- alerts: {state.alerts}, evidence entries: {state.sequence}",
    ]
    return "\n".join(
        [*lines, *pending_lines(state.requests.values()), *clock_lines(state.clocks.values())]
    )


def _drill_lines(state: IncidentState) -> list[str]:
    """That it is a drill comes first: an operator looks after real incidents before it."""
    if state.drill is None:
        return []
    due, plan = f"{state.injected} of {len(state.drill.injects)} injects", state.drill
    return [f"**This is a drill** ({plan.script}, time runs {plan.pace} times as fast, {due})", ""]


def _major(state: IncidentState) -> str:
    """Major or not: what people have decided, else what the facts say so far."""
    if state.classification is not None:
        return "yes" if state.classification.major else "no"
    return f"proposed-{state.evaluation.major}" if state.evaluation else "not-evaluated"


def pending_lines(requests: Iterable[DecisionRequest]) -> list[str]:
    """What waits for people, in Markdown; nothing where nothing does."""
    pending = [request for request in requests if request.state == "open"]
    if not pending:
        return []
    return ["", "**Waiting for people**", "", *(_question_line(request) for request in pending)]


def clock_lines(clocks: Iterable[Clock]) -> list[str]:
    """The clocks that run, in Markdown; nothing where none does."""
    running = sorted((clock for clock in clocks if clock.open), key=lambda clock: clock.due_at)
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
