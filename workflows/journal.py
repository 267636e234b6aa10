"""The journal: a workflow's only way to write evidence.

Events are numbered and timed in order as they are recorded, and appended by one activity call a
flush. Nothing that depends on an entry happens before the flush has returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.events import Event
from holdfast.domain.submissions import SignedSubmission
from holdfast.errors import EvidenceConflict
from holdfast.evidence.entry import Appended, Entry, EntryBatch, entry_id
from workflows.tracing import trace_id, working_on

__all__ = ["Journal"]

_BATCH = 40
"""Entries an activity call: with the bounds of an entry's content, far below Temporal's 2 MiB."""

# No limit on attempts and none on the whole: evidence is retried until the database is back.
_RETRY = RetryPolicy(
    initial_interval=timedelta(milliseconds=200),
    maximum_interval=timedelta(seconds=10),
    non_retryable_error_types=[EvidenceConflict.__name__, "PayloadsTooLarge"],
)


class Journal:
    """The journal of one workflow run; `sequence` is handed over when the run continues as new."""

    def __init__(self, incident_id: str, sequence: int) -> None:
        """Go on after the entries that stand already."""
        self._incident_id = incident_id
        self._workflow_id = workflow.info().workflow_id
        self._waiting: list[Entry] = []
        self.sequence = sequence
        self.trace: str | None = None

    def record(self, event: Event) -> str:
        """Put an event into the journal, in order, and return the id of its entry."""
        entry = Entry(
            id=entry_id(self._workflow_id, self.sequence),
            incident=self._incident_id,
            workflow=self._workflow_id,
            sequence=self.sequence,
            occurred_at=workflow.now(),
            event=event,
            trace=trace_id(self.trace),
            nonce=f"{workflow.random().getrandbits(128):032x}",
        )
        self.sequence += 1
        self._waiting.append(entry)
        return entry.id

    @property
    def waiting(self) -> bool:
        """Whether there are entries that are not durable yet."""
        return bool(self._waiting)

    def forget(self) -> None:
        """Take back everything that is not durable yet: it rested on something forged."""
        self.sequence -= len(self._waiting)
        self._waiting.clear()

    async def flush(self, relying_on: Sequence[SignedSubmission] = ()) -> tuple[int, ...]:
        """Make all recorded entries durable, in order.

        Returns the indexes of the submissions that were forged: if there is any, nothing was
        written and all entries still wait.
        """
        relies_on = tuple(relying_on)
        trace = relies_on[0].submission.trace if relies_on else self.trace
        while batch := self._waiting[:_BATCH]:
            with working_on(trace):
                appending = workflow.start_activity(
                    ActivityName.APPEND_ENTRIES,
                    EntryBatch(entries=tuple(batch), relies_on=relies_on),
                    result_type=Appended,
                    start_to_close_timeout=timedelta(seconds=10),
                    retry_policy=_RETRY,
                    summary=_summary(batch),
                )
            appended: Appended = await appending
            if appended.forged:
                return appended.forged
            del self._waiting[: len(batch)]
            relies_on = ()
        return ()


def _summary(batch: list[Entry]) -> str:
    more = f" and {len(batch) - 1} more" if len(batch) > 1 else ""
    return f"#{batch[0].sequence} {batch[0].event.kind}{more}"
