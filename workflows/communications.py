"""An incident and its communications, as workflows: started once, told of what concerns them."""

from __future__ import annotations

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError

from holdfast.domain.communication.naming import (
    COMMUNICATION_WORKFLOW,
    communication_workflow_id,
)
from holdfast.domain.communication.opening import Opening
from holdfast.domain.communication.state import CommunicationInput
from holdfast.domain.incident.state import IncidentState
from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.policies import PinnedPolicy

__all__ = ["give_notice", "reach_out"]


async def reach_out(state: IncidentState, history_limit: int) -> None:
    """Start the communications that were opened, and give the open ones their notices.

    Everything that led to them is durable; what was done is taken off the state.
    """
    while state.to_open:
        await _start(*state.to_open[0], history_limit)
        del state.to_open[0]
    while state.to_tell:
        number, entry = state.to_tell[0]
        await give_notice(communication_workflow_id(state.incident_id, number), entry)
        del state.to_tell[0]


async def give_notice(workflow_id: str, entry: str) -> None:
    """Tell a workflow of an entry. If it has ended, nothing there waits for it any more."""
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await handle.signal(NOTICE_SIGNAL, Notice(entry=entry))
    except ApplicationError as error:
        workflow.logger.info("notice.nobody_there", extra={"to": workflow_id, "why": str(error)})


async def _start(opening: Opening, matrix: PinnedPolicy, history_limit: int) -> None:
    try:
        await workflow.start_child_workflow(
            COMMUNICATION_WORKFLOW,
            CommunicationInput(opening=opening, matrix=matrix, history_limit=history_limit),
            id=opening.workflow_id,
            # Else it would be terminated as soon as the incident continues as new.
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            static_summary=f"{opening.id}: {opening.purpose} to {opening.audience}",
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("communication.started_already", extra={"id": opening.id})
