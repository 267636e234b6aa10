"""The workflow of one assessment of recurring incidents, and the one that starts it each month.

Delegated Regulation (EU) 2024/1772 Art. 8(2): assessed monthly, and recorded also where nothing
was found; what may be major together is put to people, and ends with their decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import (
    RawValue,
    RetryPolicy,
    SearchAttributeKey,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from holdfast.activity_names import ActivityName
from holdfast.domain.recurrence.asking import AssessRecurrence
from holdfast.domain.recurrence.assessment import RecurrenceJudgement, RecurrenceRequest
from holdfast.domain.recurrence.periods import period_before
from holdfast.domain.recurrence.process import RecurrenceProcess
from holdfast.domain.recurrence.state import (
    MONTHLY_WORKFLOW,
    RECURRENCE_WORKFLOW,
    MonthlyInput,
    RecurrenceInput,
    RecurrenceState,
)
from holdfast.domain.recurrence.view import in_words, recurrence_details, recurrence_values
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import SignedSubmission
from holdfast.domain.values import digest_of
from workflows.operator_page import OperatorPage
from workflows.signed_work import FORGED, SignedWork

__all__ = ["MonthlyRecurrenceWorkflow", "RecurrenceWorkflow"]

# It waits out whatever is away: an assessment that gave up would be a month without one.
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=5))
_ASSESSED_WITHIN = timedelta(minutes=10)

_SCHEDULED_FOR = SearchAttributeKey.for_datetime("TemporalScheduledStartTime")
"""The moment for which the schedule has started a workflow, however late it did."""


@workflow.defn(name=RECURRENCE_WORKFLOW)
class RecurrenceWorkflow:
    """Assesses, records, asks, and waits for the decisions."""

    @workflow.init
    def __init__(self, given: RecurrenceInput) -> None:
        """Take up the state before any signal."""
        self._given = given
        self._work = SignedWork(
            given.period.chain,
            given.state or RecurrenceState(period=given.period),
            RecurrenceProcess,
            given.inbox,
        )
        self._page = OperatorPage()

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the assessment."""
        self._work.put(name, arguments)

    @workflow.run
    async def run(self, given: RecurrenceInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until everything is decided; return what came of it in words."""
        return await self._work.uncancelled(self._until_decided())

    async def _until_decided(self) -> str:
        if not self._work.state.assessed:
            await self._assess()
        self._show()
        while not self._work.state.over or self._work.waiting:
            await self._work.step()
            self._show()
            if not self._work.state.over and self._work.is_long(self._given.history_limit):
                self._continue_as_new()
        return in_words(self._work.state)

    async def _assess(self) -> None:
        judgement: RecurrenceJudgement = await workflow.execute_activity(
            ActivityName.ASSESS_RECURRENCE,
            RecurrenceRequest(period=self._given.period),
            result_type=RecurrenceJudgement,
            start_to_close_timeout=_ASSESSED_WITHIN,
            retry_policy=_RETRY,
            summary=self._given.period.name,
        )
        asked, refusal = self._given.asked, self._refusal_of_start()
        if asked is not None and refusal is None:
            if await self._record(judgement, asked, None):
                return
            refusal = FORGED
        await self._record(judgement, None, refusal)

    def _refusal_of_start(self) -> Refusal | None:
        """Why what started it by hand does not count; its signature is looked at later."""
        if self._given.asked is None:
            return None
        submission = self._given.asked.submission
        if submission.workflow_id != workflow.info().workflow_id:
            return Refusal(RefusalReason.WRONG_ADDRESS, f"addressed to {submission.workflow_id}")
        if not isinstance(submission.body, AssessRecurrence):
            return Refusal(RefusalReason.MALFORMED, "it does not ask for an assessment")
        return None

    async def _record(
        self,
        judgement: RecurrenceJudgement,
        asked: SignedSubmission | None,
        refusal: Refusal | None,
    ) -> bool:
        """Record the judgement, as asked for by that person; False if that is forged.

        The assessment is a duty, so it is made all the same, as nobody's, beside the refusal.
        """

        def rule(process: RecurrenceProcess) -> None:
            if refusal is not None:
                digest = digest_of(self._given.model_dump(mode="json")["asked"])
                process.refuse_unverified("start", digest, refusal)
            process.assessed(judgement, asked.submission if asked else None, workflow.now())

        return await self._work.record_relying_on((asked,) if asked else (), rule)

    def _show(self) -> None:
        state = self._work.state
        self._page.put(recurrence_details(state), recurrence_values(state))

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._work.state, "inbox": self._work.unread()})
        )


@workflow.defn(name=MONTHLY_WORKFLOW)
class MonthlyRecurrenceWorkflow:
    """Starts the assessment of the month before: the schedule itself cannot name its workflow."""

    @workflow.run
    async def run(self, given: MonthlyInput) -> str:
        """Start it, unless it was started already; return the month's name."""
        scheduled_for = workflow.info().typed_search_attributes.get(_SCHEDULED_FOR)
        period = period_before(scheduled_for or workflow.now())
        try:
            await workflow.start_child_workflow(
                RECURRENCE_WORKFLOW,
                RecurrenceInput(period=period, history_limit=given.history_limit),
                id=period.workflow_id,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON,
                static_summary=f"Recurring incidents, {period.name}",
            )
        except WorkflowAlreadyStartedError:
            return f"{period.name} has been started before"
        return period.name
