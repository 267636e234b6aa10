"""Recoveries walked for replay: interruptions told late, plans activated, standing down put off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from holdfast.domain.actions import CheckResult, Milestone, ReportCheck, ReportMilestone
from holdfast.domain.playbooks.asking import StartPlaybook
from holdfast.domain.playbooks.policy import PLAYBOOKS, playbooks_policy
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.recovery.asking import (
    ActivateContinuity,
    DeactivateContinuity,
    ReportAvailability,
)
from holdfast.dora.downtime import Availability
from tests.rulebook import POLICIES
from tests.statements import COMMANDER, NOON, ROBIN, SASHA, SERVICE
from tests.timed_walk import TimedWalk
from tests.walk import Walk

__all__ = [
    "CLEARED",
    "DOWN",
    "PARTIAL",
    "PLAN",
    "RESTORED",
    "SCENES_OF_RECOVERY",
    "activated",
    "deactivated",
    "first_playbook",
    "pass_checks",
    "recovered",
    "said",
]

DOWN, PARTIAL = Availability.DOWN, Availability.PARTIAL
RESTORED, CLEARED = Availability.RESTORED, Availability.BACKLOG_CLEARED
PLAN = "bcp-payments"


def said(
    state: Availability,
    minute: int | None,
    service: str = SERVICE,
    replaces: int | None = None,
) -> ReportAvailability:
    """How a service was, so many minutes after noon; None where since when is unknown."""
    at = None if minute is None else NOON + timedelta(minutes=minute)
    return ReportAvailability(
        service=service, state=state, at=at, statement="As the monitoring says.", replaces=replaces
    )


def activated(at: datetime = NOON, plan: str = PLAN) -> ActivateContinuity:
    """That the plan was activated."""
    return ActivateContinuity(
        plan=plan, services=(SERVICE,), because="Payments go by hand.", activated_at=at
    )


def deactivated(at: datetime, plan: str = PLAN) -> DeactivateContinuity:
    """That the plan is not needed any more."""
    return DeactivateContinuity(plan=plan, statement="Normal operation again.", at=at)


def pass_checks(walk: Walk) -> None:
    """Let every named check pass."""
    for check in walk.state.recovery.checks:
        walk.submit(ROBIN, ReportCheck(check=check, result=CheckResult.PASSED, statement="Seen."))


def recovered() -> ReportMilestone:
    """That the service is recovered."""
    return ReportMilestone(milestone=Milestone.RECOVERED, statement="Payments flow.")


def _interrupted_again_and_stood_down_late(walk: TimedWalk) -> None:
    """Told late and corrected; declared too early; a plan runs on; the backlog comes last."""
    walk.to_contain()
    walk.submit(SASHA, activated())
    walk.submit(ROBIN, said(DOWN, None))
    walk.wait(timedelta(minutes=90))
    walk.submit(ROBIN, said(RESTORED, 70))
    walk.submit(ROBIN, said(DOWN, -5, replaces=1))
    walk.contain()
    pass_checks(walk)
    walk.submit(ROBIN, recovered())
    walk.submit(SASHA, said(PARTIAL, 80))
    walk.submit(SASHA, said(RESTORED, 88))
    walk.submit(ROBIN, recovered())
    walk.answer(COMMANDER, "recovery.validation-2", "validated")
    walk.answer(COMMANDER, "recovery.stand_down-1", "stay")
    walk.wait(timedelta(hours=1))
    walk.submit(ROBIN, said(CLEARED, 120))
    walk.submit(COMMANDER, Reconsider(about=Matter.STAND_DOWN, reason="The night is quiet."))
    walk.submit(SASHA, deactivated(walk.now))
    walk.submit(SASHA, activated(walk.now, "bcp-branches"))
    walk.submit(SASHA, deactivated(walk.now, "bcp-branches"))
    walk.stand_down()


def _stood_down_beside_a_play(walk: TimedWalk) -> None:
    """A play begins after the question was put: it is put again, with the play in it."""
    walk.to_learn()
    walk.submit(ROBIN, StartPlaybook(playbook=first_playbook()))
    walk.answer(COMMANDER, "recovery.stand_down-1", "stood_down")  # refused: it is stale
    walk.submit(SASHA, Reconsider(about=Matter.STAND_DOWN, reason="What is left can wait."))
    walk.stand_down()


def first_playbook() -> str:
    """The name of a playbook that there is."""
    return next(iter(playbooks_policy(POLICIES[PLAYBOOKS].content).playbooks))


SCENES_OF_RECOVERY: tuple[Callable[[TimedWalk], None], ...] = (
    _interrupted_again_and_stood_down_late,
    _stood_down_beside_a_play,
)
