"""An incident and its children, as workflows: started once, told of what concerns them."""

from __future__ import annotations

from typing import Any

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from holdfast.domain.automation.naming import AUTOMATED_STEP_WORKFLOW
from holdfast.domain.communication.naming import (
    COMMUNICATION_WORKFLOW,
    communication_workflow_id,
)
from holdfast.domain.communication.opening import Opening
from holdfast.domain.communication.state import CommunicationInput
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.remediation.naming import REMEDIATION_WORKFLOW
from holdfast.domain.remediation.state import TaskInput
from holdfast.domain.reporting.naming import REPORTING_WORKFLOW
from holdfast.domain.reporting.state import ReportingInput
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOW
from holdfast.domain.third_party.state import EscalationInput

__all__ = ["give_notice", "reach_out", "start_communications"]


async def reach_out(state: IncidentState, history_limit: int) -> None:
    """Start the children that were opened, and give the open ones their notices.

    Everything that led to them is durable; what was done is taken off the state.
    """
    await start_communications(state.to_open, history_limit)
    while state.to_escalate:
        called, matrix = state.to_escalate[0]
        escalation = EscalationInput(opening=called, matrix=matrix, history_limit=history_limit)
        said = f"{called.id}: {called.provider}, {called.contract}"
        await _start(THIRD_PARTY_WORKFLOW, called.workflow_id, escalation, said)
        del state.to_escalate[0]
    while state.to_remedy:
        proposed, matrix = state.to_remedy[0]
        task = TaskInput(opening=proposed, matrix=matrix, history_limit=history_limit)
        said = f"{proposed.id}: {proposed.task.title}"
        await _start(REMEDIATION_WORKFLOW, proposed.workflow_id, task, said)
        del state.to_remedy[0]
    while state.to_report:
        due, matrix = state.to_report[0]
        reporting = ReportingInput(opening=due, matrix=matrix, history_limit=history_limit)
        said = f"{due.id}: {due.entity}"
        await _start(REPORTING_WORKFLOW, due.workflow_id, reporting, said)
        del state.to_report[0]
    while state.to_automate:
        attempt = state.to_automate[0]
        said = f"{attempt.mode}: {attempt.automation}"
        await _start(AUTOMATED_STEP_WORKFLOW, attempt.workflow_id, attempt, said)
        del state.to_automate[0]
    while state.to_tell:
        child, entry = state.to_tell[0]
        if isinstance(child, int):
            child = communication_workflow_id(state.incident_id, child)
        await give_notice(child, entry)
        del state.to_tell[0]


async def start_communications(
    opened: list[tuple[Opening, PinnedPolicy]], history_limit: int
) -> None:
    """Start the communications that were opened, each with its approval matrix."""
    while opened:
        opening, matrix = opened[0]
        message = CommunicationInput(opening=opening, matrix=matrix, history_limit=history_limit)
        said = f"{opening.id}: {opening.purpose} to {opening.audience}"
        await _start(COMMUNICATION_WORKFLOW, opening.workflow_id, message, said)
        del opened[0]


async def give_notice(workflow_id: str, entry: str) -> None:
    """Tell a workflow of an entry. If it has ended, nothing there waits for it any more."""
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await handle.signal(NOTICE_SIGNAL, Notice(entry=entry))
    except ApplicationError as error:
        workflow.logger.info("notice.nobody_there", extra={"to": workflow_id, "why": str(error)})


async def _start(name: str, workflow_id: str, given: Any, said: str) -> None:  # noqa: ANN401 - each child has its own
    try:
        await workflow.start_child_workflow(
            name,
            given,
            id=workflow_id,
            # Else it would be terminated as soon as the incident continues as new.
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=said[:200],
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("child.started_already", extra={"id": workflow_id})
