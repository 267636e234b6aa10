"""Handing a delivery over to its channel: recipient by recipient, each claimed before it is sent.

What a crash leaves behind is asked of the channel first. Nobody who may have been addressed is
addressed again, unless people have said so.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from prometheus_client import Counter

from holdfast.channels import AnswerOutcome, Channel, Channels, Found, FoundState, Outgoing
from holdfast.errors import Unavailable
from holdfast.store.communications.ledger import Attempt, AttemptState, Ledger
from holdfast.store.communications.released import Release

__all__ = ["MOST_TRIES", "ChannelBroke", "Course", "HandingOver", "Load"]

MOST_TRIES = 6
"""How often a recipient whom the channel does not take now is tried in one round."""

_NOBODY_TAKEN_FOR = 60.0
"""Seconds without anybody taken after which a channel is let rest: each try may time out."""

_LONGEST_LINE = 200

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

_HANDED_OVER = Counter(
    "holdfast_communication_recipients",
    "Recipients that channels were given a message for, by what became of it",
    ["channel", "outcome"],
)

_OUTCOMES = {
    AnswerOutcome.TAKEN: AttemptState.SENT,
    AnswerOutcome.REFUSED: AttemptState.REFUSED,
    AnswerOutcome.NOT_NOW: AttemptState.NOT_NOW,
    AnswerOutcome.UNKNOWN: AttemptState.UNKNOWN,
}
_LOOKED_UP = {
    FoundState.TAKEN: AttemptState.SENT,
    FoundState.NOT_TAKEN: AttemptState.NOT_NOW,
    FoundState.CANNOT_TELL: AttemptState.UNKNOWN,
}


class ChannelBroke(Unavailable):
    """A channel has raised an error; its text may quote an address, so only its name is told."""

    code = "channel_broke"


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be handed over, to the recipients of these numbers; `outgoing` makes each.

    `drill`: it belongs to a drill, and counts in no metric. `diverted`: it must not leave, either,
    so that stand-ins take it.
    """

    channel: str
    release: Release
    round: int
    targets: range
    outgoing: Callable[[int], Outgoing]
    drill: bool = False
    diverted: bool = False


@dataclass(slots=True)
class Course:
    """How it goes on: whoever drives it may stop it; `done` counts recipients.

    `last`: whoever is not taken now has failed. `rests`: the channel takes nobody and is let rest;
    `down`: it has taken nobody as often as anybody is tried, so that the others were not tried.
    """

    last: bool = False
    stopping: bool = False
    done: int = 0
    rests: bool = False
    down: bool = False


class HandingOver:
    """One pass over the recipients of a delivery."""

    def __init__(self, ledger: Ledger, channels: Channels, load: Load, course: Course) -> None:
        """Take what is to be done; nothing is read or sent yet."""
        self._ledger = ledger
        self._channels = channels
        self._load = load
        self._course = course
        self._thread = _OwnThread()
        self._nobody_since: float | None = None
        self.attempts: dict[int, Attempt] = {}

    async def run(self) -> None:
        """Settle what a crash has left, then hand over to everybody who is still to be addressed.

        `attempts` then says what became of each. Another pass goes on where this one has ended.

        Raises:
            ChannelBroke: the channel has raised an error.
            Fatal: the ledger does not stand as this process has left it.
        """
        self.attempts = await self._ledger.attempts()
        try:
            await self._settle()
            channel = self._channels.get(self._load.channel)
            if channel is not None and next(self._claims(), None) is not None:
                await self._use(channel)
        finally:
            self._thread.close()

    @property
    def unsettled(self) -> list[Attempt | None]:
        """Who has no outcome yet that stands; None stands for somebody who was not tried."""
        open_states = {AttemptState.TRYING, AttemptState.NOT_NOW}
        found = (self.attempts.get(number) for number in self._load.targets)
        return [each for each in found if each is None or each.state in open_states]

    async def _settle(self) -> None:
        """Ask the channels about recipients who were claimed by a process that is gone.

        It may only be cut off from the database, and still be sending. So "not taken" is a reason
        to send again, as a channel that can say it takes both for one message; it is no proof that
        nothing leaves: who is not tried again is unknown, and has not failed.
        """
        trying = [each for each in self.attempts.values() if each.state is AttemptState.TRYING]
        for attempt in trying:
            found = await self._look_up(attempt)
            state = _LOOKED_UP[found.state]
            if state is AttemptState.NOT_NOW and self._is_spent(attempt):
                state = AttemptState.UNKNOWN
            settled = self._settled(attempt, state, found.channel_id, None)
            await self._ledger.write(settled)

    async def _look_up(self, attempt: Attempt) -> Found:
        channel = self._channels.get(attempt.channel)
        if channel is None:
            return Found(FoundState.CANNOT_TELL)
        key = self._load.release.key_of(attempt.channel)
        return await self._thread.run(channel.find, key, attempt.number)

    def _claims(self) -> Iterator[Attempt]:
        """The claims that this pass makes, in the order of the recipients' numbers."""
        for number in self._load.targets:
            before = self.attempts.get(number)
            if before is None or self._anew(before):
                tries = 1
            elif before.state is AttemptState.NOT_NOW:
                tries = before.tries + 1
            else:
                continue
            yield Attempt(
                number=number,
                state=AttemptState.TRYING,
                round=self._load.round,
                tries=tries,
                channel=self._load.channel,
            )

    def _anew(self, before: Attempt) -> bool:
        """Whether people have said since to try it again: in another round, or elsewhere."""
        if before.state.final or before.state is AttemptState.TRYING:
            return False
        return before.round < self._load.round or before.channel != self._load.channel

    async def _use(self, channel: Channel) -> None:
        """Hand over, one commit a recipient: the outcome of one with the claim of the next."""
        stack, answered = ExitStack(), None
        session = await self._thread.run(lambda: stack.enter_context(channel.session()))
        try:
            for claim in self._claims():
                if self._course.stopping or self._course.rests:
                    break
                outgoing = self._load.outgoing(claim.number)
                await self._ledger.write(answered, claim)
                self.attempts[claim.number], answered = claim, None
                answer = await self._thread.run(session.send, outgoing)
                answered = self._settled(
                    claim,
                    _OUTCOMES[answer.outcome],
                    _line(answer.channel_id, outgoing),
                    _line(answer.because, outgoing),
                )
                self._watch(answered)
            await self._ledger.write(answered)
        finally:
            # Where the session began, it ends: its thread is the only one that knows it.
            await self._thread.run(stack.close)

    def _settled(
        self, attempt: Attempt, state: AttemptState, channel_id: str | None, because: str | None
    ) -> Attempt:
        """The outcome of an attempt; who is not taken after all tries has failed."""
        if state is AttemptState.NOT_NOW and self._is_spent(attempt):
            state = AttemptState.FAILED
        settled = replace(attempt, state=state, channel_id=channel_id, because=because)
        self.attempts[attempt.number] = settled
        if not self._load.drill:
            _HANDED_OVER.labels(attempt.channel, str(state)).inc()
        return settled

    def _is_spent(self, attempt: Attempt) -> bool:
        """Whether there is no other try after this one."""
        return self._course.last or attempt.tries >= MOST_TRIES

    def _watch(self, answered: Attempt) -> None:
        """Count, and see whether the channel still takes anybody."""
        self._course.done += 1
        if answered.state in {AttemptState.SENT, AttemptState.REFUSED}:
            self._nobody_since = None
            return
        now = time.monotonic()
        self._nobody_since = self._nobody_since or now
        if now - self._nobody_since > _NOBODY_TAKEN_FOR:
            self._course.rests = True
            self._course.down = answered.state is AttemptState.FAILED


class _OwnThread:
    """The one thread in which a channel is used; what it raises is told without its text."""

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="channel")

    async def run(
        self, call: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs
    ) -> _Result:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._executor, lambda: call(*given, **named))
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not be quoted
            message = f"the channel broke off: {type(error).__name__}"
            raise ChannelBroke(message) from None

    def close(self) -> None:
        # Not waited for: that would hold up the event loop, and with it all signs of life.
        self._executor.shutdown(wait=False)


def _line(said: str | None, outgoing: Outgoing) -> str | None:
    """One line of what a channel has said, without the recipient's address."""
    if said is None:
        return None
    plain = " ".join("".join(each if each.isprintable() else " " for each in said).split())
    if outgoing.address:
        plain = re.sub(re.escape(outgoing.address), "…", plain, flags=re.IGNORECASE)
    return plain[:_LONGEST_LINE].strip() or None
