"""Deadlines, judged again: when each was due, what rang, and whether it was met in time.

DORA Art. 17(3)(a) asks for early warning indicators, and Art. 17(3)(c) for escalation: here they
are the schedules and ladders of the pinned policies.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.events import Event, EventKind
from holdfast.domain.incident.classification_clocks import (
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
from holdfast.domain.incident.reporting import CLIENT_NOTIFICATION
from holdfast.domain.incident.response import arm_review
from holdfast.domain.incident.triage import arm_containment
from holdfast.domain.replay import playbooks, remediation_work, reporting_work, third_party_clocks
from holdfast.domain.replay.course import Aspect, Course, Heard, RunningClock
from holdfast.domain.replay.decisions import at_severity_of
from holdfast.domain.replay.questions import question_behind
from holdfast.domain.replay.reading import read_due
from holdfast.domain.replay.remediation_work import task_behind
from holdfast.domain.replay.reporting_work import reporting_behind
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_work import require_all_severities
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.severity import Response, Severity
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.values import JsonObject, canonical_json

__all__ = ["armed", "cancelled", "met", "paused", "rang", "resumed"]

_JudgeClock = Callable[
    [Course, Shelf, EscalationCourse, KnownEntry], tuple[JsonObject, tuple[Clock, ...]]
]

_DECISION_CLOCK = "decision/"


def armed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Set the deadline again by the schedule of the pinned policy."""
    clock_id = entry.event.subject.id
    try:
        payload, clocks = _arm(course, shelf, entry)
    except (NotReplayable, Contradicted) as reason:
        course.clocks[clock_id] = RunningClock(course.index, None, str(reason))
        raise
    _run(course, clock_id, [RunningClock(course.index, clock) for clock in clocks])
    return payload


def rang(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Let the clock ring again at that moment: warn, be missed, or climb its ladder."""
    clock_id = entry.event.subject.id
    running, _ = course.clock(clock_id)
    rung = [(each, _ring(each, entry)) for each in (running, *running.others)]
    if alike := [each for each, event in rung if event is not None and _is(event, entry)]:
        _run(course, clock_id, alike)
        return entry.event.payload
    if (known := course.escalation_behind(clock_id)) is not None:
        require_all_severities(course, known)
    event = rung[0][1]
    if event is None:
        message = "nothing of this clock is due then"
        raise Contradicted(message)
    if event.kind is not entry.event.kind:
        message = f"what is due then is {event.kind}"
        raise Contradicted(message)
    return event.payload


def met(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Meet the clock again: in time, or after its deadline."""
    if reporting_behind(course, entry.event.subject.id) is not None:
        as_of = reporting_work.met_as_of(course, entry)
        return _stop(course, entry, partial(Clocks.meet, as_of=as_of))
    if escalation_of_request(entry.event.subject.id) is None:
        return _stop(course, entry, Clocks.meet)
    return _sure(course, entry, partial(_meet, course, shelf, entry))


def cancelled(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Cancel the clock again."""
    return _stop(course, entry, Clocks.cancel)


def paused(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Let the clock stand still again; only those of escalations do."""
    judge = partial(_carry_on, course, shelf, entry, third_party_clocks.pause)
    return _sure(course, entry, judge)


def resumed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Let the clock run again."""
    judge = partial(_carry_on, course, shelf, entry, third_party_clocks.resume)
    return _sure(course, entry, judge)


def _sure(course: Course, entry: KnownEntry, judge: Callable[[], JsonObject]) -> JsonObject:
    """Judge what becomes of the clock; where that cannot be judged, nobody knows how it stands."""
    clock_id = entry.event.subject.id
    try:
        return judge()
    except NotReplayable as reason:
        if (running := course.clocks.get(clock_id)) is not None:
            course.clocks[clock_id] = RunningClock(running.since, None, str(reason))
        raise


def _meet(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    course.clock(entry.event.subject.id)
    known = course.escalation_behind(entry.event.subject.id)
    as_of = None if known is None else third_party_clocks.met_as_of(course, shelf, known, entry)
    return _stop(course, entry, partial(Clocks.meet, as_of=as_of))


def _carry_on(course: Course, shelf: Shelf, entry: KnownEntry, judge: _JudgeClock) -> JsonObject:
    known = course.escalation_behind(entry.event.subject.id)
    if known is None:
        message = f"{entry.event.subject.id} never stands still"
        raise Contradicted(message)
    running, _ = course.clock(entry.event.subject.id)
    payload, clocks = judge(course, shelf, known, entry)
    _run(course, entry.event.subject.id, [RunningClock(running.since, clock) for clock in clocks])
    return payload


def _run(course: Course, clock_id: str, first: list[RunningClock]) -> None:
    """Let the clock be one of these from now on."""
    running, *others = first
    running.others = others
    course.clocks[clock_id] = running


def _ring(running: RunningClock, entry: KnownEntry) -> Event | None:
    """What is due next of the clock by then; None if nothing is."""
    if not running.rung and running.clock is not None:
        heard, clocks = Heard(), {running.clock.id: running.clock}
        Clocks(clocks, heard.record).ring(entry.at)
        running.clock, running.rung = clocks[running.clock.id], heard.events
    return running.rung.pop(0) if running.rung else None


def _is(event: Event, entry: KnownEntry) -> bool:
    same = canonical_json(event.payload) == canonical_json(entry.event.payload)
    return same and event.kind is entry.event.kind


def _arm(course: Course, shelf: Shelf, entry: KnownEntry) -> tuple[JsonObject, tuple[Clock, ...]]:
    clock_id, heard = entry.event.subject.id, Heard()
    if (known := course.escalation_behind(clock_id)) is not None:
        _earlier(course, clock_id, known.since)
        return third_party_clocks.arm(course, shelf, known, entry)
    if (task := task_behind(course, clock_id)) is not None and not _of_decision(clock_id):
        _earlier(course, clock_id, task.since)
        return remediation_work.arm(course, shelf, task, entry)
    if (reporting := reporting_behind(course, clock_id)) is not None and not _of_decision(clock_id):
        _earlier(course, clock_id, reporting.since)
        return reporting_work.arm(course, shelf, reporting, entry)
    if _of_decision(clock_id):
        return _arm_for_decision(course, shelf, entry)
    clocks = Clocks(_earlier(course, clock_id), heard.record, course.pace)
    if clock_id in _DEADLINES:
        clock = _DEADLINES[clock_id](course, shelf, entry, clocks)
    elif clock_id.startswith(question_clock("")):
        clock = _authority_question(course, entry, clocks)
    elif playbooks.is_of_step(clock_id):
        clock = playbooks.arm_clock(course, shelf, entry, clocks)
    else:
        message = f"no rule is known here that sets the deadline {clock_id}"
        raise NotReplayable(message)
    return heard.events[0].payload, (clock,)


def _of_decision(clock_id: str) -> bool:
    return clock_id.startswith(_DECISION_CLOCK)


def _earlier(course: Course, clock_id: str, since: int = -1) -> dict[str, Clock]:
    """The clock of that id as it stands, by id, if it was armed before: after that entry."""
    clocks: dict[str, Clock] = {}
    if clock_id in course.clocks:
        _, clocks[clock_id] = course.clock(clock_id)
    # An earlier arming that nobody can see would make this one a re-arming.
    course.need(Aspect.CLOCKS, since=course.clocks[clock_id].since if clocks else since)
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
    CLIENT_NOTIFICATION: reporting_work.arm_client_notification,
    **dict.fromkeys(UPDATE_CLOCKS, _next_update),
}
"""By id of the clock. Whoever lets the process set a new deadline adds it."""


def _arm_for_decision(
    course: Course, shelf: Shelf, entry: KnownEntry
) -> tuple[JsonObject, tuple[Clock, ...]]:
    asked = course.cause(entry, EventKind.DECISION_REQUESTED)
    request = course.request(asked.event.subject.id)
    if entry.event.subject.id != request.clock_id:
        message = f"the clock of {request.id} is {request.clock_id}"
        raise Contradicted(message)
    pin, matrix = shelf.approval_matrix(course, entry, request.id)
    rule = matrix.rules[request.kind]

    def judge(severity: Severity | None) -> tuple[JsonObject, Clock]:
        heard, pace = Heard(), course.pace_of(request.id)
        schedule = rule.schedule_for(severity)
        if reporting_behind(course, request.id) is not None:
            question = question_behind(course, asked)
            schedule = schedule.no_later_than(question.due_by, entry.at, pace)
        clocks = Clocks({}, heard.record, pace)
        clock = clocks.arm(request.clock_id, rule.question, entry.at, schedule, policy=pin)
        return heard.events[0].payload, clock

    return at_severity_of(course, rule, entry, request.id, judge)


def _stop(course: Course, entry: KnownEntry, stop: Callable[[Clocks, str], None]) -> JsonObject:
    running, clock = course.clock(entry.event.subject.id)
    heard, clocks = Heard(), {clock.id: clock}
    stop(Clocks(clocks, heard.record), clock.id)
    if not heard.events:
        message = f"the clock is {clock.state} already"
        raise Contradicted(message)
    running.clock, running.others = clocks[clock.id], []
    return heard.events[0].payload
