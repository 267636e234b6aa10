"""What operators see of a communication in the Temporal Web UI; it holds no text and no address."""

from __future__ import annotations

from holdfast.domain.communication.delivering import DeliveryState
from holdfast.domain.communication.state import CommunicationState
from holdfast.domain.operator_view import SearchValue, clock_lines, pending_lines, waiting_values

__all__ = ["communication_details", "communication_values"]


def communication_values(state: CommunicationState) -> dict[str, SearchValue]:
    """The search attributes as they should be now."""
    return {
        "HoldfastIncident": state.opening.incident,
        "HoldfastPhase": f"communication-{state.stage}",
        "HoldfastSeverity": str(state.severity) if state.severity else None,
        **waiting_values(state.requests.values(), state.clocks.values()),
    }


def communication_details(state: CommunicationState) -> str:
    """The current-details page, in Markdown."""
    opening = state.opening
    lines = [
        f"### {opening.id}: {opening.purpose} to {opening.audience}",
        f"- stage **{state.stage}**, version {state.version}",
        f"- `{state.message or 'no draft yet'}`",
        *([f"- leaves at {state.publish_at:%Y-%m-%d %H:%M} UTC"] if state.publish_at else []),
        *(_delivery_line(each) for each in state.deliveries.values()),
    ]
    return "\n".join(
        [
            *lines,
            *pending_lines(state.requests.values()),
            *clock_lines(state.clocks.values()),
        ]
    )


def _delivery_line(delivery: DeliveryState) -> str:
    said = "under way"
    if delivery.report is not None and not delivery.under_way:
        report = delivery.report
        said = (
            f"sent {report.sent}, refused {report.refused}, failed {report.failed},"
            f" unknown {report.unknown}"
        )
    return f"- {delivery.channel}: {said}"
