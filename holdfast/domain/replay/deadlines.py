"""Deadlines, judged again: when each was due, what rang, and whether it was met in time.

DORA Art. 17(3)(a) asks for early warning indicators, and Art. 17(3)(c) for escalation: here they
are the schedules and ladders of the pinned policies.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.events import EventKind
from holdfast.domain.incident.response import arm_review
from holdfast.domain.incident.triage import arm_containment
from holdfast.domain.policies import RecoveryPolicy
from holdfast.domain.replay.course import Aspect, Course, Heard, RunningClock
from holdfast.domain.replay.decisions import severity_for
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.values import JsonObject

__all__ = ["armed", "cancelled", "met", "rang"]

_PHASE_DEADLINES: dict[str, Callable[[Clocks, RecoveryPolicy, datetime, str], Clock]] = {
    "containment": arm_containment,
    "review": arm_review,
}
"""By id of the clock. Whoever lets a phase set a new deadline adds it."""

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
    if clock_id in _PHASE_DEADLINES:
        return _arm_for_phase(course, shelf, entry, heard)
    if clock_id.startswith(_DECISION_CLOCK):
        return _arm_for_decision(course, shelf, entry, heard)
    message = f"no rule is known here that sets the deadline {clock_id}"
    raise NotReplayable(message)


def _arm_for_phase(course: Course, shelf: Shelf, entry: KnownEntry, heard: Heard) -> Clock:
    clock_id = entry.event.subject.id
    clocks: dict[str, Clock] = {}
    if clock_id in course.clocks:
        _, clocks[clock_id] = course.clock(clock_id)
    # An earlier arming that nobody can see would make this one a re-arming.
    course.need(Aspect.CLOCKS, since=course.clocks[clock_id].since if clocks else -1)
    recovery = shelf.recovery(course, entry)
    arm = _PHASE_DEADLINES[clock_id]
    return arm(Clocks(clocks, heard.record), recovery, entry.at, entry.entry)


def _arm_for_decision(course: Course, shelf: Shelf, entry: KnownEntry, heard: Heard) -> Clock:
    request = course.request(course.cause(entry, EventKind.DECISION_REQUESTED).event.subject.id)
    if entry.event.subject.id != request.clock_id:
        message = f"the clock of {request.id} is {request.clock_id}"
        raise Contradicted(message)
    pin, matrix = shelf.approval_matrix(course, entry)
    rule = matrix.rules[request.kind]
    return Clocks({}, heard.record).arm(
        request.clock_id,
        rule.question,
        entry.at,
        rule.schedule_for(severity_for(course, rule)),
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
