"""What the entries of a communication add to its course."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.communication.kinds import Stage
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.events import EventKind
from holdfast.domain.policies import APPROVAL_MATRIX
from holdfast.domain.replay.communication_course import CommunicationCourse
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import (
    read_communication,
    read_draft,
    read_pin,
    read_reviewers,
)
from holdfast.domain.replay.verdicts import KnownEntry, Unreadable

__all__ = ["COMMUNICATION_FOLDS"]


def _open(course: Course, entry: KnownEntry) -> None:
    opening = read_communication(entry)
    if communication_id(opening.incident, opening.number) != entry.event.subject.id:
        message = f"{entry.entry} gives {entry.event.subject.id} another number"
        raise Unreadable(message)
    course.communications[entry.event.subject.id] = CommunicationCourse(
        since=course.index,
        opening=opening,
        matrix=read_pin(entry, "matrix"),
        pinned=course.pin(APPROVAL_MATRIX),
    )


def _draft(known: CommunicationCourse, entry: KnownEntry) -> None:
    draft, version, author = read_draft(entry)
    known.adopt(entry.entry, draft, version, author)


def _submit(known: CommunicationCourse, entry: KnownEntry) -> None:
    known.stage, known.reviewers = Stage.REVIEW, read_reviewers(entry)
    if entry.event.answers is not None:
        known.add_author(entry.event.actor.id)


def _clear(known: CommunicationCourse, _entry: KnownEntry) -> None:
    known.stage = Stage.APPROVAL


def _return(known: CommunicationCourse, _entry: KnownEntry) -> None:
    known.stage = Stage.DRAFT


def _approve(known: CommunicationCourse, entry: KnownEntry) -> None:
    known.stage, known.approved = Stage.APPROVED, entry


def _release(known: CommunicationCourse, _entry: KnownEntry) -> None:
    known.stage = Stage.PUBLISHING


def _cancel(known: CommunicationCourse, _entry: KnownEntry) -> None:
    known.stage, known.approved = Stage.CANCELLED, None


def _of_known(
    run: Callable[[CommunicationCourse, KnownEntry], None],
) -> Callable[[Course, KnownEntry], None]:
    """Carry that communication on; where its opening is not at hand, nothing rests on it."""

    def fold(course: Course, entry: KnownEntry) -> None:
        known = course.communications.get(entry.event.subject.id)
        if known is not None:
            run(known, entry)

    return fold


COMMUNICATION_FOLDS: dict[EventKind, Callable[[Course, KnownEntry], None]] = {
    EventKind.COMMUNICATION_OPENED: _open,
    EventKind.COMMUNICATION_DRAFTED: _of_known(_draft),
    EventKind.COMMUNICATION_SUBMITTED: _of_known(_submit),
    EventKind.COMMUNICATION_CLEARED: _of_known(_clear),
    EventKind.COMMUNICATION_RETURNED: _of_known(_return),
    EventKind.COMMUNICATION_APPROVED: _of_known(_approve),
    EventKind.COMMUNICATION_RELEASED: _of_known(_release),
    EventKind.COMMUNICATION_CANCELLED: _of_known(_cancel),
}
