"""The steps of the demonstration in which the incident is held against DORA's thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.cli.demo_moves import IncidentMoves
from holdfast.cli.demo_response import DemoResponse
from holdfast.cli.demo_scene import of_entity

__all__ = ["DemoClassification"]


class DemoClassification:
    """An evaluation with unknowns, an override, and the evaluation that turns it major."""

    def __init__(self, moves: IncidentMoves, response: DemoResponse) -> None:
        """Play in the incident of those moves, whose service goes down in that response."""
        self.moves = moves
        self.response = response
        self.turned: Mapping[str, Any] = {}
        """The evaluation that made it major, once it has."""

    def evaluate(self) -> str:
        """Read the evaluation that followed the facts, with its proof."""
        evaluation = self.moves.wait_for_evaluation("unknown", "clients_counterparts_transactions")
        return _told(evaluation)

    def classify(self) -> str:
        """Decide for now, against the caution of the proposal."""
        self.moves.decide(
            "classification.confirmation",
            "compliance",
            "override",
            rationale="One threshold is met; nothing points to a second. To be seen again hourly.",
            data={"major": False},
        )
        return "not major, for now"

    def turn_major(self) -> str:
        """Report since when it is down: with its downtime, two thresholds are exceeded."""
        self.response.go_down()
        self.turned = self.moves.wait_for_evaluation("yes", "duration_downtime")
        return _told(self.turned)

    def confirm_major(self) -> str:
        """Confirm that it is major, and let the management body take note."""
        self.moves.decide("classification.confirmation", "compliance", "confirm", attempt="major")
        clock = self.moves.wait_for_clock("reporting-1:initial", "running")
        self.moves.decide(
            "escalation.acknowledgement",
            "management_body",
            "acknowledged",
            about="classified-major",
        )
        return f"initial notification due {clock['due_at'][11:16]} UTC"


def _told(evaluation: Mapping[str, Any]) -> str:
    """An evaluation in short: the answer, what is met and by which clause, what is nearest."""
    result = of_entity(evaluation)["classification"]
    met = [
        f"{line['criterion']}: {line['value']} (limit {line['limit']}, {line['clause']})"
        for line in result["proof"]
        if line["result"] == "met" and line["limit"] is not None and line["service"]
    ]
    near = f"; nearest: {result['nearest'][0]}" if result["nearest"] else ""
    return f"major: {of_entity(evaluation)['major']}; {'; '.join(met)}{near}"
