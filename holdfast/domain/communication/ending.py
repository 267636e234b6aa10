"""What ends a communication or takes back what was signed off, and what the stage forbids."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.communication.asking import CancelCommunication
from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.work import CommunicationWork
from holdfast.domain.decisions import DecisionRequest, DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.submissions import Submission

__all__ = ["cancel", "cancel_on_request", "close", "stage_refusal", "stale_refusal", "void"]

_SIGNING = frozenset({DecisionKind.COMMUNICATION_REVIEW, DecisionKind.COMMUNICATION_APPROVAL})
_FAVOURABLE = frozenset({"cleared", "approved"})


def cancel_on_request(
    work: CommunicationWork, submission: Submission, body: CancelCommunication, now: datetime
) -> Refusal | None:
    """Let nothing leave: as long as nothing has."""
    del now
    if refusal := stage_refusal(work, editable=True):
        return refusal
    content = {"because": body.because}
    _end(work, work.receipt(EventKind.COMMUNICATION_CANCELLED, submission, content))
    return None


def cancel(work: CommunicationWork, because: str, *, causes: tuple[str, ...]) -> None:
    """End it without a message, as the process itself finds."""
    content = {"because": because}
    _end(work, work.note(EventKind.COMMUNICATION_CANCELLED, content, causes=causes))


def close(work: CommunicationWork) -> None:
    """Say that nothing of it is left to do, and give the incident notice."""
    state = work.state
    complete = all(each.report and each.report.complete for each in state.deliveries.values())
    content = {"stage": str(state.stage), "complete": complete}
    work.tell(work.note(EventKind.COMMUNICATION_CLOSED, content))
    state.closed = True


def void(work: CommunicationWork, why: str, *, causes: tuple[str, ...]) -> None:
    """Let every review and approval of the version before count no more, given ones included."""
    work.state.reviews_left.clear()
    for request in list(work.state.requests.values()):
        if _counts(request):
            work.desk.void(request, why, causes=causes)


def stage_refusal(work: CommunicationWork, *, editable: bool = False) -> Refusal | None:
    """Refuse what the stage does not allow; with `editable` only once something has left."""
    state = work.state
    if editable and state.stage.editable:
        return None
    return Refusal(RefusalReason.WRONG_STAGE, f"{state.opening.id} is in stage {state.stage}")


def stale_refusal(work: CommunicationWork, digest: str) -> Refusal | None:
    """Refuse what is about another version than the latest."""
    state = work.state
    if digest == state.message:
        return None
    detail = f"version {state.version} is {state.message}, not {digest}"
    return Refusal(RefusalReason.STALE_DIGEST, detail)


def _end(work: CommunicationWork, entry: str) -> None:
    work.state.stage, work.state.publish_at = Stage.CANCELLED, None
    void(work, "the communication is cancelled", causes=(entry,))


def _counts(request: DecisionRequest) -> bool:
    if request.kind not in _SIGNING:
        return False
    if request.state is DecisionState.DECIDED:
        return request.outcome in _FAVOURABLE
    return request.state is DecisionState.OPEN
