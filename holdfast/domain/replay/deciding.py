"""What was decided in a child of the incident, as its workflow took it in."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry

__all__ = ["decided_there"]


def decided_there(
    course: Course,
    decision: KnownEntry,
    kind: DecisionKind,
    *,
    called: str,
    since: int,
    asks: Callable[[str], bool],
) -> Decided:
    """What that entry has decided in the child `called`, which was opened by entry `since`.

    `asks` says whether it has put a request.

    Raises:
        NotReplayable: the question or the answer that settled it is not at hand.
        Contradicted: it is no such decision of that child, or it was taken back.
    """
    course.need(Aspect.REQUESTS, since=since)
    request = course.request(decision.event.subject.id)
    if request.kind is not kind or not asks(request.id):
        message = f"{request.id} is no {kind} of {called}"
        raise Contradicted(message)
    if request.state is not DecisionState.DECIDED:
        message = f"{request.id} is {request.state}"
        raise Contradicted(message)
    answer = course.cause(decision, EventKind.DECISION_ANSWERED)
    rationale = answer.event.payload.get("rationale")
    return Decided(request, str(request.outcome), {}, decision.entry, rationale)
