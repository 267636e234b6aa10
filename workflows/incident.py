"""The workflow of one incident, from the first report to its closure, for as long as that takes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue

from holdfast.activity_names import ActivityName
from holdfast.domain.assessment import Assessment
from holdfast.domain.incident.opening import INCIDENT_WORKFLOW, IncidentInput
from holdfast.domain.incident.process import IncidentProcess
from holdfast.domain.incident.state import IncidentState, Phase
from holdfast.domain.submissions import SignedSubmission
from workflows.children import reach_out
from workflows.operator_page import OperatorPage
from workflows.signed_work import SignedWork
from workflows.tracing import working_on

__all__ = ["IncidentWorkflow"]


@workflow.defn(name=INCIDENT_WORKFLOW)
class IncidentWorkflow:
    """detect → triage → contain → recover → learn: waits, asks the rules, writes, shows."""

    @workflow.init
    def __init__(self, given: IncidentInput) -> None:
        """Take up the state before any signal: with signal-with-start one comes first."""
        self._given = given
        self._work = SignedWork(
            given.incident_id,
            given.state
            or IncidentState(
                incident_id=given.incident_id,
                policies=given.policies,
                pins={pin.name: pin for pin in given.pins},
            ),
            IncidentProcess,
            given.inbox,
            flush=self._flush,
            hear=IncidentProcess.noticed,
        )
        self._page = OperatorPage()

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the incident."""
        self._work.put(name, arguments)

    @workflow.run
    async def run(self, given: IncidentInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until the incident is closed; return the outcome.

        An incident ends by decision. A cancellation from outside is taken as one more signal that
        nobody has signed: refused, recorded, and the work goes on.
        """
        return await self._work.uncancelled(self._until_closed())

    @property
    def _state(self) -> IncidentState:
        return self._work.state

    async def _until_closed(self) -> str:
        """Take in what comes until the incident is closed and nothing is left unread."""
        while self._state.phase is not Phase.CLOSED or self._work.waiting:
            await self._work.step()
            await self._settle()
            await reach_out(self._state, self._given.history_limit)
            if self._state.phase is not Phase.CLOSED and self._work.is_long(
                self._given.history_limit
            ):
                self._continue_as_new()
        return str(self._state.outcome)

    async def _flush(self, genuine: Sequence[SignedSubmission]) -> tuple[int, ...]:
        """Append what was recorded, judging side by side where the facts call for it."""
        if not self._state.assessment_wanted:
            return await self._work.journal.flush(genuine)
        forged, assessment = await asyncio.gather(self._work.journal.flush(genuine), self._assess())
        if not forged:
            self._work.process.assessed(assessment, workflow.now())
        return forged

    async def _settle(self) -> None:
        """Judge and write until nothing is left to do, then show where the incident stands."""
        while self._work.journal.waiting or self._state.assessment_wanted:
            await self._flush(())
        self._state.sequence = self._work.journal.sequence
        self._page.show(self._state)

    async def _assess(self) -> Assessment:
        self._state.assessment_wanted = False
        with working_on(self._work.journal.trace):
            assessing = workflow.start_activity(
                ActivityName.ASSESS_INCIDENT,
                self._state.assessment_request(workflow.now()),
                result_type=Assessment,
                start_to_close_timeout=timedelta(seconds=10),
                summary="severity, classification, escalation triggers",
            )
        assessment: Assessment = await assessing
        return assessment

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._state, "inbox": self._work.unread()})
        )
