"""Drills, judged again: what the script brings in and when, and the score."""

from __future__ import annotations

from holdfast.domain.drills.plan import DrillPlan
from holdfast.domain.drills.score import scored
from holdfast.domain.drills.tally import Tally
from holdfast.domain.events import EventKind
from holdfast.domain.incident.drilling import inject_payload, inject_subject
from holdfast.domain.incident.naming import incident_workflow_id
from holdfast.domain.replay.course import Course, Opening
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, NotReplayable
from holdfast.domain.values import JsonObject

__all__ = ["injected", "score"]


def injected(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Bring the inject in again: the next of the script, no earlier than it is due."""
    opening, plan = _begun(course)
    before = [each for each in course.entries.values() if each is not None]
    number = 1 + sum(each.event.kind is EventKind.DRILL_INJECTED for each in before)
    if entry.event.subject != inject_subject(opening.incident_id, number):
        _require_all(course, opening)
        message = f"the next of the script is inject {number}"
        raise Contradicted(message)
    due_at = plan.due_at(number, opening.opened_at)
    if due_at is None or due_at > entry.at:
        message = f"no inject {number} is due then"
        raise Contradicted(message)
    return inject_payload(plan, number, due_at)


def score(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:  # noqa: ARG001 - one shape
    """Score the drill again, by what its own workflow has recorded until then."""
    opening, plan = _begun(course)
    _require_all(course, opening)
    tally = Tally()
    for name, known in course.entries.items():
        if known is not None and _is_own(name, opening):
            tally = tally.taken(known.event, known.at)
    return scored(plan, tally, opening.opened_at, entry.at).model_dump(mode="json")


def _begun(course: Course) -> tuple[Opening, DrillPlan]:
    opening = course.begun()
    if opening.report.drill is None:
        message = f"{opening.incident_id} is no drill"
        raise Contradicted(message)
    return opening, opening.report.drill


def _require_all(course: Course, opening: Opening) -> None:
    for name, known in course.entries.items():
        if known is None and _is_own(name, opening):
            message = f"{name} is withheld; it may have counted"
            raise NotReplayable(message)


def _is_own(entry: str, opening: Opening) -> bool:
    """Whether the workflow of the incident has written it; others count for themselves."""
    return entry.startswith(f"{incident_workflow_id(opening.incident_id)}#")
