"""The steps of the demonstration in which a playbook is carried out and the service recovers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from holdfast.cli.demo_moves import IncidentMoves
from holdfast.cli.demo_scene import BUSINESS
from holdfast.errors import Conflict

__all__ = ["DemoResponse"]

_PLAYBOOK = "general"
_DOWN_FOR = timedelta(minutes=130)
"""Longer than the two hours of Delegated Regulation (EU) 2024/1772 Art. 9(3)(b)."""

_WAIVER = "The processor reconciles overnight; compliance has the report tomorrow."
_PLAN = "bcp-payments"


class DemoResponse:
    """A play of the general playbook, availability as it was told, continuity, standing down."""

    def __init__(self, moves: IncidentMoves) -> None:
        """Play in the incident of those moves."""
        self.moves = moves

    def begin(self) -> str:
        """Start the playbook, and do its first steps by hand, side by side."""
        self.moves.hand_in("POST", "/plays", "play", "responder", playbook=_PLAYBOOK)
        for step, person in (("limit-effects", "responder"), ("stop-changes", "responder-2")):
            self._start(step, person)
        self._report("limit-effects", "responder", "Retries are rate-limited at the gateway.")
        self._report("stop-changes", "responder-2", "The release calendar is locked.")
        return f"{_PLAYBOOK}: two steps, side by side"

    def automate(self) -> str:
        """Try a step dry, then let it be carried out; before the dry run that is refused."""
        self._start("see-platform", "responder", mode="dry_run")
        self._wait_for_step("see-platform", _tried)
        self._start("see-platform", "responder", mode="automated")
        done = self._wait_for_step("see-platform", lambda step: step["stage"] == "performed")
        return f"{done['stage']} by its automation"

    def go_down(self) -> None:
        """Report since when the service is down."""
        since = datetime.now(UTC) - _DOWN_FOR
        self._available("down", since, "Orders are rejected since then.")

    def continue_business(self) -> str:
        """Put on record that a continuity plan is active."""
        self.moves.hand_in(
            "POST",
            "/continuity",
            "continuity",
            "incident_commander",
            plan=_PLAN,
            services=[BUSINESS],
            because="Salary payments go over the second centre.",
            activated_at=datetime.now(UTC).isoformat(),
        )
        return f"{_PLAN} is active (field 2.9)"

    def bring_back(self) -> str:
        """Ask to bring the service back, have that approved, and do it."""
        self._start("bring-back", "responder", name="bring-back-asked")
        self.moves.decide("recovery.approval", "incident_commander", "approved")
        self._start("bring-back", "responder")
        said = "Fixed forward and restarted."
        self._report("bring-back", "responder", said, references=["CHG-2041"])
        self._available("restored", datetime.now(UTC), "Orders go through at the usual rate.")
        return "approved, performed; the service is told to be restored"

    def check(self) -> str:
        """Carry the validating steps out, which record the recovery checks; waive one of them."""
        self._start("try-services", "responder")
        self._report("try-services", "responder", "Payments go through end to end.")
        self._start("controls-in-force", "compliance")
        self._report("controls-in-force", "compliance", "All controls are in force again.")
        path = "/plays/1/steps/reconcile-data/skip"
        self.moves.hand_in("POST", path, "skip-reconcile-data", "responder", because=_WAIVER)
        self.moves.report(
            "check-data_reconciled",
            "responder",
            type="check",
            check="data_reconciled",
            result="waived",
            statement=_WAIVER,
        )
        return "2 passed, 1 waived"

    def stand_down(self) -> str:
        """End the continuity plan, and decide that those who responded stand down."""
        self.moves.hand_in(
            "POST",
            f"/continuity/{_PLAN}/deactivation",
            "continuity-ends",
            "incident_commander",
            statement="All payments are back in the first centre.",
            at=datetime.now(UTC).isoformat(),
        )
        figures = self.moves.read_part("/downtime")
        [minutes] = [s["minutes"] for s in figures["services"] if s["service"] == BUSINESS]
        self.moves.decide("recovery.stand_down", "incident_commander", "stood_down")
        return f"stood down; downtime computed from what was told: {minutes} minutes"

    def _start(self, step: str, person: str, *, mode: str = "by_hand", name: str = "") -> None:
        path = f"/plays/1/steps/{step}/start"
        self.moves.hand_in("POST", path, name or f"start-{step}-{mode}", person, mode=mode)

    def _report(self, step: str, person: str, said: str, **more: object) -> None:
        self.moves.hand_in(
            "POST",
            f"/plays/1/steps/{step}/report",
            f"report-{step}",
            person,
            outcome="performed",
            statement=said,
            **more,
        )

    def _available(self, state: str, at: datetime, said: str) -> None:
        self.moves.hand_in(
            "POST",
            "/availability",
            f"availability-{state}",
            "responder",
            service=BUSINESS,
            state=state,
            at=at.isoformat(),
            statement=said,
        )

    def _wait_for_step(
        self, name: str, holds: Callable[[Mapping[str, Any]], bool]
    ) -> Mapping[str, Any]:
        def look() -> Mapping[str, Any] | None:
            play = self.moves.read_part("/playbooks")["plays"][0]
            step: Mapping[str, Any] = next(s for s in play["steps"] if s["step"] == name)
            if step["stage"] == "failed":
                message = f"{name} has failed: {step['because']}"
                raise Conflict(message)
            return step if holds(step) else None

        return self.moves.wait_for(look, f"the step {name}")


def _tried(step: Mapping[str, Any]) -> bool:
    """Whether a dry run has ended well, and the incident has heard of it."""
    return step["tried"] is not None and step["stage"] == "ready"
