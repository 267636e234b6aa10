"""The workflow of one check of the evidence, as the schedule starts it each night."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.evidence.check_report import Progress, checked_event
from holdfast.evidence.log.leaf import EVIDENCE_LOG
from holdfast.evidence.nightly_check import (
    EVIDENCE_CHECK_WORKFLOW,
    CheckSlice,
    EvidenceCheckInput,
    words_for_operators,
)
from workflows.journal import Journal

__all__ = ["EvidenceCheckWorkflow"]

# It waits out whatever is away: a check that gave up would look like one that never was.
_RETRY = RetryPolicy(initial_interval=timedelta(seconds=5), maximum_interval=timedelta(minutes=5))
_SLICE_WITHIN = timedelta(hours=2)
_SIGN_OF_LIFE_WITHIN = timedelta(minutes=5)


@workflow.defn(name=EVIDENCE_CHECK_WORKFLOW)
class EvidenceCheckWorkflow:
    """Checks slice after slice, then records what it found as evidence itself."""

    @workflow.run
    async def run(self, given: EvidenceCheckInput) -> str:
        """Check the whole log as it is now; return what came of it in words."""
        progress = await self._check(given, given.start)
        while not progress.done:
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(given.model_copy(update={"start": progress}))
            progress = await self._check(given, progress)
        report = progress.report
        # Nothing was recorded before, in this run or an earlier one: it is entry number 0.
        journal = Journal(EVIDENCE_LOG, 0)
        journal.record(checked_event(report))
        await journal.flush()
        workflow.upsert_memo({"findings": report.count})
        return words_for_operators(report, done=True)

    async def _check(self, given: EvidenceCheckInput, start: Progress | None) -> Progress:
        progress: Progress = await workflow.execute_activity(
            ActivityName.CHECK_EVIDENCE,
            CheckSlice(start=start, leaves=given.leaves),
            result_type=Progress,
            start_to_close_timeout=_SLICE_WITHIN,
            heartbeat_timeout=_SIGN_OF_LIFE_WITHIN,
            retry_policy=_RETRY,
            summary="leaves from 0 on" if start is None else f"{start.stage} from {start.next} on",
        )
        words = words_for_operators(progress.report, done=progress.done)
        workflow.set_current_details(words)
        return progress
