"""The steps of the demonstration in which the incident is learnt from, and what follows is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.cli.demo_moves import IncidentMoves
from holdfast.dora.root_causes import AdditionalCause, CauseCategory, DetailedCause

__all__ = ["DemoReview"]

_LEFT_FOR = timedelta(days=90)

_REVIEW: Mapping[str, Any] = {
    "summary": "A bad deployment corrupted payments for two hours.",
    "root_cause": "A schema change was deployed without its migration.",
    "contributing_factors": ["The canary carried no corporate traffic"],
    "went_well": "The gateway was isolated within minutes.",
    "to_improve": "The canary has to carry every kind of traffic.",
    "lessons": ["Deploy schema and code in one step", "Rehearse the isolation"],
    "timeline_confirmed": {"confirmed": True},
    "root_causes": [
        {
            "category": str(CauseCategory.PROCESS_FAILURE),
            "detail": str(DetailedCause.OPERATIONS),
            "additional": [str(AdditionalCause.CHANGE_MANAGEMENT)],
        }
    ],
    "five_whys": [
        "Payments were corrupted because the code wrote columns that were not there.",
        "They were not there because the migration ran an hour later.",
        "It ran later because schema and code are released by two teams.",
    ],
    "promptness": {"finding": "The alert was taken up within minutes.", "adequate": True},
    "severity_determination": {"finding": "SEV1 was kept, rightly.", "adequate": True},
    "forensics": {"finding": "Logs were secured; nothing points to an attack.", "adequate": True},
    "escalation": {"finding": "One approval was bypassed, and ratified.", "adequate": True},
    "communication": {"finding": "The first text went back once.", "adequate": False},
}


class DemoReview:
    """The review, the tasks that follow from it and from the provider's, and how they end."""

    def __init__(self, moves: IncidentMoves) -> None:
        """Play in the incident of those moves."""
        self.moves = moves
        self.task = 0
        """The number of the task that is done, once it is proposed."""

    @property
    def task_id(self) -> str:
        """What that task is called."""
        return f"{self.moves.incident_id}/remediation-{self.task}"

    def record(self) -> str:
        """Take the draft that the evidence gives, and hand in what people make of it."""
        drafted = self.moves.read_part("/review/draft")
        self.moves.report("review", "responder", type="review", review=dict(_REVIEW))
        return f"from a draft that rests on {_count(drafted)} entries"

    def sign_off(self) -> str:
        """Sign the review off, by two people who did not draft it."""
        self.moves.decide("review.sign_off", "incident_commander", "signed_off", attempt="first")
        return self.moves.decide(
            "review.sign_off", "management_body", "signed_off", attempt="second"
        )

    def propose(self) -> str:
        """Propose what has to be mended, and have it accepted by somebody else."""
        receipt = self.moves.hand_in(
            "POST",
            "/remediation",
            "task",
            "responder",
            title="Release schema and code in one step",
            description="One pipeline releases both, and stops if the migration has not run.",
            origin="review",
            priority="medium",
            owner={"role": "responder"},
            observe="PT0S",
            root_cause=str(AdditionalCause.CHANGE_MANAGEMENT),
            control="Change management",
        )
        self.task = int(receipt["result"]["subject"]["id"].rpartition("-")[2])
        self.moves.decide(
            "remediation.acceptance", "compliance", "accepted", about=self.task_id, attempt="task"
        )
        return self.task_id

    def mend(self) -> str:
        """Say that it is done; who says so cannot find it effective, somebody else does."""
        path = f"/v1/remediation/{self.task_id.replace('/remediation-', '/')}/implementation"
        self.moves.hand_in_at(
            path,
            "mended",
            "responder-2",
            statement="The pipeline is in use since release 41.",
            references=["CHG-2077"],
        )
        self.moves.decide(
            "remediation.validation",
            "compliance",
            "effective",
            about=f"{self.task_id}/implementation-1",
            rationale="Three releases were stopped rightly.",
        )
        return "validated as effective by somebody else"

    def leave(self) -> str:
        """Accept, for a time, the risk of what the provider's review asks for."""
        until = (datetime.now(UTC) + _LEFT_FOR).date().isoformat()
        left = 0
        for task in self.moves.read_part("/remediation")["tasks"]:
            if task["mandatory"] and task["stage"] != "closed":
                self._accept_risk(task, until)
                left += 1
        return f"{left} mandatory task(s) left until {until}, by decision"

    def _accept_risk(self, task: Mapping[str, Any], until: str) -> None:
        number = task["number"]
        path = f"/v1/remediation/{self.moves.incident_id}/{number}/risk-acceptance"
        because = "The contract ends then; no incident of this kind is likely before."
        self.moves.hand_in_at(
            path, f"leave-{number}", "vendor_manager", until=until, because=because
        )
        self.moves.decide(
            "remediation.risk_acceptance",
            "management_body",
            "accepted",
            about=f"{task['task_id']}/acceptance-1",
            rationale="Within the risk appetite; the failover was shown to work.",
        )


def _count(draft: Any) -> int:  # noqa: ANN401 - JSON
    """How many entries a draft names, wherever it does."""
    named = set[str]()

    def look(part: Any) -> None:  # noqa: ANN401 - JSON
        if isinstance(part, dict):
            for name, value in part.items():
                if name == "entries" and isinstance(value, list):
                    named.update(map(str, value))
                else:
                    look(value)
        elif isinstance(part, list):
            for value in part:
                look(value)

    look(draft)
    return len(named)
