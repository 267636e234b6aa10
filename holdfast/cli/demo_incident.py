"""One incident from the firing alert to its end, step by step, decided by different people.

Each step waits for what it needs by reading, and everything that it sends has an id fixed by the
run. So the same run may be interrupted anywhere, by anything, and leads to the same incident.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from holdfast.cli.demo_api import DemoApi, RefusedByApi
from holdfast.cli.demo_classification import DemoClassification
from holdfast.cli.demo_communication import DemoCommunication
from holdfast.cli.demo_document import DemoDocument
from holdfast.cli.demo_moves import IncidentMoves
from holdfast.cli.demo_reporting import DemoReporting
from holdfast.cli.demo_response import DemoResponse
from holdfast.cli.demo_review import DemoReview
from holdfast.cli.demo_third_party import DemoThirdParty
from holdfast.errors import Conflict

__all__ = ["DemoIncident", "Step"]

_ATTEMPTS, _PAUSE_SECONDS = 20, 0.5
"""A task tells its incident how it stands a moment after that is decided."""

_ESCALATIONS = {
    "management-body": "management_body",
    "critical-service-down": "compliance",
    "payments-hit": "compliance",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it shows, and how it is done."""

    title: str
    play: Callable[[], str]
    """Does it, and says in a few words what came of it."""


class DemoIncident:
    """The incident of one run; `service` is its own, so that runs never join one another."""

    def __init__(self, api: DemoApi, service: str, outbox: Path) -> None:
        """Play against that API; what leaves the house as files stands in that folder."""
        self.moves = IncidentMoves(api, service)
        self.response = DemoResponse(self.moves)
        self.classification = DemoClassification(self.moves, self.response)
        self.review = DemoReview(self.moves)
        self.document = DemoDocument(self.moves, self.review)
        self.communication = DemoCommunication(self.moves)
        self.reporting = DemoReporting(self.moves)
        self.third_party = DemoThirdParty(self.moves, outbox)

    @property
    def service(self) -> str:
        """The service that the incident is about."""
        return self.moves.service

    @property
    def incident_id(self) -> str:
        """The incident's id, once the alert has opened it."""
        return self.moves.incident_id

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in order."""
        return (
            Step("An Alertmanager alert fires", self.fire_alert),
            Step("A responder confirms the incident", self.confirm),
            Step("Another alert joins it", self.join_alert),
            Step("Facts are stated", self.state_facts),
            Step("The incident commander confirms the proposed severity", self.confirm_severity),
            Step("Escalations are acknowledged", self.acknowledge_escalations),
            Step("The facts are held against DORA's thresholds", self.classification.evaluate),
            Step(
                "Compliance decides what is unknown yet, with a rationale",
                self.classification.classify,
            ),
            Step("A responder drafts a holding statement to clients", self.communication.draft),
            Step("Legal returns it with comments", self.communication.return_it),
            Step("The responder hands in a second version", self.communication.rewrite),
            Step("Legal and compliance clear it", self.communication.clear),
            Step("The commander approves exactly these bytes", self.communication.publish),
            Step("A client complains", self.communication.complain),
            Step("A playbook is started", self.response.begin),
            Step("An automated step is tried dry, then carried out", self.response.automate),
            Step("A plain containment action is recorded", self.act_plainly),
            Step("A disruptive action is proposed", self.propose_isolation),
            Step("Its proposer may not approve it", self.refuse_self_approval),
            Step("A second responder bypasses the approval under an exception", self.bypass),
            Step("Compliance ratifies the bypass", self.ratify),
            Step("The isolation is carried out, the incident contained", self.contain),
            Step("A second evaluation turns the incident major", self.classification.turn_major),
            Step(
                "Compliance confirms it; the law's clock starts", self.classification.confirm_major
            ),
            Step("A continuity plan is activated", self.response.continue_business),
            Step("The notification fills itself; the rest is supplied", self.reporting.fill),
            Step("It is cleared, approved, and leaves in time", self.reporting.notify),
            Step("The authority's receipt is recorded", self.reporting.receipt),
            Step("A provider's contract is invoked", self.third_party.invoke),
            Step("It has missed two of its times", self.third_party.breach),
            Step("Two people approve the failover", self.third_party.fail_over),
            Step("The provider answers over its signed link", self.third_party.hear),
            Step("Better facts lower the proposal; the commander overrides", self.override),
            Step("The provider has restored, and the commander agrees", self.third_party.restore),
            Step("The service is brought back, which was approved", self.response.bring_back),
            Step("The intermediate report follows, from what is known now", self.reporting.go_on),
            Step("The severity is lowered, as the facts propose now", self.lower_severity),
            Step("Recovery checks pass, one is waived", self.response.check),
            Step("Recovery is declared, and validated by somebody else", self.recover),
            Step("Those who responded stand down", self.response.stand_down),
            Step(
                "The all-clear is completed, signed off and published",
                self.communication.give_all_clear,
            ),
            Step("Oversight of the provider is signed off", self.third_party.oversee),
            Step("The post-incident review is recorded", self.review.record),
            Step("Two people sign the review off", self.review.sign_off),
            Step("An updated intermediate report tells of the recovery", self.reporting.update),
            Step("The final report rests on the review, and leaves", self.reporting.conclude),
            Step("A task follows from it, and is accepted", self.review.propose),
            Step("It is done, and found effective by somebody else", self.review.mend),
            Step("The risk of what oversight asks for is accepted", self.review.leave),
            Step("A procedure is published because of the task", self.document.publish),
            Step("The incident is closed", self.close),
        )

    def fire_alert(self) -> str:
        """Fire the alert that opens the incident, twice, as a pair of Alertmanagers does."""
        summary = f"Error rate of {self.service} above 5 %"
        self.moves.deliver("error-rate", summary)
        accepted = self.moves.deliver("error-rate", summary)
        self.moves.incident_id = accepted["incidents"][0]
        self.moves.wait("the incident to open", lambda incident: incident)
        return self.incident_id

    def confirm(self) -> str:
        """Say that it is real."""
        return self.moves.decide("incident.confirmation", "responder", "confirmed")

    def join_alert(self) -> str:
        """Let another alert of the same service join."""
        self.moves.deliver("latency", f"Latency of {self.service} above 2 s")
        joined = self.moves.wait(
            "the alert to join", lambda incident: incident if incident["alerts"] > 1 else None
        )
        return f"{joined['alerts']} alerts"

    def state_facts(self) -> str:
        """State what is known; the severity tree reads it."""
        changes = [
            self.moves.fact("service_unavailable", value=True, quality="actual"),
            self.moves.fact("supports_critical_function", value=True, quality="actual"),
            self.moves.fact("clients_affected", value=120_000, quality="estimate"),
        ]
        self.moves.state("facts-1", changes)
        return "unavailable, critical, about 120,000 clients"

    def confirm_severity(self) -> str:
        """Confirm what the tree proposes once it has seen the facts."""
        self.moves.wait_for_proposal("SEV1")
        return self.moves.decide("severity.assignment", "incident_commander", "confirm")

    def acknowledge_escalations(self) -> str:
        """Take note of the escalations that now fire, each by a role it is for."""
        for trigger, person in _ESCALATIONS.items():
            self.moves.decide("escalation.acknowledgement", person, "acknowledged", about=trigger)
        return ", ".join(_ESCALATIONS)

    def act_plainly(self) -> str:
        """Record an action that needs no approval."""
        self.moves.report(
            "rate-limit",
            "responder",
            type="action",
            category="containment",
            action="Rate-limit retries at the gateway",
            service=self.service,
            disruptive=False,
        )
        return "recorded as performed"

    def propose_isolation(self) -> str:
        """Propose an action that needs approval."""
        receipt = self.moves.report(
            "isolate",
            "responder",
            type="action",
            category="containment",
            action="Isolate the payment gateway",
            service=self.service,
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
        message = "a proposer has approved the own proposal"
        raise Conflict(message)

    def bypass(self) -> str:
        """Approve alone, under an exception code; this asks for a ratification."""
        return self.moves.decide(
            "containment.approval",
            "responder-2",
            "approved",
            rationale="Transactions are being corrupted; the commander is on the way.",
            exception_code="E-IMMINENT-HARM",
        )

    def ratify(self) -> str:
        """Ratify the bypass."""
        return self.moves.decide("bypass.ratification", "compliance", "ratified")

    def contain(self) -> str:
        """Carry the approved action out, and declare the incident contained."""
        actions = self.moves.read()["actions"]
        isolation = next(name for name, action in sorted(actions.items()) if action["disruptive"])
        self.moves.report(
            "isolated", "responder", type="performed", action_id=isolation, result="It is isolated."
        )
        self.moves.report(
            "contained",
            "responder",
            type="milestone",
            milestone="contained",
            statement="No new transactions are corrupted.",
        )
        return "contained"

    def override(self) -> str:
        """Correct a fact; the tree proposes less, and the commander keeps the severity."""
        self.moves.state(
            "facts-2", [self.moves.fact("clients_affected", value=48_000, quality="actual")]
        )
        self.moves.wait_for_proposal("SEV2")
        return self.moves.decide(
            "severity.assignment",
            "incident_commander",
            "override",
            rationale="Corporate clients are hit on a settlement day.",
            data={"severity": "SEV1"},
        )

    def lower_severity(self) -> str:
        """Confirm what the tree proposes once the service is restored."""
        return self.moves.decide("severity.assignment", "incident_commander", "confirm")

    def recover(self) -> str:
        """Declare the service recovered; who declares it does not validate it."""
        self.moves.report(
            "recovered",
            "responder",
            type="milestone",
            milestone="recovered",
            statement="The service is back under full load.",
        )
        return self.moves.decide("recovery.validation", "incident_commander-2", "validated")

    def close(self) -> str:
        """Close the incident, as soon as it has heard that its tasks are settled."""
        for attempt in count(1):
            try:
                self.moves.decide("incident.closure", "compliance", "close", attempt=str(attempt))
            except Conflict as refusal:
                if "remediation" not in refusal.message or attempt == _ATTEMPTS:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                break
        closed = self.moves.wait(
            "the incident to close",
            lambda incident: incident if incident["phase"] == "closed" else None,
        )
        return str(closed["outcome"])

    def timeline(self) -> list[Mapping[str, Any]]:
        """Read the whole timeline."""
        return self.moves.timeline()
