"""What people are asked about third parties, asked again from the entry that led to it."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.incident.third_parties import invocation_question
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.third_party_course import EscalationCourse
from holdfast.domain.replay.third_party_reading import escalation_behind, said_of_it
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.roles import Role
from holdfast.domain.third_party.naming import escalation_of_request
from holdfast.domain.third_party.pausing import pause_question
from holdfast.domain.third_party.restoring import restoration_question
from holdfast.domain.third_party.reviewing import review_question

__all__ = ["QUESTIONS_OF_ESCALATIONS"]

_Ask = Callable[[EscalationCourse, KnownEntry, KnownEntry], Question]


def _invocation(_course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    event = cause.event
    return invocation_question(event.subject, event.actor.id, event.payload, cause.entry)


def _restoration(known: EscalationCourse, cause: KnownEntry, _entry: KnownEntry) -> Question:
    claim = known.claim
    if claim is None or claim.entry != cause.entry:
        message = f"{cause.entry} does not claim that anything is restored"
        raise Contradicted(message)
    return restoration_question(known.opening.id, cause.event.actor, claim.said_at, cause.entry)


def _pause(_known: EscalationCourse, cause: KnownEntry, _entry: KnownEntry) -> Question:
    event = cause.event
    return pause_question(event.subject, event.actor.id, said_of_it(cause), cause.entry)


def _review(known: EscalationCourse, cause: KnownEntry, _entry: KnownEntry) -> Question:
    """The vendor manager signs off, then the management body where it must."""
    draft = known.state.review
    if draft is None or draft.entry != cause.entry:
        message = f"{cause.entry} is not the latest draft of the review"
        raise Contradicted(message)
    signed = len(draft.signed_by)
    role = Role.MANAGEMENT_BODY if signed else Role.VENDOR_MANAGER
    if signed > 1 or (signed and not draft.content.get("critical")):
        message = f"nobody has to sign off {cause.entry} any more"
        raise Contradicted(message)
    authors = (*draft.drafted_by, *draft.signed_by)
    return review_question(known.opening.id, draft.content, role, authors, cause.entry)


def _of_escalation(ask: _Ask) -> Callable[[Course, KnownEntry, KnownEntry], Question]:
    """What an escalation asks bears its number."""

    def question(course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
        known = course.escalation(escalation_behind(cause))
        if escalation_of_request(entry.event.subject.id) != known.opening.number:
            message = f"{entry.event.subject.id} is no request of {known.opening.id}"
            raise Contradicted(message)
        try:
            return ask(known, cause, entry)
        except (KeyError, TypeError) as error:
            message = f"{cause.entry} does not hold what was asked"
            raise Unreadable(message) from error

    return question


QUESTIONS_OF_ESCALATIONS: dict[EventKind, Callable[[Course, KnownEntry, KnownEntry], Question]] = {
    EventKind.INVOCATION_REQUESTED: _invocation,
    EventKind.THIRD_PARTY_STATED: _of_escalation(_restoration),
    EventKind.PAUSE_REQUESTED: _of_escalation(_pause),
    EventKind.THIRD_PARTY_REVIEWED: _of_escalation(_review),
}
"""By kind of the entry that leads to it."""
