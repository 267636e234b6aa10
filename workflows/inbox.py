"""The inbox: signals as they come, read later by the main loop.

A signal handler that raises would fail or wedge the incident, so it only puts the signal here.
What is no submission for this workflow is told apart when it is read; whether the API signed it,
when what follows from it is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from temporalio import workflow
from temporalio.common import RawValue

from holdfast.domain.incident.opening import ReceivedSignal
from holdfast.domain.notices import NOTICE_SIGNAL, Notice
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import SignedSubmission
from holdfast.domain.values import digest_of

__all__ = ["Inbox", "Read"]

_AT_ONCE = 20
"""Signals read together: enough for a burst, few enough for one append of what they cause."""

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Read:
    """A signal that was read: a submission, a notice, or why it is neither; kept by digest."""

    name: str
    digest: str
    content: SignedSubmission | Notice | Refusal


class Inbox:
    """Signals that wait, in the order in which they came."""

    def __init__(self, signals: Sequence[ReceivedSignal]) -> None:
        """Start with what the run before has handed over."""
        self._signals = list(signals)

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._signals)

    def put(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Keep a signal as it came; this never raises, whatever it holds."""
        text = tuple(value.payload.data.decode("utf-8", "replace") for value in arguments)
        self._signals.append(ReceivedSignal(name=name, arguments=text))

    def unread(self) -> tuple[ReceivedSignal, ...]:
        """What the next run has to read."""
        return tuple(self._signals)

    def read(self) -> list[Read]:
        """Take the next signals out, and tell submissions from everything else."""
        taken, self._signals = self._signals[:_AT_ONCE], self._signals[_AT_ONCE:]
        return [
            Read(signal.name[:_LONGEST_NAME], digest_of(list(signal.arguments)), _parse(signal))
            for signal in taken
        ]


def _parse(signal: ReceivedSignal) -> SignedSubmission | Notice | Refusal:
    if len(signal.arguments) != 1:
        detail = f"expected one signed submission, got {len(signal.arguments)} arguments"
        return Refusal(RefusalReason.MALFORMED, detail)
    if signal.name == NOTICE_SIGNAL:
        return _parse_notice(signal.arguments[0])
    try:
        signed = SignedSubmission.model_validate_json(signal.arguments[0])
    except ValueError:
        # The error's own text would quote what was sent, which may be anything.
        return Refusal(RefusalReason.MALFORMED, "the argument is no signed submission")
    if signed.submission.workflow_id != workflow.info().workflow_id:
        detail = f"addressed to {signed.submission.workflow_id}"
        return Refusal(RefusalReason.WRONG_ADDRESS, detail)
    return signed


def _parse_notice(argument: str) -> Notice | Refusal:
    try:
        return Notice.model_validate_json(argument)
    except ValueError:
        return Refusal(RefusalReason.MALFORMED, "the argument is no notice")
