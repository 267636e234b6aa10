"""Pauses of escalations, judged again: for which reason, which clocks, and how each ended."""

from __future__ import annotations

from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import read_end_of_pause, read_pause
from holdfast.domain.replay.third_party_work import (
    accepted,
    first,
    known_behind,
    submission_behind,
    work_on,
)
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.third_party import pausing
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject

__all__ = ["ended", "requested"]


def requested(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Ask for it again: the contract's own words, and which clocks stand still for how long."""
    known, work, heard = _at(course, shelf, entry)
    for clock_id in course.clocks:
        # Whether any clock runs that could stand still takes all of them.
        if course.escalation_behind(clock_id) is known:
            course.clock(clock_id)
    try:
        body = read_pause(entry)
    except Unreadable as error:
        raise Contradicted(str(error)) from error
    submission = submission_behind(known, entry, body)
    accepted(pausing.request(work, submission, body, entry.at))
    return heard.events[0].payload


def ended(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """End it again: because somebody says so, or because its longest time has passed."""
    known, work, heard = _at(course, shelf, entry)
    if entry.event.answers is not None:
        body = read_end_of_pause(entry)
        submission = submission_behind(known, entry, body)
        accepted(pausing.end_on_request(work, submission, body, entry.at))
        return heard.events[0].payload
    missed = course.cause(entry, EventKind.CLOCK_MISSED)
    pausing.over(work, missed.event.subject.id, missed.entry, entry.at)
    return first(heard, EventKind.PAUSE_ENDED, missed).payload


def _at(
    course: Course, shelf: Shelf, entry: KnownEntry
) -> tuple[EscalationCourse, EscalationWork, Heard]:
    known = known_behind(course, entry)
    course.need(Aspect.CLOCKS, since=known.since)
    work, heard = work_on(course, shelf, known)
    return known, work, heard
