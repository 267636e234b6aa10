"""The workflow of one financial entity's regulatory reporting of one major incident."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.operator_view import SearchValue
from holdfast.domain.reporting.judging import DeadlinesComputed, FilledReport
from holdfast.domain.reporting.naming import REPORTING_WORKFLOW
from holdfast.domain.reporting.process import ReportingProcess
from holdfast.domain.reporting.state import ReportingInput, ReportingState, Wanted
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.reporting.view import reporting_details, reporting_values
from workflows.child import Child
from workflows.children import start_communications
from workflows.signed_work import SignedWork

__all__ = ["RegulatoryReportingWorkflow"]

_JUDGING = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
_SUBMITTING = RetryPolicy(
    initial_interval=timedelta(seconds=2),
    backoff_coefficient=3.0,
    maximum_interval=timedelta(minutes=5),
)
"""Without end: the portal may be down for days. What escalates meanwhile is a clock."""

_LONGEST_ATTEMPT = timedelta(minutes=5)
_SILENT_AT_MOST = timedelta(seconds=10)
"""After so long without a sign of life its worker is taken for dead, and another attempt begins."""


@workflow.defn(name=REPORTING_WORKFLOW)
class RegulatoryReportingWorkflow:
    """Deadlines, drafts, sign-off, submission, receipts: waits, asks the rules, writes, sends."""

    @workflow.init
    def __init__(self, given: ReportingInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        opening = given.opening
        state = given.state or ReportingState(
            opening=opening, matrix=given.matrix, severity=opening.severity
        )
        work = SignedWork(
            opening.incident, state, ReportingProcess, given.inbox, hear=ReportingProcess.noticed
        )
        self._child = Child(given, opening.incident, work, _shown)
        self._sending: asyncio.Task[SubmissionOutcome] | None = None
        self._sent: SubmissionOrder | None = None

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the reporting."""
        self._child.work.put(name, arguments)

    @workflow.run
    async def run(self, given: ReportingInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until the reporting has ended; return how."""
        course = self._child.until_over(
            self._begin,
            self._reach_out,
            may_go_on_as_new=lambda: self._sending is None,
            or_when=lambda: self._sending is not None and self._sending.done(),
        )
        await self._child.work.uncancelled(course)
        return str(self._child.state.outcome)

    async def _begin(self) -> None:
        await self._record(ReportingProcess.begin)

    async def _reach_out(self) -> None:
        """Have judged what has to be, send what was approved, and let messages leave."""
        await self._take_outcome()
        while self._child.state.wants_deadlines is not None or self._child.state.to_fill:
            if self._child.state.wants_deadlines is not None:
                await self._compute()
            else:
                await self._fill(self._child.state.to_fill[0])
        self._send()
        await start_communications(self._child.state.to_open, self._given.history_limit)

    async def _compute(self) -> None:
        request = self._child.work.process.deadlines_request()
        result: DeadlinesComputed = await workflow.execute_activity(
            ActivityName.COMPUTE_DEADLINES,
            request,
            result_type=DeadlinesComputed,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=_JUDGING,
            summary="limits of 2025/301 Art. 5",
        )
        await self._record(lambda process: process.computed(result, workflow.now()))

    async def _fill(self, wanted: Wanted) -> None:
        request = self._child.work.process.fill_request(wanted, workflow.now())
        result: FilledReport = await workflow.execute_activity(
            ActivityName.FILL_REPORT,
            request,
            result_type=FilledReport,
            start_to_close_timeout=timedelta(seconds=30),
            retry_policy=_JUDGING,
            summary=f"{wanted.kind}, version {request.version}",
        )
        await self._record(lambda process: process.filled(wanted, result, workflow.now()))

    def _send(self) -> None:
        """Hand over the oldest order, unless it is under way; stop one that is wanted no more."""
        orders = self._child.state.to_submit
        if self._sending is not None and self._sent not in orders:
            self._sending.cancel()
            self._sending = self._sent = None
        if self._sending is None and orders:
            self._sent = orders[0]
            self._sending = asyncio.create_task(_submit(self._sent))

    async def _take_outcome(self) -> None:
        if self._sending is None or self._sent is None or not self._sending.done():
            return
        order, outcome = self._sent, self._sending.result()
        self._sending = self._sent = None
        await self._record(lambda process: process.handed_over(order, outcome, workflow.now()))

    async def _record(self, rule: Callable[[ReportingProcess], None]) -> None:
        await self._child.work.record_relying_on((), rule)


async def _submit(order: SubmissionOrder) -> SubmissionOutcome:
    outcome: SubmissionOutcome = await workflow.execute_activity(
        ActivityName.SUBMIT_TO_AUTHORITY,
        order,
        result_type=SubmissionOutcome,
        start_to_close_timeout=_LONGEST_ATTEMPT,
        heartbeat_timeout=_SILENT_AT_MOST,
        retry_policy=_SUBMITTING,
        summary=f"{order.authority}: {order.subject}"[:200],
    )
    return outcome


def _shown(state: ReportingState) -> tuple[str, dict[str, SearchValue]]:
    return reporting_details(state), reporting_values(state)
