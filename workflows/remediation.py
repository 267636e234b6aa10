"""The workflow of one remediation task: it outlives the incident, and cannot be forgotten."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError

from holdfast.activity_names import ActivityName
from holdfast.domain.operator_view import SearchValue
from holdfast.domain.remediation.naming import REMEDIATION_WORKFLOW
from holdfast.domain.remediation.process import TaskProcess
from holdfast.domain.remediation.state import TaskInput, TaskState
from holdfast.domain.remediation.telling import TicketNotice, TicketTold
from holdfast.domain.remediation.view import task_details, task_values
from workflows.child import Child
from workflows.children import start_communications
from workflows.signed_work import SignedWork

__all__ = ["RemediationTaskWorkflow"]

_TELLING = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10)
)
_TRIED_FOR = timedelta(days=1)
"""After so long a ticket system counts as not told: the evidence has it, and the next one goes."""


@workflow.defn(name=REMEDIATION_WORKFLOW)
class RemediationTaskWorkflow:
    """Proposed, accepted, implemented, validated: waits, asks the rules, writes, reminds, tells."""

    @workflow.init
    def __init__(self, given: TaskInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        opening = given.opening
        state = given.state or TaskState(
            opening=opening,
            matrix=given.matrix,
            owner=opening.task.owner,
            due_on=opening.task.due_on,
        )
        work = SignedWork(
            opening.incident, state, TaskProcess, given.inbox, hear=TaskProcess.noticed
        )
        self._child = Child(given, opening.incident, work, _shown)
        self._telling: asyncio.Task[None] | None = None

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the task."""
        self._child.work.put(name, arguments)

    @workflow.run
    async def run(self, given: TaskInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until the task is closed; return its last stage."""
        course = self._child.until_over(
            self._begin,
            self._reach_out,
            may_go_on_as_new=lambda: self._telling is None,
            or_when=lambda: self._telling is not None and self._telling.done(),
        )
        await self._child.work.uncancelled(course)
        return str(self._child.state.stage)

    async def _begin(self) -> None:
        def begin(process: TaskProcess) -> None:
            process.begin(workflow.now())

        await self._child.work.record_relying_on((), begin)

    async def _reach_out(self) -> None:
        """Let messages leave, and tell the ticket system, one entry after the other."""
        state = self._child.state
        await start_communications(state.to_open, self._given.history_limit)
        if self._telling is not None and self._telling.done():
            self._telling = None
            del state.to_sync[0]
        if self._telling is None and state.to_sync:
            self._telling = asyncio.create_task(self._tell(state.to_sync[0]))

    async def _tell(self, entry: str) -> None:
        """Tell the ticket system of an entry; nothing here depends on whether it hears it."""
        opening = self._given.opening
        notice = TicketNotice(incident=opening.incident, number=opening.number, entry=entry)
        try:
            await workflow.execute_activity(
                ActivityName.TELL_TICKET_SYSTEM,
                notice,
                result_type=TicketTold,
                start_to_close_timeout=timedelta(seconds=30),
                schedule_to_close_timeout=_TRIED_FOR,
                retry_policy=_TELLING,
                summary=f"ticket system: {entry}"[:200],
            )
        except ActivityError:
            workflow.logger.warning("ticket_system.not_told", extra={"entry": entry})


def _shown(state: TaskState) -> tuple[str, dict[str, SearchValue]]:
    return task_details(state), task_values(state)
