"""The step of the demonstration in which a procedure is changed because of what was learnt."""

from __future__ import annotations

from datetime import UTC, datetime

from holdfast.cli.demo_moves import IncidentMoves
from holdfast.cli.demo_review import DemoReview

__all__ = ["DemoDocument"]

_TEXT = """# Releasing schema and code

1. One pipeline releases both.
2. It stops if the migration has not run.
3. The canary carries every kind of traffic.
"""


class DemoDocument:
    """One version of a procedure: drafted, approved, published, acknowledged."""

    def __init__(self, moves: IncidentMoves, review: DemoReview) -> None:
        """Change it because of the task of that review."""
        self.moves = moves
        self.review = review

    @property
    def name(self) -> str:
        """What the document is called: each run has one of its own."""
        return f"release-procedure-{self.moves.service.rpartition('-')[2]}"

    def publish(self) -> str:
        """Draft, approve and publish it, by three people, and acknowledge it."""
        version = f"/v1/process-documents/{self.name}/versions"
        self.moves.record(
            version,
            "responder",
            version="1.0",
            kind="sop",
            title="Releasing schema and code",
            reason="Payments were corrupted by a release in two steps.",
            text=_TEXT,
            caused_by=self.review.task_id,
        )
        self.moves.record(
            f"{version}/1.0/approval",
            "incident_commander",
            rationale="It says what the review asks for.",
        )
        self.moves.record(
            f"{version}/1.0/publication",
            "compliance",
            effective_on=datetime.now(UTC).date().isoformat(),
            concerns=["responder"],
            acknowledge_within_days=14,
        )
        self.moves.record(f"{version}/1.0/acknowledgement", "responder")
        return f"{self.name} 1.0 is in force, because of {self.review.task_id}"
