"""The clocks of escalations, judged again: due by the terms that were taken, paused, met, resumed.

The rule of the process that sets or stops a clock is run once more, and what it says of that clock
is what is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock
from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Course, Heard
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_calls import round_begun
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import read_severity, read_statement
from holdfast.domain.replay.third_party_work import (
    agreeing,
    at_some_severity,
    decided_in,
    first,
    require_all_severities,
    work_on,
)
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.severity import Severity
from holdfast.domain.third_party import calling, pausing, restoring, reviewing
from holdfast.domain.third_party.hearing import MEETS, UPDATES
from holdfast.domain.third_party.times import clock_of
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject
from holdfast.dora.register.terms import VendorClock

__all__ = ["arm", "met_as_of", "pause", "resume"]

_Judged: TypeAlias = tuple[JsonObject, tuple[Clock, ...]]
_Arm: TypeAlias = Callable[[Course, Shelf, EscalationCourse, KnownEntry, KnownEntry], _Judged]


def arm(course: Course, shelf: Shelf, known: EscalationCourse, entry: KnownEntry) -> _Judged:
    """Set the clock again; return what that says, and what the clock can be.

    It can be more than one where entries do not say by which severity it was set.
    """
    cause = course.cause(entry, *_ARMS)
    return _ARMS[cause.event.kind](course, shelf, known, cause, entry)


def met_as_of(
    course: Course, shelf: Shelf, known: EscalationCourse, entry: KnownEntry
) -> datetime | None:
    """As of when what the clock waited for has happened; None if just then.

    Raises:
        Contradicted: what has led to it meets no such clock.
    """
    clock = clock_of(entry.event.subject.id)
    if clock is None:
        course.cause(entry, EventKind.PAUSE_ENDED, EventKind.THIRD_PARTY_REVIEWED)
        return None
    cause = course.cause(entry, EventKind.THIRD_PARTY_STATED, EventKind.DECISION_DECIDED)
    if cause.event.kind is EventKind.DECISION_DECIDED:
        work, heard = _with_restoration_decided(course, shelf, known, cause, entry.at)
        first(heard, EventKind.CLOCK_MET, cause, work.clock_id(clock))
        return known.claim.said_at if known.claim else None
    said = read_statement(cause)
    if clock not in MEETS[said.said] and not (clock in _UPDATE and said.said in UPDATES):
        message = f"{cause.entry} is no {clock}, but a {said.said}"
        raise Contradicted(message)
    return said.said_at


def pause(course: Course, shelf: Shelf, known: EscalationCourse, entry: KnownEntry) -> _Judged:
    """Let it stand still again, as a pause was granted, or a restoration claimed; return as arm."""
    cause = course.cause(entry, EventKind.DECISION_DECIDED, EventKind.THIRD_PARTY_STATED)
    clock_id = entry.event.subject.id
    work, heard = work_on(course, shelf, known)
    if cause.event.kind is EventKind.DECISION_DECIDED:
        _grant(course, known, work, cause, entry.at)
    elif known.claim is None or known.claim.entry != cause.entry:
        message = f"{cause.entry} does not claim that anything is restored"
        raise Contradicted(message)
    elif clock_id in known.run_again:
        # A pause has ended while the claim waits for us: what it had stopped stays stopped.
        work.clocks.pause(clock_id, causes=(cause.entry,))
    else:
        restoring.claim(work, cause.event.actor, known.claim.said_at, cause.entry, entry.at)
    payload = first(heard, EventKind.CLOCK_PAUSED, cause, clock_id).payload
    state = {"state": work.state.clocks[clock_id].state}
    return payload, tuple(clock.model_copy(update=state) for clock in _possible(course, clock_id))


def resume(course: Course, shelf: Shelf, known: EscalationCourse, entry: KnownEntry) -> _Judged:
    """Let it run again, with what was left before a pause or to its old deadline; return as arm."""
    cause = course.cause(entry, EventKind.PAUSE_ENDED, EventKind.DECISION_DECIDED)
    clock_id = entry.event.subject.id
    if cause.event.kind is EventKind.DECISION_DECIDED:
        return _run_on(course, shelf, known, cause, entry)

    def judge(severity: Severity | None) -> tuple[JsonObject, Clock]:
        work, heard = work_on(course, shelf, known, severity)
        work.state.claim = None
        if known.pause is not None:
            pausing.run_again(work, known.pause, entry.at, cause.entry)
        payload = first(heard, EventKind.CLOCK_RESUMED, cause, clock_id).payload
        return payload, work.state.clocks[clock_id]

    return at_some_severity(course, known, entry, judge)


def _run_on(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    """Nothing was restored: whatever the clock can be, it runs on as if nothing was said."""
    judged, clock_id = list[tuple[JsonObject, Clock]](), entry.event.subject.id
    decided = decided_in(course, known, cause, DecisionKind.THIRD_PARTY_RESTORATION)
    for clock in _possible(course, clock_id):
        work, heard = work_on(course, shelf, known)
        work.state.claim, work.state.clocks[clock_id] = known.claim, clock
        restoring.restoration_decided(work, decided, entry.at)
        payload = first(heard, EventKind.CLOCK_RESUMED, cause, clock_id).payload
        judged.append((payload, work.state.clocks[clock_id]))
    if (found := agreeing(entry, judged)) is not None:
        return found
    require_all_severities(course, known)
    return judged[0][0], (judged[0][1],)


def _possible(course: Course, clock_id: str) -> list[Clock]:
    """All that the clock can be."""
    running, clock = course.clock(clock_id)
    return [clock, *(each.clock for each in running.others if each.clock is not None)]


_UPDATE = frozenset({VendorClock.UPDATE})


def _with_restoration_decided(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, now: datetime
) -> tuple[EscalationWork, Heard]:
    decided = decided_in(course, known, cause, DecisionKind.THIRD_PARTY_RESTORATION)
    work, heard = work_on(course, shelf, known)
    work.state.claim = known.claim
    restoring.restoration_decided(work, decided, now)
    return work, heard


def _grant(
    course: Course,
    known: EscalationCourse,
    work: EscalationWork,
    cause: KnownEntry,
    now: datetime,
) -> None:
    """Let the pause be decided once more that was decided last."""
    decided = decided_in(course, known, cause, DecisionKind.THIRD_PARTY_PAUSE)
    if known.pause is not None:
        work.state.pause = known.pause.model_copy(update={"since": None, "paused": ()})
    pausing.pause_decided(work, decided, now)


def _asked(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    began = course.cause(cause, EventKind.THIRD_PARTY_TERMS_READ, EventKind.THIRD_PARTY_RELAPSED)
    severity = read_severity(cause)
    work, heard = round_begun(course, shelf, known, began, entry.at, severity)
    return _armed(work, heard, cause, entry)


def _heard(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    said = read_statement(cause)
    if said.said not in UPDATES or clock_of(entry.event.subject.id) is not VendorClock.UPDATE:
        message = f"{cause.entry} is no update"
        raise Contradicted(message)

    def judge(severity: Severity | None) -> tuple[JsonObject, Clock]:
        work, heard = work_on(course, shelf, known, severity)
        since = known.heard(said.said_at)
        calling.arm(work, VendorClock.UPDATE, since, entry.at, cause.entry)
        payload, (clock,) = _armed(work, heard, cause, entry)
        return payload, clock

    return at_some_severity(course, known, entry, judge)


def _assigned(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    severity = read_severity(cause)
    # Of what severity it was until then, nothing says: one that is the same sets nothing anew.
    work, heard = work_on(course, shelf, known)
    if severity is not None:
        calling.rearm(work, severity, entry.at, cause.entry)
    return _armed(work, heard, cause, entry)


def _decided(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    work, heard = work_on(course, shelf, known)
    _grant(course, known, work, cause, entry.at)
    return _armed(work, heard, cause, entry)


def _ended(
    course: Course, shelf: Shelf, known: EscalationCourse, cause: KnownEntry, entry: KnownEntry
) -> _Judged:
    work, heard = work_on(course, shelf, known)
    if cause.event.kind is EventKind.THIRD_PARTY_WITHDRAWN and not work.state.breaches:
        message = f"nothing was missed in {known.opening.id} that needs a review"
        raise Contradicted(message)
    reviewing.await_review(work, entry.at, cause.entry)
    return _armed(work, heard, cause, entry)


def _armed(work: EscalationWork, heard: Heard, cause: KnownEntry, entry: KnownEntry) -> _Judged:
    clock_id = entry.event.subject.id
    payload = first(heard, EventKind.CLOCK_ARMED, cause, clock_id).payload
    return payload, (work.state.clocks[clock_id],)


_ARMS: dict[EventKind, _Arm] = {
    EventKind.THIRD_PARTY_ASKED: _asked,
    EventKind.THIRD_PARTY_STATED: _heard,
    EventKind.SEVERITY_ASSIGNED: _assigned,
    EventKind.DECISION_DECIDED: _decided,
    EventKind.THIRD_PARTY_RESTORED: _ended,
    EventKind.THIRD_PARTY_WITHDRAWN: _ended,
}
"""By kind of the entry that leads to it."""
