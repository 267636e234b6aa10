"""A scripted drill, played through HTTP: the participants decide as the script brings things in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.cli.demo_api import DemoApi, RefusedByApi
from holdfast.cli.demo_moves import IncidentMoves
from holdfast.cli.drill_answers import CHECKS, OVERSIGHT, REVIEW, reply_to

__all__ = ["DrillPlay", "DrillStep"]

_OVERTAKEN = frozenset({"stale_digest", "decision_not_open", "unknown_request"})
"""Refusals after which a question is looked for again: facts have changed it meanwhile."""

_ATTEMPTS = 8
_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class DrillStep:
    """What happens next, in words, and the move; it returns what came of it."""

    title: str
    play: Callable[[], str]


class DrillPlay:
    """One drill; `name` begins the ids of everything that is handed in."""

    def __init__(self, api: DemoApi, script: str, name: str) -> None:
        """Play that script by that API."""
        self._api = api
        self._script = script
        self._name = name
        self.moves = IncidentMoves(api, name)
        self.steps = (
            DrillStep("Compliance opens the drill", self.open),
            DrillStep("A responder confirms the incident", self.confirm),
            DrillStep("The script brings in what it has", self.wait_for_injects),
            DrillStep("The commander confirms the proposed severity", self.assign),
            DrillStep("A disruptive action is proposed", self.propose),
            DrillStep("Its proposer may not approve it", self.refuse_self_approval),
            DrillStep("A second responder bypasses the approval under an exception", self.bypass),
            DrillStep("Everybody answers what is put to them", self.answer_all),
            DrillStep("The incident is contained", self.contain),
            DrillStep("Recovery is declared, and validated by somebody else", self.recover),
            DrillStep("The review is recorded and signed off by two people", self.review),
            DrillStep("The drill is closed, and scored", self.close),
        )

    @property
    def incident_id(self) -> str:
        """The incident of the drill."""
        return self.moves.incident_id

    def open(self) -> str:
        """Open it."""
        asked = json.dumps({"script": self._script}).encode()
        accepted = self._api.deliver("/v1/drills", "compliance", asked, key=self._name)
        self.moves.incident_id = accepted["incident_id"]
        self.moves.wait("the drill to open", lambda incident: incident)
        return self.incident_id

    def confirm(self) -> str:
        """Say that it is to be taken for real."""
        return self.moves.decide("incident.confirmation", "responder", "confirmed")

    def wait_for_injects(self) -> str:
        """Wait until everything was brought in."""

        def look() -> str | None:
            drill = self.read()
            came, wanted = len(drill["injected"]), len(drill["script_injects"])
            return f"{came} of {wanted} injects" if came == wanted else None

        return self._api.until(look, "the injects of the script")

    def assign(self) -> str:
        """Assign the severity that the tree proposes."""
        self.moves.wait("a severity to be proposed", lambda found: found["proposal"] and found)
        self.answer_all(only="severity.assignment")
        assigned = self.moves.wait("a severity", lambda found: found if found["severity"] else None)
        return str(assigned["severity"])

    def propose(self) -> str:
        """Propose an action that needs approval."""
        receipt = self.moves.report(
            "isolate",
            "responder",
            type="action",
            category="containment",
            action="Isolate what is hit",
            disruptive=True,
        )
        return str(receipt["result"]["subject"]["id"])

    def refuse_self_approval(self) -> str:
        """Try to approve the own proposal, in vain."""
        try:
            self.moves.decide("containment.approval", "responder", "approved", attempt="self")
        except RefusedByApi as problem:
            if problem.problem_code != "self_approval":
                raise
            return f"{problem.status} {problem.problem_code}"
        return "approved, which it must not be"

    def bypass(self) -> str:
        """Approve alone, under an exception code."""
        return self.moves.decide(
            "containment.approval",
            "responder-2",
            "approved",
            rationale="The commander cannot be reached, and it spreads.",
            exception_code="E-IMMINENT-HARM",
        )

    def answer_all(self, only: str | None = None) -> str:
        """Answer everything that is open and has an answer in passing, until nothing is left."""
        answered = 0
        for attempt in range(_ATTEMPTS):
            asked = [
                each for each in self.moves.read()["decisions"] if only in {None, each["kind"]}
            ]
            replies = [(each, reply) for each in asked if (reply := reply_to(each)) is not None]
            if not replies and attempt:
                break
            for question, reply in replies:
                answered += self._answer(question, reply.person, reply.option, reply.more)
            time.sleep(_PAUSE_SECONDS)
        return f"{answered} answers"

    def contain(self) -> str:
        """Carry the action out, and declare the incident contained."""
        for name, action in sorted(self.moves.read()["actions"].items()):
            if action["state"] == "approved":
                result = {"action_id": name, "result": "It is isolated, in the drill."}
                self.moves.report(f"done-{name}", "responder", type="performed", **result)
        said = {"milestone": "contained", "statement": "It spreads no further."}
        self.moves.report("contained", "responder", type="milestone", **said)
        return "contained"

    def recover(self) -> str:
        """Record the checks, declare the recovery, and let somebody else validate it."""
        for check in CHECKS:
            said = {"check": check, "result": "passed", "statement": "Seen, in the drill."}
            self.moves.report(f"check-{check}", "responder", type="check", **said)
        said = {"milestone": "recovered", "statement": "The service runs under full load."}
        self.moves.report("recovered", "responder", type="milestone", **said)
        return self.answer_all()

    def review(self) -> str:
        """Record the review, and let two others sign it off."""
        self.moves.report("review", "responder", type="review", review=REVIEW)
        self.moves.decide("review.sign_off", "incident_commander", "signed_off", attempt="first")
        return self.moves.decide("review.sign_off", "management_body", "signed_off", attempt="then")

    def close(self) -> str:
        """Withdraw what providers were called for, answer what is left, and close."""
        path = f"/v1/incidents/{self.incident_id}/third-parties"
        for each in self._api.get(path, "auditor")["third_parties"]:
            self._end_escalation(int(each["number"]))
        self.answer_all()
        self.moves.decide("incident.closure", "incident_commander", "close")
        self.moves.wait(
            "the drill to close", lambda found: found if found["phase"] == "closed" else None
        )
        score = self.read()["score"]
        return f"{score['goals_kept']} of {len(score['goals'])} goals kept"

    def read(self) -> Mapping[str, Any]:
        """Read the drill as it stands."""
        drill: Mapping[str, Any] = self._api.get(f"/v1/drills/{self.incident_id}", "auditor")
        return drill

    def untrained(self) -> Mapping[str, Any]:
        """Read who was not trained for a role within twelve months."""
        missing: Mapping[str, Any] = self._api.get("/v1/trainings/missing", "auditor")
        return missing

    def _end_escalation(self, number: int) -> None:
        """Withdraw an escalation; where its provider has missed times, review that too."""
        door, name = f"/third-parties/{number}", f"third-party-{number}"
        because = "The drill ends."
        self.moves.hand_in("POST", f"{door}/withdrawal", name, "vendor_manager", because=because)
        ended = self.moves.wait_for_escalation(
            number, "the withdrawal", lambda known: known["stage"] in {"withdrawn", "closed"}
        )
        if ended["stage"] == "withdrawn":
            named = f"{name}-review"
            self.moves.hand_in("POST", f"{door}/reviews", named, "responder", review=OVERSIGHT)
            for role in ("vendor_manager", "management_body"):
                about = f"{self.incident_id}/third-party-{number}/{role}"
                self.moves.decide("third_party.review", role, "signed_off", about=about)
        self.moves.wait_for_escalation(
            number, "the escalation to close", lambda known: known["stage"] == "closed"
        )

    def _answer(
        self, asked: Mapping[str, Any], person: str, option: str, more: Mapping[str, Any]
    ) -> int:
        """Answer one question; 0 where it was overtaken."""
        try:
            about = asked["subject"]["id"]
            self.moves.decide(asked["kind"], person, option, about=about, **more)
        except RefusedByApi as problem:
            if problem.problem_code not in _OVERTAKEN:
                raise
            return 0
        return 1
