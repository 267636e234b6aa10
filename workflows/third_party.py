"""The workflow of one escalation: a provider is asked, held to its times, and reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOW
from holdfast.domain.third_party.opening import TermsRead, TermsRequest
from holdfast.domain.third_party.process import EscalationProcess
from holdfast.domain.third_party.state import EscalationInput, EscalationState
from holdfast.domain.third_party.view import escalation_details, escalation_values
from workflows.children import give_notice
from workflows.operator_page import OperatorPage
from workflows.signed_work import SignedWork

__all__ = ["ThirdPartyEscalationWorkflow"]

_READING = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))


@workflow.defn(name=THIRD_PARTY_WORKFLOW)
class ThirdPartyEscalationWorkflow:
    """Asked, restored, reviewed: waits, asks the rules, writes, tells the incident."""

    @workflow.init
    def __init__(self, given: EscalationInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        opening = given.opening
        self._work = SignedWork(
            opening.incident,
            given.state
            or EscalationState(opening=opening, matrix=given.matrix, severity=opening.severity),
            EscalationProcess,
            given.inbox,
            hear=EscalationProcess.noticed,
        )
        self._page = OperatorPage()

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the escalation."""
        self._work.put(name, arguments)

    @workflow.run
    async def run(self, given: EscalationInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until nothing is left to do; return how it ended."""
        return await self._work.uncancelled(self._until_closed())

    @property
    def _state(self) -> EscalationState:
        return self._work.state

    async def _until_closed(self) -> str:
        if self._state.sequence == 0:
            await self._begin()
        while True:
            await self._tell()
            self._page.put(escalation_details(self._state), escalation_values(self._state))
            if self._state.over and not self._work.waiting:
                return str(self._state.outcome)
            if self._work.is_long(self._given.history_limit):
                self._continue_as_new()
            await self._work.step()

    async def _begin(self) -> None:
        """Read the terms of the contract, and ask the provider."""
        opening = self._given.opening
        request = TermsRequest(
            contract=opening.contract,
            register_of_information=opening.register_of_information,
            at=workflow.now(),
        )
        read: TermsRead = await workflow.execute_activity(
            ActivityName.READ_TERMS,
            request,
            result_type=TermsRead,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=_READING,
            summary=f"terms of {opening.contract}",
        )

        def begin(process: EscalationProcess) -> None:
            process.begin(read, workflow.now())

        await self._work.record_relying_on((), begin)

    async def _tell(self) -> None:
        """Give the incident notice of what concerns it."""
        incident = incident_workflow_id(self._given.opening.incident)
        while self._state.told:
            await give_notice(incident, self._state.told[0])
            del self._state.told[0]

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._state, "inbox": self._work.unread()})
        )
