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
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import SignedSubmission
from workflows.clock_timer import ClockTimer
from workflows.inbox import Inbox, Read
from workflows.journal import Journal
from workflows.operator_page import OperatorPage
from workflows.tracing import working_on

__all__ = ["IncidentWorkflow"]

_HISTORY_BYTES = 4_000_000
"""Size at which a run continues as new, whatever its length: Temporal warns at 10 MB."""

_FORGED = Refusal(RefusalReason.BAD_SIGNATURE, "the signature is not the API's")


@workflow.defn(name=INCIDENT_WORKFLOW)
class IncidentWorkflow:
    """detect → triage → contain → recover → learn: waits, asks the rules, writes, shows."""

    @workflow.init
    def __init__(self, given: IncidentInput) -> None:
        """Take up the state before any signal: with signal-with-start one comes first."""
        self._given = given
        self._state = given.state or IncidentState(
            incident_id=given.incident_id,
            policies=given.policies,
            pins={pin.name: pin for pin in given.pins},
        )
        self._inbox = Inbox(given.inbox)
        self._journal = Journal(given.incident_id, self._state.sequence)
        self._process = IncidentProcess(self._state, self._journal.record)
        self._timer = ClockTimer()
        self._page = OperatorPage()

    @workflow.signal(dynamic=True)
    def receive(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Take in any signal: it is only kept here, and can never fail the incident."""
        self._inbox.put(name, arguments)

    @workflow.run
    async def run(self, given: IncidentInput) -> str:  # noqa: ARG002 - Temporal gives both the input
        """Work until the incident is closed; return the outcome.

        An incident ends by decision. A cancellation from outside is taken as one more signal that
        nobody has signed: refused, recorded, and the work goes on.
        """
        work = asyncio.create_task(self._until_closed())
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # Eviction from a worker's cache cancels too, without a reason; that has to get through.
            if workflow.cancellation_reason() is None:
                raise
        self._inbox.put("cancellation", ())
        return await work  # a run can be asked to cancel only once

    async def _until_closed(self) -> str:
        """Take in what comes until the incident is closed and nothing is left unread."""
        while self._state.phase is not Phase.CLOSED or self._inbox:
            self._timer.set(self._process.next_moment())
            await workflow.wait_condition(lambda: bool(self._inbox) or self._timer.rang)
            await self._take_in(self._inbox.read())
            await self._settle()
            if self._is_long() and self._state.phase is not Phase.CLOSED:
                self._continue_as_new()
        return str(self._state.outcome)

    async def _take_in(self, signals: list[Read]) -> None:
        """Let the rules work on the signals and on the time; make what they recorded durable.

        If a submission turns out to be forged, everything that followed from it is taken back and
        the signals are worked on again without it: nothing of that was durable or visible.
        """
        before = self._state.snapshot()
        genuine = [read.content for read in signals if isinstance(read.content, SignedSubmission)]
        self._work_on(signals)
        forged = await self._flush(genuine)
        if forged:
            self._journal.forget()
            self._state = before
            self._process = IncidentProcess(self._state, self._journal.record)
            rejected = [genuine[number] for number in forged]
            await self._take_in([_without(read, rejected) for read in signals])

    def _work_on(self, signals: list[Read]) -> None:
        for read in signals:
            if isinstance(read.content, Refusal):
                self._journal.trace = None
                self._process.refuse_unverified(read.name, read.digest, read.content)
            else:
                submission = read.content.submission
                self._journal.trace = submission.trace
                self._process.receive(submission, workflow.now())
        self._process.tick(workflow.now())

    async def _flush(self, genuine: list[SignedSubmission]) -> tuple[int, ...]:
        """Append what was recorded, judging side by side where the facts call for it."""
        if not self._state.assessment_wanted:
            return await self._journal.flush(genuine)
        forged, assessment = await asyncio.gather(self._journal.flush(genuine), self._assess())
        if not forged:
            self._process.assessed(assessment, workflow.now())
        return forged

    async def _settle(self) -> None:
        """Judge and write until nothing is left to do, then show where the incident stands."""
        while self._journal.waiting or self._state.assessment_wanted:
            await self._flush([])
        self._journal.trace = None
        self._state.sequence = self._journal.sequence
        self._page.show(self._state)

    async def _assess(self) -> Assessment:
        self._state.assessment_wanted = False
        with working_on(self._journal.trace):
            assessing = workflow.start_activity(
                ActivityName.ASSESS_INCIDENT,
                self._state.assessment_request(workflow.now()),
                result_type=Assessment,
                start_to_close_timeout=timedelta(seconds=10),
                summary="severity, classification, escalation triggers",
            )
        assessment: Assessment = await assessing
        return assessment

    def _is_long(self) -> bool:
        info = workflow.info()
        return (
            info.get_current_history_length() >= self._given.history_limit
            or info.get_current_history_size() >= _HISTORY_BYTES
            or info.is_continue_as_new_suggested()
        )

    def _continue_as_new(self) -> None:
        # Everything recorded is durable here, and what came in meanwhile is still in the inbox.
        workflow.continue_as_new(
            self._given.model_copy(update={"state": self._state, "inbox": self._inbox.unread()})
        )


def _without(read: Read, forged: list[SignedSubmission]) -> Read:
    if any(read.content is submission for submission in forged):
        return Read(read.name, read.digest, _FORGED)
    return read
