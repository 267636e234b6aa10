"""The questions that were put to people, asked again from the entry that led to each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from holdfast.domain.communication.delivering import DeliveryReport
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.communication.publishing import delivery_question
from holdfast.domain.communication.signing_off import (
    approval_question as approval_of_message,
)
from holdfast.domain.communication.signing_off import review_question
from holdfast.domain.decision_desk import ratification_question
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.incident.acknowledging import acknowledgement_question
from holdfast.domain.incident.checks import validation_question
from holdfast.domain.incident.classification import confirmation_question as confirmation_of_class
from holdfast.domain.incident.classification import reversal_question
from holdfast.domain.incident.detection import confirmation_question
from holdfast.domain.incident.learning import closure_question, sign_off_question
from holdfast.domain.incident.reconsidering import repinning_question
from holdfast.domain.incident.response import approval_question
from holdfast.domain.incident.triage import severity_question
from holdfast.domain.reconsidering import Matter
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reading import (
    read_action,
    read_firing,
    read_proposal,
    read_repinning,
    read_services,
)
from holdfast.domain.replay.recovery import QUESTIONS_OF_RECOVERY, stand_down_asked
from holdfast.domain.replay.recurrence import recurrence_question
from holdfast.domain.replay.remediation import QUESTIONS_OF_REMEDIATION
from holdfast.domain.replay.reporting import QUESTIONS_OF_REPORTING
from holdfast.domain.replay.third_party_questions import QUESTIONS_OF_ESCALATIONS
from holdfast.domain.replay.threats import threat_question
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable, Unreadable
from holdfast.domain.roles import Role
from holdfast.domain.values import canonical_json

__all__ = ["QUESTIONS", "question_behind"]


def question_behind(course: Course, entry: KnownEntry) -> Question:
    """The question that a `decision.requested` puts.

    Raises:
        NotReplayable: an input of it is withheld or does not read.
        Contradicted: nothing that was recorded leads to such a question.
    """
    cause = course.cause(entry, *QUESTIONS)
    return QUESTIONS[cause.event.kind](course, cause, entry)


def _confirmation(course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
    opening = course.begun()
    # Only the question says which services the report itself named; the entry of the opening has
    # those of its facts as well. The digest over the whole report holds what is said here.
    context = entry.event.payload.get("context")
    try:
        services = read_services(context.get("services") if isinstance(context, dict) else None)
    except Unreadable as error:
        raise Contradicted(str(error)) from error
    report = opening.report.model_copy(update={"services": services})
    return confirmation_question(opening.incident_id, report, opening.principal, cause.entry)


def _severity(_course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    return severity_question(cause.event.subject.id, read_proposal(cause), cause.entry)


def _classification(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    course.need(Aspect.EVALUATION, Aspect.CLASSIFICATION)
    if course.evaluation is None:
        message = f"{cause.entry} is not among the entries before it"
        raise NotReplayable(message)
    decided = course.classification
    ask = reversal_question if decided and decided.major else confirmation_of_class
    evaluation = course.evaluation
    incident_id = course.begun().incident_id
    return ask(incident_id, evaluation.summary, evaluation.digest, cause.entry)


def _reconsideration(course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
    about = cause.event.payload.get("about")
    if about == Matter.CLASSIFICATION:
        return _classification(course, cause, entry)
    if about == Matter.STAND_DOWN:
        return stand_down_asked(course, cause, entry)
    course.need(Aspect.PROPOSAL)
    if course.proposal is None:
        message = "nobody has proposed a severity"
        raise Contradicted(message)
    return severity_question(course.begun().incident_id, course.proposal, cause.entry)


def _repinning(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    new, before, reason = read_repinning(cause)
    incident_id = course.begun().incident_id
    return repinning_question(incident_id, new, before, reason, cause.event.actor, cause.entry)


def _acknowledgement(_course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    return acknowledgement_question(read_firing(cause), cause.entry)


def _approval(_course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    return approval_question(read_action(cause), cause.entry)


def _validation(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    course.need(Aspect.CHECKS, Aspect.DECLARED)
    incident_id = course.begun().incident_id
    return validation_question(incident_id, course.checks, course.declared_by, cause.entry)


def _sign_off(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    course.need(Aspect.REVIEW)
    if course.review is None:
        message = f"{cause.entry} is not among the entries before it"
        raise NotReplayable(message)
    return sign_off_question(cause.event.subject.id, course.review, cause.event.actor, cause.entry)


def _closure(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    course.need(Aspect.REVIEW)
    return closure_question(course.begun().incident_id, course.review, cause.entry)


def _ratification(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    request = course.request(cause.event.subject.id)
    event = cause.event
    return ratification_question(request, event.actor, event.payload, cause.entry)


def _of_communication(
    ask: Callable[[str, KnownEntry, KnownEntry], Question],
    course: Course,
    cause: KnownEntry,
    entry: KnownEntry,
) -> Question:
    """What a communication asks bears its number, and is about what its own entry holds."""
    called = cause.event.subject.id
    known = course.communication(called)
    if communication_of_request(entry.event.subject.id) != known.opening.number:
        message = f"{entry.event.subject.id} is no request of {called}"
        raise Contradicted(message)
    try:
        return ask(called, cause, entry)
    except (KeyError, TypeError) as error:
        message = f"{cause.entry} does not hold what was asked"
        raise Unreadable(message) from error


def _review(called: str, cause: KnownEntry, entry: KnownEntry) -> Question:
    roles = entry.event.payload.get("roles")
    wanted = cause.event.payload["reviewers"]
    role = next((each for each in wanted if [each] == roles), None)
    if role is None:
        message = f"{cause.entry} asks for no review by {roles}"
        raise Contradicted(message)
    return review_question(called, cause.event.payload, Role(role), cause.entry)


def _approval_of_message(called: str, cause: KnownEntry, _entry: KnownEntry) -> Question:
    return approval_of_message(called, cause.event.payload, cause.entry)


def _delivery(called: str, cause: KnownEntry, _entry: KnownEntry) -> Question:
    delivered = cause.event.payload
    if DeliveryReport.model_validate_json(canonical_json(delivered["report"])).complete:
        message = f"of {cause.entry} nothing is left to look after"
        raise Contradicted(message)
    return delivery_question(called, delivered, cause.entry)


QUESTIONS: dict[EventKind, Callable[[Course, KnownEntry, KnownEntry], Question]] = {
    EventKind.INCIDENT_OPENED: _confirmation,
    EventKind.SEVERITY_PROPOSED: _severity,
    EventKind.CLASSIFICATION_EVALUATED: _classification,
    EventKind.RECONSIDERATION_REQUESTED: _reconsideration,
    EventKind.REPINNING_REQUESTED: _repinning,
    EventKind.ESCALATION_TRIGGERED: _acknowledgement,
    EventKind.ACTION_PROPOSED: _approval,
    EventKind.MILESTONE_REACHED: _validation,
    EventKind.CHECK_RECORDED: _validation,
    EventKind.REVIEW_RECORDED: _sign_off,
    EventKind.DECISION_DECIDED: _closure,
    EventKind.DECISION_BYPASSED: _ratification,
    EventKind.RECURRENCE_ASSESSED: recurrence_question,
    EventKind.THREAT_PUT_FORWARD: threat_question,
    EventKind.COMMUNICATION_SUBMITTED: partial(_of_communication, _review),
    EventKind.COMMUNICATION_CLEARED: partial(_of_communication, _approval_of_message),
    EventKind.COMMUNICATION_DELIVERED: partial(_of_communication, _delivery),
    **QUESTIONS_OF_ESCALATIONS,
    **QUESTIONS_OF_RECOVERY,
    **QUESTIONS_OF_REMEDIATION,
    **QUESTIONS_OF_REPORTING,
}
"""By kind of the entry that leads to it. Whoever lets the process ask something new adds it."""
