"""Walked incidents as replay is given them: every judgement of the process is in one of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from holdfast.domain.actions import (
    ActionCategory,
    CheckResult,
    Milestone,
    ReportCheck,
    ReportMilestone,
    ReportReview,
    TakeAction,
)
from holdfast.domain.facts import FactChange, Quality
from holdfast.domain.policies import SEVERITY_TREE, pinned
from holdfast.domain.reconsidering import Matter, Reconsider, Repin
from holdfast.domain.submissions import FactChanges, Origin
from tests.communication_scenes import LATER_MATRIX, SCENES_OF_COMMUNICATIONS
from tests.drill_scenes import SCENES_OF_DRILLS
from tests.joint_walk import JointWalk
from tests.recovery_scenes import SCENES_OF_RECOVERY
from tests.remediation_scenes import SCENES_OF_REMEDIATION, walked_with_tasks
from tests.reporting_scenes import SCENES_OF_REPORTING, walked_with_reports
from tests.rulebook import POLICIES, THIRD_PARTY_POLICY
from tests.statements import (
    ALERTMANAGER,
    BOARD,
    COMMANDER,
    COMPLIANCE,
    REVIEW,
    ROBIN,
    SASHA,
    alert_batch,
    disruptive,
    facts,
    incident_facts,
    report,
    service_facts,
)
from tests.third_party_scenes import SCENES_OF_THIRD_PARTIES
from tests.third_party_walk import ThirdPartyWalk
from tests.timed_walk import TimedWalk

__all__ = ["CONTENTS", "LATER_TREE", "WALKS", "TimedWalk"]

LATER_TREE = pinned(json.loads(POLICIES[SEVERITY_TREE].content) | {"version": "9.0.0"})
"""A version of the severity tree to which an incident may be re-pinned."""

CONTENTS = {
    policy.pin.digest: policy.content
    for policy in (*POLICIES.values(), THIRD_PARTY_POLICY, LATER_TREE, LATER_MATRIX)
}
"""The pinned policies as replay is given them."""


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
    walk.stand_down()
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


def _name(scene: Callable[..., None]) -> str:
    return scene.__name__.strip("_").replace("_", " ")


def _walked(scene: Callable[[TimedWalk], None]) -> TimedWalk:
    walk = TimedWalk()
    scene(walk)
    return walk


def _walked_together(scene: Callable[[JointWalk], None]) -> JointWalk:
    walk = JointWalk()
    scene(walk)
    return walk


def _walked_with_third_parties(scene: Callable[[ThirdPartyWalk], None]) -> ThirdPartyWalk:
    walk = ThirdPartyWalk()
    scene(walk)
    return walk


WALKS: dict[str, TimedWalk] = {
    **{_name(scene): _walked(scene) for scene in (*_SCENES, *SCENES_OF_RECOVERY)},
    **{_name(scene): _walked_together(scene) for scene in SCENES_OF_COMMUNICATIONS},
    **{_name(scene): _walked_with_third_parties(scene) for scene in SCENES_OF_THIRD_PARTIES},
    **{_name(scene): _walked_with_third_parties(scene) for scene in SCENES_OF_DRILLS},
    **{_name(scene): walked_with_tasks(scene) for scene in SCENES_OF_REMEDIATION},
    **{_name(scene): walked_with_reports(scene) for scene in SCENES_OF_REPORTING},
}
"""Walks by what they are about; tests read them and leave them as they are."""
