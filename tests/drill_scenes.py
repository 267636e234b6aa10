"""Scenes of drills: an incident played by a script, while time runs faster than usual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from holdfast.domain.drills.plan import TITLE, DrillGoal, DrillPlan, Inject
from holdfast.domain.events import PolicyPin
from holdfast.domain.submissions import Origin, Report
from holdfast.domain.third_party.kinds import Said
from holdfast.domain.values import digest_of
from tests.statements import COMMANDER, COMPLIANCE, ROBIN, SASHA, SERVICE, disruptive, report
from tests.third_party_scenes import pause
from tests.third_party_walk import ThirdPartyWalk

__all__ = ["SCENES_OF_DRILLS", "drill_report", "plan"]

PACE = 60
_SOURCE = "script of the drill"


def plan(pace: int = PACE, **changes: object) -> DrillPlan:
    """A plan with an inject of every kind of consequence, and two goals."""
    fact = {"fact": "clients_affected", "service": SERVICE, "value": 120_000}
    facts = [{**fact, "quality": "estimate", "source": _SOURCE}]
    injects = [
        {"after": "PT2M", "kind": "alerts", "text": "Orders are rejected."},
        {"after": "PT6M", "kind": "facts", "text": "The help desk counts.", "facts": facts},
        {"after": "PT9M", "kind": "message", "text": "The board asks.", "roles": [COMMANDER.role]},
        {"after": "P9D", "kind": "media", "text": "Long after the end."},
    ]
    goals = [
        {
            "id": "confirmed",
            "title": "Confirm",
            "decision": "incident.confirmation",
            "outcome": "confirmed",
            "within": "PT15M",
        },
        {"id": "failover", "title": "Fail over", "decision": "failover.approval", "within": "PT1H"},
    ]
    made = DrillPlan(
        script="payment-outage",
        policy=PolicyPin(name="drills", version="1.0.0", digest=digest_of("drills")),
        pace=pace,
        lead=SASHA,
        roles=(ROBIN.role, COMMANDER.role),
        injects=tuple(Inject.model_validate(each) for each in injects),
        goals=tuple(DrillGoal.model_validate(each) for each in goals),
    )
    return made.model_copy(update=changes)


def drill_report(pace: int = PACE) -> Report:
    """A report that opens a drill."""
    title = f"{TITLE}instant payments are rejected"
    changes = {"title": title, "drill": plan(pace)}
    return report(Origin.HUMAN, SASHA).model_copy(update=changes)


def _a_drill_to_its_end(walk: ThirdPartyWalk) -> None:
    """Injects come, a bypass is used, deadlines pass at the pace of the drill, and it is scored."""
    walk.submit(SASHA, drill_report())
    walk.wait(timedelta(seconds=20))
    walk.answer(SASHA, "incident.confirmation-1", "confirmed")  # refused: the lead reports it
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    walk.submit(SASHA, disruptive())
    walk.answer(ROBIN, "containment.approval-1", "approved", code="E-IMMINENT-HARM")
    walk.answer(COMMANDER, "severity.assignment-1", "confirm")
    walk.wait(timedelta(minutes=20))
    for request_id in walk.open_requests():
        if request_id.startswith("bypass"):
            walk.answer(COMPLIANCE, request_id, "ratified")
    walk.to_closed_from_contain()


def _a_provider_in_a_drill(walk: ThirdPartyWalk) -> None:
    """A provider's times run at the pace too, stand still, and run again with what was left."""
    walk.submit(SASHA, drill_report())
    walk.answer(ROBIN, "incident.confirmation-1", "confirmed")
    walk.answer(COMMANDER, "severity.assignment-1", "override", data={"severity": "SEV1"})
    escalation = walk.escalate()
    walk.wait(timedelta(seconds=3))
    pause(escalation, "agreed-maintenance")
    walk.wait(timedelta(minutes=10))
    escalation.say(Said.UPDATE, their_reference="CASE-7")
    walk.wait(timedelta(minutes=30))


SCENES_OF_DRILLS: tuple[Callable[[ThirdPartyWalk], None], ...] = (
    _a_drill_to_its_end,
    _a_provider_in_a_drill,
)
