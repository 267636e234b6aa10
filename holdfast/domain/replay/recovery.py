"""The recovery, judged again: downtime from what was told, and the question of standing down."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind
from holdfast.domain.incident.standing_down import stand_down_question
from holdfast.domain.incident.unavailability import known_of
from holdfast.domain.recovery.figures import computed_payload
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reading import read_as
from holdfast.domain.replay.rules import Rule
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.values import JsonObject
from holdfast.dora.downtime import AvailabilityStatement, Known, TimesContradict, compute_downtime

__all__ = ["JUDGED_OF_RECOVERY", "QUESTIONS_OF_RECOVERY", "RECOVERY_FOLDS", "stand_down_asked"]


def downtime_computed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Compute every figure again from what was told until then."""
    course.cause(entry, EventKind.AVAILABILITY_REPORTED)
    course.need(Aspect.RECOVERY, Aspect.PHASE)
    try:
        computed = compute_downtime(course.recovery.told, _known(course), entry.at)
    except TimesContradict as error:
        raise Contradicted(str(error)) from error
    return computed_payload(computed)


def stand_down_asked(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    """The question whether the response may end, about what is open here."""
    course.need(Aspect.RECOVERY)
    try:
        left = course.recovery.left(_known(course))
    except TimesContradict as error:
        raise Contradicted(str(error)) from error
    return stand_down_question(course.begun().incident_id, left, cause.entry)


def _known(course: Course) -> Known:
    course.need(Aspect.FACTS)
    aware_at = course.begun().report.aware_at
    return known_of(course.facts, aware_at, recovered=course.recovered_at is not None)


def _tell(course: Course, entry: KnownEntry) -> None:
    told = read_as(AvailabilityStatement, entry, {**entry.event.payload, "entry": entry.entry})
    course.recovery.told.append(told)


def _activate(course: Course, entry: KnownEntry) -> None:
    course.recovery.active.add(_plan(entry))


def _deactivate(course: Course, entry: KnownEntry) -> None:
    course.recovery.active.discard(_plan(entry))


def _play(course: Course, entry: KnownEntry) -> None:
    """A play begins, or goes on with a step that was added or is to be repeated."""
    course.recovery.plays.add(_number(entry))


def _finish(course: Course, entry: KnownEntry) -> None:
    course.recovery.plays.discard(_number(entry))


def _number(entry: KnownEntry) -> int:
    number = entry.event.payload.get("play")
    if not isinstance(number, int):
        message = f"{entry.entry} names no play"
        raise Unreadable(message)
    return number


def _plan(entry: KnownEntry) -> str:
    plan = entry.event.payload.get("plan")
    if not isinstance(plan, str):
        message = f"{entry.entry} names no plan"
        raise Unreadable(message)
    return plan


RECOVERY_FOLDS: dict[EventKind, Callable[[Course, KnownEntry], None]] = {
    EventKind.AVAILABILITY_REPORTED: _tell,
    EventKind.CONTINUITY_ACTIVATED: _activate,
    EventKind.CONTINUITY_DEACTIVATED: _deactivate,
    EventKind.PLAYBOOK_STARTED: _play,
    EventKind.STEP_ADDED: _play,
    EventKind.STEP_REPEATED: _play,
    EventKind.PLAYBOOK_FINISHED: _finish,
}
"""What each entry adds to the course of the recovery."""

JUDGED_OF_RECOVERY: dict[EventKind, Rule] = {
    EventKind.DOWNTIME_COMPUTED: Rule(
        downtime_computed, "downtime and duration from the availability told until then"
    ),
}
"""The judgements about the recovery."""

QUESTIONS_OF_RECOVERY: dict[EventKind, Callable[[Course, KnownEntry, KnownEntry], Question]] = {
    EventKind.PHASE_ENTERED: stand_down_asked,
    EventKind.AVAILABILITY_REPORTED: stand_down_asked,
    EventKind.CONTINUITY_ACTIVATED: stand_down_asked,
    EventKind.CONTINUITY_DEACTIVATED: stand_down_asked,
}
"""By kind of the entry that leads to the question of standing down."""
