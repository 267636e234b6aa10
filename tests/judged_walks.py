"""Walked incidents as replay is given them: every judgement of the process is in one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from holdfast.domain.actions import (
    ActionCategory,
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportReview,
    TakeAction,
)
from holdfast.domain.events import Event
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.incident.opening import incident_workflow_id
from holdfast.domain.policies import SEVERITY_TREE, pinned
from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.domain.replay.verdicts import JudgedEvent
from holdfast.domain.submissions import FactChanges, Origin
from holdfast.evidence.entry import Entry, entry_id
from tests.walk import (
    ALERTMANAGER,
    BOARD,
    COMMANDER,
    COMPLIANCE,
    POLICIES,
    REVIEW,
    ROBIN,
    SASHA,
    Walk,
    alert_batch,
    disruptive,
    facts,
    incident_facts,
    report,
    service_facts,
)

__all__ = ["CONTENTS", "LATER_TREE", "WALKS", "TimedWalk"]

LATER_TREE = pinned(json.loads(POLICIES[SEVERITY_TREE].content) | {"version": "9.0.0"})
"""A version of the severity tree to which an incident may be re-pinned."""

CONTENTS = {policy.pin.digest: policy.content for policy in (*POLICIES.values(), LATER_TREE)}
"""The pinned policies as replay is given them."""


class TimedWalk(Walk):
    """A walk that remembers when each thing happened, and names entries as the journal does."""

    def __init__(self, incident_id: str = "INC-2026-000001") -> None:
        """Start before the first report."""
        self.moments: list[datetime] = []
        super().__init__(incident_id)

    def _record(self, event: Event) -> str:
        self.events.append(event)
        self.moments.append(self.now)
        return entry_id(incident_workflow_id(self.state.incident_id), len(self.events) - 1)

    def entries(self) -> list[Entry]:
        """Everything that happened, as the entries that it becomes."""
        workflow_id = incident_workflow_id(self.state.incident_id)
        return [
            Entry(
                id=entry_id(workflow_id, number),
                incident=self.state.incident_id,
                workflow=workflow_id,
                sequence=number,
                occurred_at=moment,
                event=event,
                nonce=f"{number:032x}",
            )
            for number, (moment, event) in enumerate(zip(self.moments, self.events, strict=True))
        ]

    def judged(self) -> list[JudgedEvent]:
        """Everything that happened, as replay reads it."""
        return [JudgedEvent(entry.id, entry.occurred_at, entry.event) for entry in self.entries()]


def _to_the_end(walk: TimedWalk) -> None:
    walk.to_closed()


def _late_and_bypassed(walk: TimedWalk) -> None:
    """Every deadline passes, every ladder is climbed, and an approval is bypassed."""
    walk.to_triage()
    walk.submit(
        ROBIN,
        facts(service_unavailable=True, supports_critical_function=True, clients_affected=100_001),
    )
    walk.wait(timedelta(hours=5))
    walk.submit(SASHA, disruptive())
    walk.answer(ROBIN, "containment.approval-1", "approved", code="E-IMMINENT-HARM")
    walk.wait(timedelta(days=3))
    walk.answer(BOARD, "severity.assignment-2", "confirm")  # entitled by the ladder only
    walk.submit(
        ROBIN, TakeAction(category=ActionCategory.FAILOVER, action="Fail over", disruptive=False)
    )
    walk.answer(COMMANDER, "failover.approval-1", "approved")
    walk.answer(BOARD, "failover.approval-1", "approved")
    walk.wait(timedelta(days=2))


def _reported_by_a_person(walk: TimedWalk) -> None:
    """The report states facts of a service that it does not name otherwise; alerts add another."""
    stated = FactChange(
        fact="data_loss", value=True, quality=Quality.ESTIMATE, source="the person on call"
    )
    elsewhere = FactChange(
        fact="service_degraded", service="ledger", value=True, quality=Quality.ACTUAL, source="logs"
    )
    opening = report(Origin.HUMAN, SASHA).model_copy(update={"facts": (stated, elsewhere)})
    walk.submit(ROBIN, opening)
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")  # refused: they typed it in
    walk.answer(COMMANDER, "incident.confirmation-1", "confirmed")
    walk.submit(ALERTMANAGER, alert_batch("b1", services=("card-payments",)))
    walk.answer(COMMANDER, "severity.assignment-1", "override", data={"severity": "SEV1"})
    walk.submit(ROBIN, FactChanges(changes=(stated.model_copy(update={"value": None}),)))
    walk.submit(ROBIN, facts(supports_critical_function=False, service_unavailable=False))


def _second_thoughts(walk: TimedWalk) -> None:
    """Checks fail after all, a recovery is rejected, a review drafted again, a closure put off."""
    walk.to_recover()
    for check in walk.state.recovery.checks:
        walk.submit(ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen."))
    recovered = ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")
    walk.submit(SASHA, recovered)
    walk.submit(SASHA, ReportCheck(check="functional", result=CheckResult.WAIVED, statement="Odd."))
    walk.answer(COMMANDER, "recovery.validation-2", "rejected")
    walk.submit(ROBIN, recovered)
    walk.answer(COMPLIANCE, "recovery.validation-3", "validated")
    walk.wait(timedelta(days=20))
    walk.submit(ROBIN, ReportReview(review=REVIEW))
    better = REVIEW.model_copy(update={"summary": "A lapsed certificate."})
    walk.submit(SASHA, ReportReview(review=better))
    walk.answer(COMMANDER, "review.sign_off-2", "signed_off")
    walk.answer(COMPLIANCE, "review.sign_off-2", "signed_off")
    for request_id in walk.open_requests():
        if request_id.startswith("escalation"):
            person = BOARD if "management_body" in walk.state.requests[request_id].roles else None
            walk.answer(person or COMPLIANCE, request_id, "acknowledged")
    walk.answer(COMMANDER, "incident.closure-1", "keep_open")
    walk.answer(COMMANDER, "incident.closure-2", "close")


def _nothing_after_all(walk: TimedWalk) -> None:
    """Reported by an alert, acted on at once, and found to be false."""
    walk.submit(ALERTMANAGER, report())
    walk.submit(ROBIN, disruptive())
    walk.wait(timedelta(minutes=20))
    walk.answer(SASHA, "incident.confirmation-1", "false_positive")


def _major_and_reversed(walk: TimedWalk) -> None:
    """Time alone makes it major, people confirm, it stays, and then it never was."""
    walk.to_contain()
    walk.submit(ROBIN, incident_facts(member_states="DE FR", data_loss=False))
    walk.submit(ROBIN, service_facts(down_from="2026-03-04T12:00:00Z", clients_affected=10))
    walk.answer(COMPLIANCE, walk.open_class(), "override", data={"major": False})
    walk.wait(timedelta(hours=3))
    walk.answer(COMPLIANCE, walk.open_class(), "confirm")
    walk.acknowledge()
    walk.submit(COMMANDER, Reconsider(about=Matter.CLASSIFICATION, reason="The logs say less."))
    walk.answer(COMPLIANCE, "classification.reversal-1", "stays_major")
    sent = Milestone.INITIAL_NOTIFICATION_SENT
    walk.submit(COMPLIANCE, ReportMilestone(milestone=sent, statement="Handed in."))
    walk.submit(ROBIN, Reconsider(about=Matter.CLASSIFICATION, reason="The logs say nothing."))
    walk.answer(COMPLIANCE, "classification.reversal-2", "never_met")
    walk.answer(BOARD, "classification.reversal-2", "never_met")
    walk.submit(ROBIN, Reconsider(about=Matter.SEVERITY, reason="It is quiet."))
    latest = list(walk.state.requests)[-1]
    walk.answer(COMMANDER, latest, "override", data={"severity": "SEV4"})
    walk.wait(timedelta(days=2))


def _under_other_policies(walk: TimedWalk) -> None:
    """Another tree is asked for, rejected, asked for again, and taken."""
    walk.to_contain()
    asked = Repin(policies=(LATER_TREE,), reason="It knows the new cut-off.")
    walk.submit(COMMANDER, asked)
    walk.answer(COMPLIANCE, "policy.repinning-1", "rejected")
    walk.submit(COMMANDER, asked)
    walk.answer(COMPLIANCE, "policy.repinning-2", "approved")
    walk.submit(ROBIN, facts(service_unavailable=True, clients_affected=100_001))
    walk.answer(COMMANDER, list(walk.state.requests)[-2], "confirm")
    walk.wait(timedelta(hours=5))


_SCENES: tuple[Callable[[TimedWalk], None], ...] = (
    _to_the_end,
    _late_and_bypassed,
    _reported_by_a_person,
    _second_thoughts,
    _nothing_after_all,
    _major_and_reversed,
    _under_other_policies,
)


def _walked(scene: Callable[[TimedWalk], None]) -> TimedWalk:
    walk = TimedWalk()
    scene(walk)
    return walk


WALKS: dict[str, TimedWalk] = {
    scene.__name__.strip("_").replace("_", " "): _walked(scene) for scene in _SCENES
}
"""Walks by what they are about; tests read them and leave them as they are."""
