"""The workflow of one cyber threat: recorded, assessed, and notified where people decide so."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.reporting.submitting import SubmissionOrder, SubmissionOutcome
from holdfast.domain.threats.asking import RecordThreat
from holdfast.domain.threats.naming import THREAT_WORKFLOW
from holdfast.domain.threats.process import ThreatProcess
from holdfast.domain.threats.state import ThreatInput, ThreatState
from holdfast.domain.threats.terms import KeptForm, ThreatTerms, ThreatTermsRequest
from holdfast.domain.threats.view import in_words, threat_details, threat_values
from holdfast.domain.values import digest_of
from workflows.operator_page import OperatorPage
from workflows.signed_work import FORGED, SignedWork

__all__ = ["CyberThreatWorkflow"]

_READING = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=1))
_SUBMITTING = RetryPolicy(
    initial_interval=timedelta(seconds=2),
    backoff_coefficient=3.0,
    maximum_interval=timedelta(minutes=5),
)
"""Without end: the portal may be down for days."""

_LONGEST_ATTEMPT = timedelta(minutes=5)
_SILENT_AT_MOST = timedelta(seconds=10)
"""After so long without a sign of life its worker is taken for dead, and another attempt begins."""


@workflow.defn(name=THREAT_WORKFLOW)
class CyberThreatWorkflow:
    """Records, assesses, asks, keeps the form, sends it, and waits for the threat to be closed."""

    @workflow.init
    def __init__(self, given: ThreatInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        self._work = SignedWork(
            given.threat,
            given.state or ThreatState(threat=given.threat),
            ThreatProcess,
            given.inbox,
        )
        self._page = OperatorPage()
        self._sending: asyncio.Task[SubmissionOutcome] | None = None
        self._sent: SubmissionOrder | None = None

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the threat."""
        self._work.put(name, arguments)

    @workflow.run
    async def run(self, given: ThreatInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until the threat is closed; return what came of it in words."""
        return await self._work.uncancelled(self._until_closed())

    async def _until_closed(self) -> str:
        if self._work.state.recorded is None and not await self._begin():
            return in_words(self._work.state)
        await self._reach_out()
        while not self._work.state.closed or self._work.waiting:
            await self._work.step(lambda: self._sending is not None and self._sending.done())
            await self._reach_out()
            may = not self._work.state.closed and self._sending is None
            if may and self._work.is_long(self._given.history_limit):
                self._continue_as_new()
        return in_words(self._work.state)

    async def _begin(self) -> bool:
        """Record the threat; False if whatever started this records none."""
        submission = self._given.asked.submission
        if refusal := self._refusal_of_start():
            await self._refuse(refusal)
            return False
        entity = submission.body.entity if isinstance(submission.body, RecordThreat) else ""
        terms: ThreatTerms = await workflow.execute_activity(
            ActivityName.READ_THREAT_TERMS,
            ThreatTermsRequest(entity=entity),
            result_type=ThreatTerms,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=_READING,
            summary=self._given.threat,
        )

        def rule(process: ThreatProcess) -> None:
            process.begin(submission, terms, workflow.now())

        if not await self._work.record_relying_on((self._given.asked,), rule):
            await self._refuse(FORGED)
            return False
        return self._work.state.recorded is not None

    def _refusal_of_start(self) -> Refusal | None:
        """Why what started it does not count; its signature is looked at later."""
        submission = self._given.asked.submission
        if submission.workflow_id != workflow.info().workflow_id:
            return Refusal(RefusalReason.WRONG_ADDRESS, f"addressed to {submission.workflow_id}")
        if not isinstance(submission.body, RecordThreat):
            return Refusal(RefusalReason.MALFORMED, "it records no threat")
        return None

    async def _refuse(self, refusal: Refusal) -> None:
        digest = digest_of(self._given.model_dump(mode="json")["asked"])
        await self._work.record_relying_on(
            (), lambda process: process.refuse_unverified("start", digest, refusal)
        )

    async def _reach_out(self) -> None:
        """Keep the forms that people are asked about, and hand over what was approved."""
        await self._take_outcome()
        while self._work.state.to_keep:
            await _keep(self._work.state.to_keep[0])
            del self._work.state.to_keep[0]
        self._send()
        self._page.put(threat_details(self._work.state), threat_values(self._work.state))

    def _send(self) -> None:
        """Hand over the oldest order, unless it is under way; stop one that is wanted no more."""
        orders = self._work.state.to_submit
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

        def rule(process: ThreatProcess) -> None:
            process.handed_over(order, outcome, workflow.now())

        await self._work.record_relying_on((), rule)

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._work.state, "inbox": self._work.unread()})
        )


async def _keep(form: KeptForm) -> None:
    await workflow.execute_activity(
        ActivityName.KEEP_THREAT_FORM,
        form,
        start_to_close_timeout=timedelta(seconds=10),
        retry_policy=_READING,
    )


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
