"""The end of an escalation: by withdrawal, or with its incident; its review ends it otherwise."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal
from holdfast.domain.submissions import Submission
from holdfast.domain.third_party import closing, reviewing
from holdfast.domain.third_party.asking import WithdrawEscalation
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.work import EscalationWork

__all__ = ["end_with_incident", "withdraw", "withdraw_on_request"]


def withdraw_on_request(
    work: EscalationWork, submission: Submission, body: WithdrawEscalation, now: datetime
) -> Refusal | None:
    """Ask nothing of the provider any more."""
    if refusal := work.wrong_stage(EscalationStage.ASKED, EscalationStage.CLAIMED):
        return refusal
    content = {"because": body.because}
    entry = work.receipt(EventKind.THIRD_PARTY_WITHDRAWN, submission, content)
    _withdrawn(work, entry, now)
    return None


def withdraw(work: EscalationWork, because: str, now: datetime, *, causes: tuple[str, ...]) -> None:
    """Ask nothing of the provider any more, as the process itself finds."""
    entry = work.note(EventKind.THIRD_PARTY_WITHDRAWN, {"because": because}, causes=causes)
    _withdrawn(work, entry, now)


def end_with_incident(work: EscalationWork, because: str, cause: str) -> None:
    """End without a review: the incident was none, or was another one's."""
    if work.state.outcome is None:
        work.note(EventKind.THIRD_PARTY_WITHDRAWN, {"because": because}, causes=(cause,))
        work.state.outcome = EscalationStage.WITHDRAWN
    closing.close(work, (cause,))


def _withdrawn(work: EscalationWork, entry: str, now: datetime) -> None:
    """A provider that has missed nothing needs no review."""
    state = work.state
    closing.stop(work, "the escalation is withdrawn", (entry,))
    state.stage = state.outcome = EscalationStage.WITHDRAWN
    state.claim = state.pause = None
    if state.breaches:
        reviewing.await_review(work, now, entry)
    else:
        closing.close(work, (entry,))
