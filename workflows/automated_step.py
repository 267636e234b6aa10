"""The workflow of one attempt at an automated step: it is done or tried, recorded, and told."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from holdfast.activity_names import ActivityName
from holdfast.domain.automation.naming import AUTOMATED_STEP_WORKFLOW
from holdfast.domain.automation.opening import AutomationOpening
from holdfast.domain.automation.outcome import AutomationOutcome, AutomationState
from holdfast.domain.automation.telling import outcome_event
from holdfast.domain.incident.naming import incident_workflow_id
from workflows.children import give_notice
from workflows.journal import Journal

__all__ = ["AutomatedStepWorkflow"]

_DOING = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
"""Without end, as far as the server is concerned: the activity itself says when it gives up."""

_SILENT_AT_MOST = timedelta(seconds=10)
"""After so long without a sign of life its worker is taken for dead, and another attempt begins."""

_LONGEST = timedelta(hours=1)
_TO_END = timedelta(seconds=30)
"""What the activity has beyond its time to end what runs, and to say so."""


@workflow.defn(name=AUTOMATED_STEP_WORKFLOW)
class AutomatedStepWorkflow:
    """Carries one attempt out, writes one entry, gives the incident notice, and ends."""

    @workflow.init
    def __init__(self, given: AutomationOpening) -> None:
        """Take up what is to be done."""
        self._opening = given
        self._cancelled = False
        self._doing: workflow.ActivityHandle[AutomationOutcome] | None = None

    @workflow.run
    async def run(self, given: AutomationOpening) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Have it done and accounted for; return what became of it.

        A cancellation from outside ends what runs, and is recorded as a failure.

        Raises:
            asyncio.CancelledError: the run is evicted from a worker's cache.
        """
        work = asyncio.create_task(self._account_for())
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # Eviction cancels too, without a reason; that has to get through.
            if workflow.cancellation_reason() is None:
                raise
        self._cancelled = True
        if self._doing is not None:
            self._doing.cancel()
        return await work  # a run can be asked to cancel only once

    async def _account_for(self) -> str:
        outcome = await self._outcome()
        journal = Journal(self._opening.incident, 0)
        entry = journal.record(outcome_event(self._opening, outcome))
        await journal.flush()
        await give_notice(incident_workflow_id(self._opening.incident), entry)
        return str(outcome.state)

    async def _outcome(self) -> AutomationOutcome:
        if self._cancelled:
            because = "it was cancelled from outside before it began"
            return AutomationOutcome(state=AutomationState.FAILED, summary=because)
        self._doing = workflow.start_activity(
            ActivityName.RUN_STEP,
            self._opening,
            result_type=AutomationOutcome,
            start_to_close_timeout=min(self._opening.timeout, _LONGEST) + _TO_END,
            heartbeat_timeout=_SILENT_AT_MOST,
            retry_policy=_DOING,
            # What it ran has ended, and its outcome is told, before this goes on.
            cancellation_type=workflow.ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
            summary=f"{self._opening.mode}: {self._opening.automation}"[:200],
        )
        try:
            return await self._doing
        except ActivityError:
            because = "it ended with an error; the worker's log has it"
        except asyncio.CancelledError:
            if workflow.cancellation_reason() is None:
                raise
            because = "it was cancelled from outside"
        return AutomationOutcome(state=AutomationState.UNKNOWN, summary=because)
