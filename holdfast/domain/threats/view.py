"""What operators see of a threat in the Temporal Web UI; it holds no personal data."""

from __future__ import annotations

from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values
from holdfast.domain.threats.state import ThreatState

__all__ = ["in_words", "threat_details", "threat_values"]


def threat_values(state: ThreatState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.threat,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def threat_details(state: ThreatState) -> str:
    """The current-details page, in Markdown."""
    versions = [f"- notification {each.number}: {each.state}" for each in state.versions]
    return "\n".join(
        [
            f"### Cyber threat {state.threat}",
            f"- {in_words(state)}",
            *versions,
            *pending_lines(state.requests.values()),
            *clock_lines(state.clocks.values()),
        ]
    )


def in_words(state: ThreatState) -> str:
    """Say in one sentence where it stands."""
    if state.recorded is None:
        return "not recorded"
    notified = "notified" if state.notified_at else "not notified"
    standing = "closed" if state.closed else "active"
    return f"significant: {state.significant}, {notified}, {standing}"
