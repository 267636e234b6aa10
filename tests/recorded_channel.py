"""A channel that writes down whom it was given a message for, in a file that outlives its process.

It answers as it is told, and can tell afterwards what it has taken, or not.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from holdfast.channels import Answer, AnswerOutcome, ChannelSession, Found, FoundState, Outgoing
from holdfast.domain.communication.kinds import Audience, ChannelKind

__all__ = ["RecordedChannel", "TornSession"]

_AFTER = AnswerOutcome.TAKEN
"""What is answered when nothing else was told."""


class TornSession(RuntimeError):
    """An error that no channel should raise; its text names an address."""


@dataclass
class RecordedChannel:
    """Recipients it has taken are lines of the file, in the order in which they were taken.

    `answers` are its answers to a recipient, one after the other, before it takes the message;
    `breaks` are recipients at whom it raises an error. `seconds` is how long one message takes.
    Where it `tells`, it is stricter than a channel: it writes repeats down as well, to be seen.
    """

    record: Path
    name: str = "post"
    kind: ChannelKind = ChannelKind.MAIL
    tells: bool = False
    answers: Mapping[int, Sequence[AnswerOutcome]] = field(default_factory=dict)
    breaks: Sequence[int] = ()
    seconds: float = 0.0
    audiences: frozenset[Audience] | None = None
    attaches: bool = True
    asked: Counter[int] = field(default_factory=Counter)
    sent: list[Outgoing] = field(default_factory=list)
    keeps: bool = True

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Itself."""
        yield self

    def send(self, outgoing: Outgoing) -> Answer:
        """Take it, or answer as was told."""
        number = outgoing.number
        time.sleep(self.seconds)
        if number in self.breaks:
            message = f"550 {outgoing.address}"
            raise TornSession(message)
        self.asked[number] += 1
        told = self.answers.get(number, ())
        outcome = told[self.asked[number] - 1] if self.asked[number] <= len(told) else _AFTER
        if outcome is not AnswerOutcome.TAKEN:
            return Answer(outcome, because=f"<{outgoing.address}> {outcome}")
        if self.keeps:
            self.sent.append(outgoing)
        file = os.open(self.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        try:
            os.write(file, f"{number}\n".encode())
        finally:
            os.close(file)
        return Answer(outcome, channel_id=f"queued-{number} for {outgoing.address}")

    def find(self, key: str, number: int) -> Found:
        """Look into the file, if it is of the kind that can tell."""
        del key
        if not self.tells:
            return Found(FoundState.CANNOT_TELL)
        taken = number in self.taken()
        return Found(FoundState.TAKEN, f"found-{number}") if taken else Found(FoundState.NOT_TAKEN)

    def taken(self) -> list[int]:
        """The recipients whom it has taken a message for, as often as it has."""
        return [int(line) for line in self.record.read_text().split()] if self.begun() else []

    def begun(self) -> int:
        """How many bytes it has written."""
        return self.record.stat().st_size if self.record.exists() else 0
