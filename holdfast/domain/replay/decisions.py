"""Decisions, judged again: what was asked, what each answer did, and what settled it.

The approval matrix decides (who, how many, until when), and the separation of duties over it; each
answer is weighed again as it was taken, so a self-approval could not have slipped through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from holdfast.domain.approval_matrix import DecisionRule
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.decision_desk import DecisionDesk
from holdfast.domain.decisions import DecisionRequest
from holdfast.domain.events import EventKind
from holdfast.domain.refusals import Refusal
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.questions import question_behind
from holdfast.domain.replay.reading import read_answer
from holdfast.domain.replay.remediation_work import task_behind
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_work import at_some_severity
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable, Unreadable
from holdfast.domain.severity import Severity
from holdfast.domain.values import JsonObject

__all__ = ["answered", "at_severity_of", "bypassed", "decided", "requested"]

_Judged = TypeVar("_Judged")


def requested(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Put the question again under the pinned matrix."""
    question = question_behind(course, entry)
    request_id = entry.event.subject.id
    pin, matrix = shelf.approval_matrix(course, entry, request_id)

    def judge(severity: Severity | None) -> tuple[JsonObject, None]:
        heard = Heard()
        clocks = Clocks({}, heard.record, course.pace_of(request_id))
        desk = DecisionDesk({}, matrix, pin, clocks, heard.record)
        desk.ask(question, entry.at, severity)
        return heard.events[0].payload, None

    return at_severity_of(course, matrix.rules[question.kind], entry, request_id, judge)[0]


def answered(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Weigh the answer again: whether it counts, towards which quorum, and whether it settles."""
    try:
        answer = read_answer(entry)
    except Unreadable as error:
        raise Contradicted(str(error)) from error
    request = course.request(entry.event.subject.id)
    pin, matrix = shelf.approval_matrix(course, entry, request.id)
    heard = Heard()
    needs_ladder = answer.exception_code is None and entry.event.actor.role not in request.roles
    ladder = _ladder(course, request) if needs_ladder else {}
    clocks = Clocks(ladder, heard.record, course.pace_of(request.id))
    desk = DecisionDesk({request.id: request}, matrix, pin, clocks, heard.record)
    # The severity only sets the deadline of a ratification, which is judged at its own entry.
    result = desk.answer(
        answer, entry.event.actor, entry.event.answers or entry.entry, entry.at, course.severity
    )
    if isinstance(result, Refusal):
        course.weighed[entry.entry] = f"the rules refuse it ({result.reason}): {result.detail}"
        raise Contradicted(course.weighed[entry.entry])
    course.weighed[entry.entry] = heard
    return heard.events[0].payload


def decided(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Take what the answer that settled it leads to."""
    answer = course.cause(entry, EventKind.DECISION_ANSWERED)
    return _consequence(course, answer, EventKind.DECISION_DECIDED)


def bypassed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Take what the answer under an exception code leads to."""
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    answer = course.cause(decision, EventKind.DECISION_ANSWERED)
    return _consequence(course, answer, EventKind.DECISION_BYPASSED)


def at_severity_of(
    course: Course,
    rule: DecisionRule,
    entry: KnownEntry,
    request_id: str,
    judge: Callable[[Severity | None], tuple[JsonObject, _Judged]],
) -> tuple[JsonObject, tuple[_Judged, ...]]:
    """Judge at the severity that the deadline of that request depends on, if on any.

    Who signs off a communication depends on the severity, the time for it does not. That of an
    escalation is the one that its workflow knew of.

    Raises:
        NotReplayable: it depends on one, and that is not known.
    """
    if not rule.schedule_by_severity or communication_of_request(request_id) is not None:
        payload, judged = judge(None)
        return payload, (judged,)
    if (escalation := course.escalation_behind(request_id)) is not None:
        return at_some_severity(course, escalation, entry, judge)
    if (task := task_behind(course, request_id)) is not None:
        payload, judged = judge(task.opening.severity)
        return payload, (judged,)
    course.need(Aspect.SEVERITY)
    payload, judged = judge(course.severity)
    return payload, (judged,)


def _ladder(course: Course, request: DecisionRequest) -> dict[str, Clock]:
    """The clock whose ladder may have entitled a role that the rule itself does not name."""
    if request.clock_id not in course.clocks:
        course.need(Aspect.CLOCKS)
        return {}
    _, clock = course.clock(request.clock_id)
    return {clock.id: clock}


def _consequence(course: Course, answer: KnownEntry, kind: EventKind) -> JsonObject:
    heard = course.weighed.get(answer.entry)
    if heard is None:
        message = f"the answer {answer.entry} could not be weighed again"
        raise NotReplayable(message)
    if isinstance(heard, str):
        message = f"of the answer {answer.entry}, {heard}"
        raise Contradicted(message)
    event = heard.first(kind)
    if event is None:
        message = f"the answer {answer.entry} does not lead to {kind}"
        raise Contradicted(message)
    return event.payload
