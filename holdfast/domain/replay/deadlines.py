"""Deadlines, judged again: when each was due, what rang, and whether it was met in time.

DORA Art. 17(3)(a) asks for early warning indicators, and Art. 17(3)(c) for escalation: here they
are the schedules and ladders of the pinned policies.
"""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.events import EventKind
from holdfast.domain.incident.classification import (
    CLASSIFICATION_CLOCK,
    NOTIFICATION_CLOCK,
    arm_classification,
    arm_notification,
)
from holdfast.domain.incident.communicating import (
    UPDATE_CLOCKS,
    arm_next_update,
    promise_of,
)
from holdfast.domain.incident.following import UPDATE_CLOCK, arm_update
from holdfast.domain.incident.replies import arm_question, question_clock
from holdfast.domain.incident.response import arm_review
from holdfast.domain.incident.triage import arm_containment
from holdfast.domain.replay.course import Aspect, Course, Heard, RunningClock
from holdfast.domain.replay.decisions import severity_for
from holdfast.domain.replay.reading import read_due
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.severity import Response
from holdfast.domain.values import JsonObject

__all__ = ["armed", "cancelled", "met", "rang"]

_DECISION_CLOCK = "decision/"


def armed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Set the deadline again by the schedule of the pinned policy."""
    clock_id, heard = entry.event.subject.id, Heard()
    try:
        clock = _arm(course, shelf, entry, heard)
    except (NotReplayable, Contradicted) as reason:
        course.clocks[clock_id] = RunningClock(course.index, None, str(reason))
        raise
    course.clocks[clock_id] = RunningClock(course.index, clock)
    return heard.events[0].payload


def rang(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Let the clock ring again at that moment: warn, be missed, or climb its ladder."""
    running, clock = course.clock(entry.event.subject.id)
    if not running.rung:
        heard, clocks = Heard(), {clock.id: clock}
        Clocks(clocks, heard.record).ring(entry.at)
        running.clock, running.rung = clocks[clock.id], heard.events
    if not running.rung:
        message = "nothing of this clock is due then"
        raise Contradicted(message)
    event = running.rung.pop(0)
    if event.kind is not entry.event.kind:
        message = f"what is due then is {event.kind}"
        raise Contradicted(message)
    return event.payload


def met(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Meet the clock again: in time, or after its deadline."""
    return _stop(course, entry, Clocks.meet)


def cancelled(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Cancel the clock again."""
    return _stop(course, entry, Clocks.cancel)


def _arm(course: Course, shelf: Shelf, entry: KnownEntry, heard: Heard) -> Clock:
    clock_id = entry.event.subject.id
    if clock_id in _DEADLINES:
        clocks = Clocks(_earlier(course, clock_id), heard.record)
        return _DEADLINES[clock_id](course, shelf, entry, clocks)
    if clock_id.startswith(_DECISION_CLOCK):
        return _arm_for_decision(course, shelf, entry, heard)
    if clock_id.startswith(question_clock("")):
        clocks = Clocks(_earlier(course, clock_id), heard.record)
        return _authority_question(course, entry, clocks)
    message = f"no rule is known here that sets the deadline {clock_id}"
    raise NotReplayable(message)


def _earlier(course: Course, clock_id: str) -> dict[str, Clock]:
    """The clock of that id as it stands, by id, if it was armed before."""
    clocks: dict[str, Clock] = {}
    if clock_id in course.clocks:
        _, clocks[clock_id] = course.clock(clock_id)
    # An earlier arming that nobody can see would make this one a re-arming.
    course.need(Aspect.CLOCKS, since=course.clocks[clock_id].since if clocks else -1)
    return clocks


def _containment(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    return arm_containment(clocks, shelf.recovery(course, entry), entry.at, entry.entry)


def _review(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    return arm_review(clocks, shelf.recovery(course, entry), entry.at, entry.entry)


def _classification(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    policy, aware_at = shelf.classification(course, entry), course.begun().report.aware_at
    return arm_classification(clocks, policy, aware_at, entry.at, entry.entry)


def _notification(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    policy, aware_at = shelf.classification(course, entry), course.begun().report.aware_at
    return arm_notification(clocks, policy, aware_at, entry.at, entry.entry)


def _update(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    return arm_update(clocks, _response(course, shelf, entry), entry.at, entry.entry)


def _next_update(course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks) -> Clock:
    audience = UPDATE_CLOCKS[entry.event.subject.id]
    cause = course.cause(entry, EventKind.COMMUNICATION_PUBLISHED, EventKind.SEVERITY_ASSIGNED)
    published = cause.event.kind is EventKind.COMMUNICATION_PUBLISHED
    if published and cause.event.payload.get("audience") != audience:
        message = f"its cause {cause.entry} was not published to {audience}"
        raise Contradicted(message)
    response = _response(course, shelf, entry)
    promised = promise_of(cause.event.payload) if published else None
    return arm_next_update(clocks, audience, response, entry.at, entry.entry, promised)


def _response(course: Course, shelf: Shelf, entry: KnownEntry) -> Response:
    tree = shelf.severity_tree(course, entry)
    course.need(Aspect.SEVERITY)
    response = tree.response_for(course.severity, course.priority) if course.severity else None
    if response is None:
        message = "nothing that was assigned asks for updates"
        raise Contradicted(message)
    return response


def _authority_question(course: Course, entry: KnownEntry, clocks: Clocks) -> Clock:
    cause = course.cause(entry, EventKind.REPLY_RECEIVED)
    reply = cause.event.subject.id.rpartition("/")[2]
    if entry.event.subject.id != question_clock(reply):
        message = f"the clock of {reply} is {question_clock(reply)}"
        raise Contradicted(message)
    return arm_question(clocks, reply, read_due(cause), entry.at, entry.entry)


_DEADLINES: dict[str, Callable[[Course, Shelf, KnownEntry, Clocks], Clock]] = {
    "containment": _containment,
    "review": _review,
    CLASSIFICATION_CLOCK: _classification,
    NOTIFICATION_CLOCK: _notification,
    UPDATE_CLOCK: _update,
    **dict.fromkeys(UPDATE_CLOCKS, _next_update),
}
"""By id of the clock. Whoever lets the process set a new deadline adds it."""


def _arm_for_decision(course: Course, shelf: Shelf, entry: KnownEntry, heard: Heard) -> Clock:
    request = course.request(course.cause(entry, EventKind.DECISION_REQUESTED).event.subject.id)
    if entry.event.subject.id != request.clock_id:
        message = f"the clock of {request.id} is {request.clock_id}"
        raise Contradicted(message)
    pin, matrix = shelf.approval_matrix(course, entry, request.id)
    rule = matrix.rules[request.kind]
    return Clocks({}, heard.record).arm(
        request.clock_id,
        rule.question,
        entry.at,
        rule.schedule_for(severity_for(course, rule, request.id)),
        policy=pin,
    )


def _stop(course: Course, entry: KnownEntry, stop: Callable[[Clocks, str], None]) -> JsonObject:
    running, clock = course.clock(entry.event.subject.id)
    heard, clocks = Heard(), {clock.id: clock}
    stop(Clocks(clocks, heard.record), clock.id)
    if not heard.events:
        message = f"the clock is {clock.state} already"
        raise Contradicted(message)
    running.clock = clocks[clock.id]
    return heard.events[0].payload
