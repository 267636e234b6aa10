"""What can become of remediation tasks, as walks of the pure rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.remediation.asking import LinkTask, Owner, ReassignTask, WriteOffTask
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.roles import Role
from tests.remediation_walk import RemediationWalk, proposal
from tests.statements import COMMANDER, COMPLIANCE, ROBIN, SASHA

__all__ = ["SCENES_OF_REMEDIATION", "walked_with_tasks"]

_MONTH = timedelta(days=30)


def _tasks_done_in_vain_declined_left_and_replaced(walk: RemediationWalk) -> None:
    """One is extended, done in vain and done again; others are declined, left, opened anew."""
    walk.to_contain()
    task = walk.propose(proposal(observe="P3D"))
    task.accept()
    task.extend((walk.now + 4 * _MONTH).date())
    task.decide(COMPLIANCE, DecisionKind.REMEDIATION_EXTENSION, "granted")
    task.submit(ROBIN, LinkTask(system="jira", reference="OPS-77", event="msg_1"))
    owner = Owner(role=Role.RESPONDER, person=SASHA.id)
    task.submit(ROBIN, ReassignTask(owner=owner, because="Robin is on leave."))
    task.implement()
    walk.wait(timedelta(days=4))
    task.validate(option="not_effective")
    task.implement(SASHA)
    walk.wait(timedelta(days=4))
    task.validate()
    declined = walk.propose(proposal(TaskPriority.LOW))
    declined.decide(COMPLIANCE, DecisionKind.REMEDIATION_ACCEPTANCE, "declined")
    left = walk.propose(proposal(TaskPriority.CRITICAL))
    left.leave((walk.now + _MONTH).date())
    walk.wait(timedelta(days=40))
    walk.submit(COMMANDER, WriteOffTask(task=3, because="It was terminated."))
    walk.wait(timedelta())


SCENES_OF_REMEDIATION: tuple[Callable[[RemediationWalk], None], ...] = (
    _tasks_done_in_vain_declined_left_and_replaced,
)


def walked_with_tasks(
    scene: Callable[[RemediationWalk], None], incident_id: str = "INC-2026-000001"
) -> RemediationWalk:
    """Walk that scene."""
    walk = RemediationWalk(incident_id)
    scene(walk)
    return walk
