"""The workflow of one escalation: a provider is asked, held to its times, and reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.operator_view import SearchValue
from holdfast.domain.third_party.naming import THIRD_PARTY_WORKFLOW
from holdfast.domain.third_party.opening import TermsRead, TermsRequest
from holdfast.domain.third_party.process import EscalationProcess
from holdfast.domain.third_party.state import EscalationInput, EscalationState
from holdfast.domain.third_party.view import escalation_details, escalation_values
from workflows.child import Child
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
        state = given.state or EscalationState(
            opening=opening, matrix=given.matrix, severity=opening.severity
        )
        work = SignedWork(
            opening.incident, state, EscalationProcess, given.inbox, hear=EscalationProcess.noticed
        )
        self._child = Child(given, opening.incident, work, _shown)

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the escalation."""
        self._child.work.put(name, arguments)

    @workflow.run
    async def run(self, given: EscalationInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until nothing is left to do; return how it ended."""
        await self._child.work.uncancelled(self._child.until_over(self._begin))
        return str(self._child.state.outcome)

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

        await self._child.work.record_relying_on((), begin)


def _shown(state: EscalationState) -> tuple[str, dict[str, SearchValue]]:
    return escalation_details(state), escalation_values(state)
