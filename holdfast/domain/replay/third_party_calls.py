"""Calls of providers, judged again: whom to call, about what, and what counts as a breach."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock, Rang
from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Course, Heard
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import read_count, read_relapse, read_severity
from holdfast.domain.replay.third_party_work import (
    accepted,
    decided_in,
    first,
    known_behind,
    severity_named,
    submission_behind,
    work_on,
)
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.severity import Severity
from holdfast.domain.third_party import calling, restoring
from holdfast.domain.third_party.kinds import EscalationStage
from holdfast.domain.third_party.times import clock_of
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject
from holdfast.dora.register.terms import VendorClock

__all__ = ["asked", "breached", "called", "round_begun"]


def asked(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Begin the round again: whom of the provider is called first, and since when it counts."""
    known = known_behind(course, entry)
    severity = severity_named(course, known, entry)
    cause = course.cause(entry, EventKind.THIRD_PARTY_TERMS_READ, EventKind.THIRD_PARTY_RELAPSED)
    _, heard = round_begun(course, shelf, known, cause, entry.at, severity)
    return first(heard, EventKind.THIRD_PARTY_ASKED, cause).payload


def called(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Call again: the rung of the provider's ladder that was reached, and what it is told."""
    known = known_behind(course, entry)
    cause = course.cause(
        entry,
        EventKind.THIRD_PARTY_BREACHED,
        EventKind.CLOCK_ESCALATED,
        EventKind.DECISION_DECIDED,
        EventKind.SEVERITY_ASSIGNED,
    )
    work, heard = work_on(course, shelf, known)
    if cause.event.kind is EventKind.THIRD_PARTY_BREACHED:
        missed = course.cause(cause, EventKind.CLOCK_MISSED)
        clock, which = _missed_clock(course, known, missed)
        rang = Rang(kind=missed.event.kind, clock=clock, entry=missed.entry)
        calling.missed(work, rang, which, entry.at)
    elif cause.event.kind is EventKind.SEVERITY_ASSIGNED:
        _tell_severity(work, cause, entry.at)
    elif cause.event.kind is EventKind.CLOCK_ESCALATED:
        _climb(course, known, work, cause, entry.at)
    else:
        _not_restored(course, known, work, cause, entry.at)
    return first(heard, EventKind.THIRD_PARTY_CALLED, cause).payload


def breached(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Find the breach again: which time was missed, and what the contract says of that."""
    known = known_behind(course, entry)
    severity = severity_named(course, known, entry)
    missed = course.cause(entry, EventKind.CLOCK_MISSED)
    clock, which = _missed_clock(course, known, missed)
    work, heard = work_on(course, shelf, known, severity)
    rang = Rang(kind=missed.event.kind, clock=clock, entry=missed.entry)
    calling.missed(work, rang, which, entry.at)
    return first(heard, EventKind.THIRD_PARTY_BREACHED, missed).payload


def round_begun(
    course: Course,
    shelf: Shelf,
    known: EscalationCourse,
    cause: KnownEntry,
    now: datetime,
    severity: Severity | None,
) -> tuple[EscalationWork, Heard]:
    """Ask the provider once more as it was asked in the round that `cause` has led to."""
    work, heard = work_on(course, shelf, known, severity)
    state, opening = work.state, known.opening
    if cause.event.kind is EventKind.THIRD_PARTY_RELAPSED:
        body = read_relapse(cause)
        # What has followed of it may have been taken in by now.
        state.round = read_count(cause, "round") - 1
        state.stage = state.outcome = EscalationStage.RESTORED
        accepted(restoring.relapse(work, submission_behind(known, cause, body), body, now))
    else:
        state.round, causes = 0, (cause.entry,)
        calling.begin_round(work, opening.because, opening.asked_at, now, causes=causes)
    return work, heard


def _missed_clock(
    course: Course, known: EscalationCourse, missed: KnownEntry
) -> tuple[Clock, VendorClock]:
    clock_id = missed.event.subject.id
    which = clock_of(clock_id)
    if which is None or course.escalation_behind(clock_id) is not known:
        message = f"{clock_id} is no time of {known.opening.id}"
        raise Contradicted(message)
    _, clock = course.clock(clock_id)
    return clock, which


def _climb(
    course: Course,
    known: EscalationCourse,
    work: EscalationWork,
    cause: KnownEntry,
    now: datetime,
) -> None:
    clock, _ = _missed_clock(course, known, cause)
    rung = read_count(cause, "rung")
    calling.climb(work, Rang(cause.event.kind, clock, cause.entry, rung=rung), now)


def _tell_severity(work: EscalationWork, cause: KnownEntry, now: datetime) -> None:
    severity = read_severity(cause)
    if severity is None:
        message = f"{cause.entry} assigns no severity"
        raise Contradicted(message)
    calling.tell_severity(work, severity, now, cause.entry)


def _not_restored(
    course: Course,
    known: EscalationCourse,
    work: EscalationWork,
    cause: KnownEntry,
    now: datetime,
) -> None:
    decided = decided_in(course, known, cause, DecisionKind.THIRD_PARTY_RESTORATION)
    work.state.claim = known.claim
    restoring.restoration_decided(work, decided, now)
