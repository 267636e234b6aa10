"""Recurrence, judged again: which incidents are one series, whether it is major, what followed.

The entry of an assessment holds its inputs, since they stand in the evidence of other incidents:
what is judged again is what follows from them, not whether they are what those incidents say.
"""

from __future__ import annotations

from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.recurrence.assessment import Series
from holdfast.domain.recurrence.finding import find_series
from holdfast.domain.recurrence.recording import assessed_payload, decided_payload, question
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import read_found_series, read_pins, read_recurrence
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable, Unreadable
from holdfast.domain.values import JsonObject

__all__ = ["assessed", "decided", "recurrence_question"]


def assessed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look for series again, on the recorded inputs and under the pinned thresholds."""
    policy = shelf.classification(course, entry)
    inputs = read_recurrence(entry)
    return assessed_payload(inputs, find_series(inputs, policy), read_pins(entry, "pins"))


def decided(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Draw the outcome from the decision and the series that it was about."""
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    request = course.request(decision.event.subject.id)
    series = _named(_assessment(course), request.subject.id)
    option, data = decision.event.payload.get("outcome"), decision.event.payload.get("data")
    if not isinstance(option, str) or not isinstance(data, dict):
        message = f"{decision.entry} holds no decision"
        raise Unreadable(message)
    try:
        return decided_payload(option, data, series, decision.event.actor)
    except KeyError as error:
        message = f"{decision.entry} does not say whether it is major"
        raise Unreadable(message) from error


def recurrence_question(_course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
    """Whether a series is one major incident; `entry` says which of those found."""
    about = entry.event.payload.get("about")
    name = about.get("id") if isinstance(about, dict) else None
    series = _named(cause, name)
    if not series.asks:
        message = f"nothing has to be decided about {series.id}"
        raise Contradicted(message)
    return question(series, cause.entry)


def _assessment(course: Course) -> KnownEntry:
    for known in course.entries.values():
        if known is not None and known.event.kind is EventKind.RECURRENCE_ASSESSED:
            return known
    message = "the assessment of recurrence is not among the entries before it"
    raise NotReplayable(message)


def _named(assessment: KnownEntry, name: object) -> Series:
    for series in read_found_series(assessment):
        if series.id == name:
            return series
    message = f"{assessment.entry} finds no such series"
    raise Contradicted(message)
