"""Work that signed signals and clocks drive: take in, record, take back what was forged, wait.

A workflow holds one of these, hands it every signal, and lets it step; the rules are a process
over a state, and everything that they record is durable before the step returns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Generic, Protocol, Self, TypeVar

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy

from holdfast.activity_names import ActivityName
from holdfast.domain.events import Record
from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.notices import Notice, Noticed, NoticeRequest, NoticesRead
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import SignedSubmission, Submission
from workflows.clock_timer import ClockTimer
from workflows.inbox import Inbox, Read
from workflows.journal import Journal

__all__ = ["FORGED", "UNFOUNDED", "Flush", "Process", "SignedWork", "State"]

FORGED = Refusal(RefusalReason.BAD_SIGNATURE, "the signature is not the API's")
"""Why a submission is refused that the API has not signed."""

UNFOUNDED = Refusal(RefusalReason.MALFORMED, "the evidence has no such entry")
"""Why a notice is refused that says what nobody has recorded."""

_READING = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=10)
)

_HISTORY_BYTES = 4_000_000
"""Size at which a run continues as new, whatever its length: Temporal warns at 10 MB."""

Flush = Callable[[Sequence[SignedSubmission]], Awaitable[tuple[int, ...]]]
"""Appends what waits, relying on these submissions; says which of them were forged, by number."""

_Result = TypeVar("_Result")
_State = TypeVar("_State", bound="State")
_Process = TypeVar("_Process", bound="Process")


class State(Protocol):
    """What a workflow carries: `sequence` counts its entries."""

    sequence: int

    def snapshot(self) -> Self:
        """Copy the state as it is now."""
        ...


class Process(Protocol):
    """The rules of one workflow over its state."""

    def receive(self, submission: Submission, now: datetime) -> None:
        """Take in one verified submission."""
        ...

    def refuse_unverified(self, signal: str, digest: str, refusal: Refusal) -> None:
        """Record a signal that is no genuine submission."""
        ...

    def tick(self, now: datetime) -> None:
        """Let happen what is due by now."""
        ...

    def next_moment(self) -> tuple[datetime, str] | None:
        """When to wake next though nothing comes in, and what for, in words."""
        ...


class SignedWork(Generic[_State, _Process]):
    """The journal, the inbox and the timer of one workflow, and the process over its state."""

    def __init__(
        self,
        chain: str,
        state: _State,
        rules: Callable[[_State, Record], _Process],
        inbox: Sequence[ReceivedSignal] = (),
        *,
        flush: Flush | None = None,
        hear: Callable[[_Process, Noticed, datetime], None] | None = None,
    ) -> None:
        """Go on from that state, writing to that chain, with what is unread still.

        `flush` makes durable what was recorded, where that takes more than the journal. `hear`
        takes in what other workflows of the chain give notice of; without it nothing is heard.
        """
        self._chain = chain
        self._hear = hear
        self._rules = rules
        self._inbox = Inbox(inbox)
        self._timer = ClockTimer()
        self.journal = Journal(chain, state.sequence)
        self._flush = flush or self.journal.flush
        self.state = state
        self.process = rules(state, self.journal.record)

    @property
    def waiting(self) -> bool:
        """Whether a signal is unread."""
        return bool(self._inbox)

    def unread(self) -> tuple[ReceivedSignal, ...]:
        """What the next run has to read."""
        return self._inbox.unread()

    def put(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Keep a signal as it came; this never raises, whatever it holds."""
        self._inbox.put(name, arguments)

    async def uncancelled(self, work: Coroutine[object, object, _Result]) -> _Result:
        """Do the work to its end: a cancellation from outside is one more signal without signature.

        Raises:
            asyncio.CancelledError: the run is evicted from a worker's cache.
        """
        task = asyncio.create_task(work)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            # Eviction cancels too, without a reason; that has to get through.
            if workflow.cancellation_reason() is None:
                raise
        self._inbox.put("cancellation", ())
        return await task  # a run can be asked to cancel only once

    async def step(self, or_when: Callable[[], bool] = lambda: False) -> None:
        """Wait for signals or for the next moment, and make durable what follows from them.

        It returns too when `or_when` holds: something else has come to an end.
        """
        self.journal.trace = None
        self._timer.set(self.process.next_moment())
        await workflow.wait_condition(
            lambda: bool(self._inbox) or self._timer.rang or or_when(),
        )
        signals = self._inbox.read()
        await self._take_in(signals, await self._read_notices(signals))

    async def record_relying_on(
        self, asked: Sequence[SignedSubmission], rule: Callable[[_Process], None]
    ) -> bool:
        """Let a rule record what rests on these submissions; False if one of them was forged.

        Nothing of it is left then.
        """
        before = self.state.snapshot()
        rule(self.process)
        if await self.journal.flush(asked):
            self._take_back(before)
            return False
        self.state.sequence = self.journal.sequence
        return True

    def is_long(self, history_limit: int) -> bool:
        """Whether the run should continue as new."""
        info = workflow.info()
        return (
            info.get_current_history_length() >= history_limit
            or info.get_current_history_size() >= _HISTORY_BYTES
            or info.is_continue_as_new_suggested()
        )

    async def _read_notices(self, signals: list[Read]) -> dict[str, Noticed]:
        """Read in the evidence what was given notice of, by entry."""
        if self._hear is None:
            return {}
        entries = {read.content.entry: None for read in signals if isinstance(read.content, Notice)}
        if not entries:
            return {}
        told: NoticesRead = await workflow.execute_activity(
            ActivityName.READ_NOTICES,
            NoticeRequest(chain=self._chain, entries=tuple(entries)),
            result_type=NoticesRead,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=_READING,
            summary=f"{len(entries)} notice(s)",
        )
        return {each.entry: each for each in told.noticed}

    async def _take_in(self, signals: list[Read], noticed: dict[str, Noticed]) -> None:
        """Let the rules work on the signals and on the time; make what they recorded durable.

        If a submission turns out to be forged, everything that followed from it is taken back and
        the signals are worked on again without it: nothing of that was durable or visible.
        """
        before = self.state.snapshot()
        genuine = [read.content for read in signals if isinstance(read.content, SignedSubmission)]
        self._work_on(signals, noticed)
        forged = await self._flush(genuine)
        if forged:
            self._take_back(before)
            rejected = [genuine[number] for number in forged]
            await self._take_in([_without(read, rejected) for read in signals], noticed)
        self.state.sequence = self.journal.sequence

    def _work_on(self, signals: list[Read], noticed: dict[str, Noticed]) -> None:
        for read in signals:
            if isinstance(read.content, Refusal):
                self._refuse(read, read.content)
            elif isinstance(read.content, Notice):
                self._listen(read, noticed.get(read.content.entry))
            else:
                submission = read.content.submission
                self.journal.trace = submission.trace
                self.process.receive(submission, workflow.now())
        self.process.tick(workflow.now())

    def _refuse(self, read: Read, refusal: Refusal) -> None:
        self.journal.trace = None
        self.process.refuse_unverified(read.name, read.digest, refusal)

    def _listen(self, read: Read, noticed: Noticed | None) -> None:
        """Take in what the evidence says; a notice of nothing was sent by somebody else."""
        if noticed is None or self._hear is None:
            self._refuse(read, UNFOUNDED)
            return
        self.journal.trace = None
        self._hear(self.process, noticed, workflow.now())

    def _take_back(self, before: _State) -> None:
        self.journal.forget()
        self.state = before
        self.process = self._rules(before, self.journal.record)


def _without(read: Read, forged: list[SignedSubmission]) -> Read:
    if any(read.content is submission for submission in forged):
        return Read(read.name, read.digest, FORGED)
    return read
