"""What operators see of an escalation in the Temporal Web UI; it holds no word of the provider."""

from __future__ import annotations

from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values
from holdfast.domain.third_party.state import EscalationState

__all__ = ["escalation_details", "escalation_values"]


def escalation_values(state: EscalationState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.opening.incident,
        "HoldfastPhase": f"third-party-{state.stage}",
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        "HoldfastVendor": state.opening.provider,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def escalation_details(state: EscalationState) -> str:
    """The current-details page, in Markdown."""
    opening, taken = state.opening, state.taken
    called = taken.provider_name if taken else opening.provider
    lines = [
        f"### {opening.id}: {called}, contract {opening.contract}",
        f"- stage **{state.stage}**, round {state.round}, rung {state.rung + 1} of its ladder",
        f"- times missed: {len(state.breaches)}",
    ]
    if state.their_reference:
        lines.append(f"- their reference: {state.their_reference}")
    if state.estimated_at:
        lines.append(f"- expected to be restored: {state.estimated_at:%Y-%m-%d %H:%M} UTC")
    if state.pause and state.pause.since:
        lines.append(f"- paused since {state.pause.since:%Y-%m-%d %H:%M} UTC: {state.pause.reason}")
    return "\n".join(
        [
            *lines,
            *pending_lines(state.requests.values()),
            *clock_lines(state.clocks.values()),
        ]
    )
