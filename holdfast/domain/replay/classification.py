"""Classification, judged again: the evaluation of the facts, and what people made of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from holdfast.domain.classification_inputs import Moments
from holdfast.domain.classifying import evaluate
from holdfast.domain.events import EventKind
from holdfast.domain.incident.classification import (
    decided_payload,
    evaluated_payload,
    ruling_of,
)
from holdfast.domain.policies import REGISTER
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reading import read_outcome
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.values import Instant, JsonObject

__all__ = ["decided", "evaluated"]

_INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def evaluated(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Evaluate the facts as stated so far, as of the moment that the entry names."""
    policy, register = shelf.classification(course, entry), shelf.register(course)
    course.need(Aspect.FACTS, Aspect.EVALUATION, Aspect.PHASE)
    try:
        at = _INSTANT.validate_python(entry.event.payload.get("evaluated_at"))
    except ValidationError as error:
        message = f"{entry.entry} does not say when it was evaluated"
        raise Unreadable(message) from error
    moments = Moments(
        aware_at=course.begun().report.aware_at, recovered_at=course.recovered_at, at=at
    )
    before = course.evaluation
    return evaluated_payload(
        evaluate(course.facts, moments, policy, register),
        before.number + 1 if before else 1,
        before.major if before else None,
        course.pin(REGISTER),
    )


def decided(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Draw the class from the decision and the evaluation that it was about."""
    decision = course.cause(entry, EventKind.DECISION_DECIDED)
    course.need(Aspect.EVALUATION, Aspect.CLASSIFICATION)
    if course.evaluation is None:
        message = "nobody has evaluated the incident"
        raise Contradicted(message)
    option, data = read_outcome(decision)
    try:
        ruling = ruling_of(option, data, course.evaluation.major, decision.event.actor, entry.at)
    except KeyError as error:
        message = f"{decision.entry} names no class"
        raise Unreadable(message) from error
    return decided_payload(course.evaluation, course.classification, ruling)
