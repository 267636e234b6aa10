"""The end of escalations, judged again: restored or not, weaknesses, the review, its measures."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.events import EventKind
from holdfast.domain.notices import Noticed
from holdfast.domain.replay.course import Course, Heard
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import read_oversight, read_weakness
from holdfast.domain.replay.third_party_work import (
    accepted,
    decided_in,
    first,
    known_behind,
    submission_behind,
    work_on,
)
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.third_party import closing, ending, restoring, reviewing, weaknesses
from holdfast.domain.third_party.asking import ReviewEscalation
from holdfast.domain.third_party.work import EscalationWork
from holdfast.domain.values import JsonObject, digest_of

__all__ = ["closed", "measure", "restored", "reviewed", "weakness"]


def restored(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look again whether people have confirmed what the provider claims, and since when."""
    known = known_behind(course, entry)
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    decided = decided_in(course, known, decision, DecisionKind.THIRD_PARTY_RESTORATION)
    work, heard = work_on(course, shelf, known)
    restoring.restoration_decided(work, decided, entry.at)
    return first(heard, EventKind.THIRD_PARTY_RESTORED, decision).payload


def weakness(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Find it again by the rules; what people have found comes out as they say it."""
    work, heard = work_on(course, shelf, known_behind(course, entry))
    if entry.event.answers is not None:
        body = read_weakness(entry)
        submission = submission_behind(known_behind(course, entry), entry, body)
        accepted(weaknesses.report(work, submission, body, entry.at))
        return heard.events[0].payload
    cause = course.cause(
        entry,
        EventKind.THIRD_PARTY_RESTORED,
        EventKind.THIRD_PARTY_WITHDRAWN,
        EventKind.COMMUNICATION_CLOSED,
    )
    if cause.event.kind is EventKind.COMMUNICATION_CLOSED:
        noticed = Noticed(entry=cause.entry, workflow=cause.entry, event=cause.event)
        weaknesses.call_closed(work, noticed)
    else:
        weaknesses.note_found(work, entry.at, cause.entry)
    return first(heard, EventKind.WEAKNESS_FOUND, cause).payload


def reviewed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Draft the review again: which version, over which breaches and weaknesses."""
    known = known_behind(course, entry)
    work, heard = work_on(course, shelf, known)
    body = ReviewEscalation(review=read_oversight(entry))
    submission = submission_behind(known, entry, body)
    accepted(reviewing.record_review(work, submission, body, entry.at))
    return heard.events[0].payload


def measure(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Draw again from the review that was signed off what has to follow."""
    known = known_behind(course, entry)
    draft = course.cause(entry, EventKind.THIRD_PARTY_REVIEWED)
    decision = course.last_cause(entry, EventKind.DECISION_DECIDED)
    heard = _signed_off(course, shelf, known, decision, entry)
    return first(heard, EventKind.REMEDIATION_PROPOSED, draft, entry.event.subject.id).payload


def closed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Look again whether nothing is left to do: it was signed off, or needs no review."""
    known = known_behind(course, entry)
    cause = course.cause(
        entry,
        EventKind.DECISION_DECIDED,
        EventKind.THIRD_PARTY_WITHDRAWN,
        EventKind.INCIDENT_CLOSED,
    )
    if cause.event.kind is EventKind.DECISION_DECIDED:
        heard = _signed_off(course, shelf, known, cause, entry)
    else:
        work, heard = work_on(course, shelf, known)
        _end(work, known, cause)
    return first(heard, EventKind.THIRD_PARTY_CLOSED, cause).payload


def _end(work: EscalationWork, known: EscalationCourse, cause: KnownEntry) -> None:
    withdrawn = cause.event.kind is EventKind.THIRD_PARTY_WITHDRAWN
    if not withdrawn or cause.event.payload.get("round") is None:
        ending.end_with_incident(work, "it ends", cause.entry)
    elif known.state.breaches:
        message = f"times were missed in {known.opening.id}: it needs a review"
        raise Contradicted(message)
    else:
        closing.close(work, (cause.entry,))


def _signed_off(
    course: Course,
    shelf: Shelf,
    known: EscalationCourse,
    decision: KnownEntry,
    entry: KnownEntry,
) -> Heard:
    """Let the last signature under the latest draft lead once more to what it has led to."""
    decided = decided_in(course, known, decision, DecisionKind.THIRD_PARTY_REVIEW)
    draft = known.state.review
    if draft is None or decided.request.subject.digest != digest_of(draft.content):
        message = f"{decided.request.id} is not about the latest draft of the review"
        raise Contradicted(message)
    work, heard = work_on(course, shelf, known)
    reviewing.review_decided(work, decided, entry.at)
    return heard
