"""The workflow of one communication: from its first draft until nothing of it is left to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError

from holdfast.activity_names import ActivityName
from holdfast.domain.communication.delivering import DeliveryOrder, DeliveryReport
from holdfast.domain.communication.message import Draft
from holdfast.domain.communication.naming import COMMUNICATION_WORKFLOW
from holdfast.domain.communication.opening import ComposedDraft, ComposeRequest
from holdfast.domain.communication.process import CommunicationProcess
from holdfast.domain.communication.state import CommunicationInput, CommunicationState
from holdfast.domain.communication.view import communication_details, communication_values
from holdfast.domain.communication.wishes import DraftWish
from holdfast.domain.incident.naming import incident_workflow_id
from workflows.children import give_notice
from workflows.operator_page import OperatorPage
from workflows.signed_work import SignedWork

__all__ = ["CommunicationWorkflow"]

_COMPOSING = RetryPolicy(
    initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1)
)

_DELIVERING = RetryPolicy(
    initial_interval=timedelta(seconds=2),
    backoff_coefficient=3.0,
    maximum_interval=timedelta(minutes=5),
)
"""Without end, as far as the server is concerned: the activity itself says when it gives up."""

_LONGEST_DELIVERY = timedelta(hours=6)
_SILENT_AT_MOST = timedelta(seconds=10)
"""After so long without a sign of life its worker is taken for dead, and another attempt begins."""


@workflow.defn(name=COMMUNICATION_WORKFLOW)
class CommunicationWorkflow:
    """Draft, review, approval, publication, receipts: waits, asks the rules, writes, hands over."""

    @workflow.init
    def __init__(self, given: CommunicationInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        opening = given.opening
        self._work = SignedWork(
            opening.incident,
            given.state
            or CommunicationState(opening=opening, matrix=given.matrix, severity=opening.severity),
            CommunicationProcess,
            given.inbox,
            hear=CommunicationProcess.noticed,
        )
        self._page = OperatorPage()
        self._deliveries: dict[str, asyncio.Task[tuple[int, DeliveryReport]]] = {}

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the communication."""
        self._work.put(name, arguments)

    @workflow.run
    async def run(self, given: CommunicationInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until nothing is left to do; return the last stage."""
        return await self._work.uncancelled(self._until_closed())

    @property
    def _state(self) -> CommunicationState:
        return self._work.state

    async def _until_closed(self) -> str:
        if self._state.version == 0 and not self._state.closed:
            await self._begin()
        while True:
            self._hand_over()
            await self._tell()
            self._page.put(communication_details(self._state), communication_values(self._state))
            if self._state.over and not self._state.closed:
                await self._work.record_relying_on((), CommunicationProcess.close)
                continue
            if self._state.closed and not self._work.waiting:
                return str(self._state.stage)
            if self._work.is_long(self._given.history_limit) and not self._deliveries:
                self._continue_as_new()
            await self._work.step(or_when=self._any_delivered)
            await self._take_reports()

    async def _begin(self) -> None:
        """Take up the draft that came with the opening, or have one composed."""
        opening, because = self._given.opening, None
        draft: Draft | None = opening.draft
        if opening.wish is not None:
            composed = await self._compose(opening.wish)
            draft, because = composed.draft, composed.because

        def begin(process: CommunicationProcess) -> None:
            process.begin(draft, because, workflow.now())

        await self._work.record_relying_on((), begin)

    async def _compose(self, wish: DraftWish) -> ComposedDraft:
        request = ComposeRequest(
            incident=self._given.opening.incident, wish=wish, at=workflow.now()
        )
        composed: ComposedDraft = await workflow.execute_activity(
            ActivityName.COMPOSE_DRAFT,
            request,
            result_type=ComposedDraft,
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=_COMPOSING,
            summary=f"draft: {wish.purpose} to {wish.audience}",
        )
        return composed

    def _hand_over(self) -> None:
        """Give the channels what is due, each once: all that allows it is durable."""
        for order in self._work.process.orders():
            name = f"{order.key}#{order.round}"
            if name not in self._deliveries:
                self._deliveries[name] = asyncio.create_task(self._deliver(order))

    async def _deliver(self, order: DeliveryOrder) -> tuple[int, DeliveryReport]:
        try:
            report: DeliveryReport = await workflow.execute_activity(
                ActivityName.DELIVER_MESSAGE,
                order,
                result_type=DeliveryReport,
                start_to_close_timeout=_LONGEST_DELIVERY,
                heartbeat_timeout=_SILENT_AT_MOST,
                retry_policy=_DELIVERING,
                summary=f"{order.channel}: delivery {order.number}",
            )
        except ActivityError:
            # Nobody knows how far it came: people have to look, and nothing is sent again unasked.
            because = "the delivery ended with an error; the worker's log has it"
            report = DeliveryReport(unknown=self._count(order.number), because=because)
        return order.number, report

    def _count(self, number: int) -> int:
        draft = self._state.draft
        return draft.deliveries[number].count if draft else 0

    def _any_delivered(self) -> bool:
        return any(task.done() for task in self._deliveries.values())

    async def _take_reports(self) -> None:
        for name in [name for name, task in self._deliveries.items() if task.done()]:
            number, report = self._deliveries.pop(name).result()

            def take(
                process: CommunicationProcess,
                number: int = number,
                report: DeliveryReport = report,
            ) -> None:
                process.delivered(number, report, workflow.now())

            await self._work.record_relying_on((), take)

    async def _tell(self) -> None:
        """Give the incident notice of what concerns it."""
        incident = incident_workflow_id(self._given.opening.incident)
        while self._state.told:
            await give_notice(incident, self._state.told[0])
            del self._state.told[0]

    def _continue_as_new(self) -> None:
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._state, "inbox": self._work.unread()})
        )
