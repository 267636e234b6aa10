"""Remediation played on real parts: a task done in vain, then again; another left by decision."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.remediation.asking import (
    LinkTask,
    Owner,
    ReassignTask,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
)
from holdfast.domain.remediation.kinds import TaskPriority
from holdfast.domain.roles import Role
from tests.incident_at_work import IncidentAtWork
from tests.remediation_walk import proposal
from tests.statements import BOARD, COMMANDER, COMPLIANCE, ROBIN, SASHA
from tests.task_at_work import TaskAtWork

__all__ = ["begin_remediation", "play_remediation"]

_DONE = ReportImplementation(statement="The alert is in place.", references=("CHG-2041",))


async def begin_remediation(incident: IncidentAtWork) -> TaskAtWork:
    """Take an incident as far as a severity, and propose a task of it."""
    await incident.open()
    await incident.answer(ROBIN, "incident.confirmation-1", "confirmed")
    await incident.answer(COMMANDER, "severity.assignment-1", "confirm")
    return await TaskAtWork.propose(incident, body=proposal(observe="PT0S"))


async def play_remediation(incident: IncidentAtWork) -> tuple[TaskAtWork, TaskAtWork]:
    """Accept, reassign, extend, do in vain, do again, validate one; accept the risk of the other.

    A signal by hand, a notice of nothing and what a ticket system says are among it.
    """
    first = await begin_remediation(incident)
    handle = incident.client.get_workflow_handle(first.workflow_id)
    await handle.signal("remediation_implementation", "typed by hand")
    await handle.signal(NOTICE_SIGNAL, Notice(entry="remediation/nobody/1#1"))
    await first.answer(COMPLIANCE, "remediation.acceptance-1", "accepted")
    owner = Owner(role=Role.RESPONDER, person=SASHA.id)
    await first.submit(ROBIN, ReassignTask(owner=owner, because="Robin is on leave."))
    later = (datetime.now(UTC) + timedelta(days=120)).date()
    await first.submit(SASHA, RequestExtension(due_on=later, because="A release is frozen."))
    await first.answer(COMPLIANCE, "remediation.extension-1", "granted")
    told = LinkTask(system="jira", reference="OPS-77", state="In progress", event="msg_1")
    await first.submit(ROBIN, told)
    await first.submit(SASHA, _DONE)
    await first.answer(COMPLIANCE, "remediation.validation-1", "not_effective")
    await first.submit(SASHA, _DONE)
    await first.answer(COMPLIANCE, "remediation.validation-2", "effective")
    await first.until("remediation.closed")
    second = await TaskAtWork.propose(incident, 2, proposal(TaskPriority.CRITICAL))
    until = (datetime.now(UTC) + timedelta(days=100)).date()
    await second.submit(ROBIN, RequestRiskAcceptance(until=until, because="It is replaced."))
    await second.answer(BOARD, "remediation.risk_acceptance-1", "accepted")
    await second.until("remediation.risk_accepted")
    return first, second
