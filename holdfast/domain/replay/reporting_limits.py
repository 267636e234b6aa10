"""The limits of reports, computed again from the moments and the calendar that stand recorded."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.events import EventKind
from holdfast.domain.replay.course import Aspect, Course
from holdfast.domain.replay.reporting_work import known_reporting, read_own, work_on
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.reporting.clock_case import clock_case
from holdfast.domain.reporting.due import deadlines_request
from holdfast.domain.reporting.judging import DeadlinesComputed
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.values import JsonObject
from holdfast.dora.clocks import ClockCase, compute_deadlines

__all__ = ["computed"]


def computed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Compute them again, for the entity as the pinned register and policy have it.

    More may have been submitted since they were asked for: each moment that they go by has to be
    one of those recorded, but not each of those has to be among them.
    """
    known = known_reporting(course, entry)
    told = read_own(DeadlinesComputed, entry, entry.event.payload)
    work, _ = work_on(course, shelf, known)
    register = shelf.named_register(known.opening.register_of_information)
    entity = register.entities.get(known.opening.entity)
    if entity is None:
        message = f"the register has no entity {known.opening.entity}"
        raise Contradicted(message)
    _require_recorded(course, work, told.case)
    moments = told.case.model_dump(exclude={"entity", "aware_at", "classified_major_at"})
    request = deadlines_request(work).model_copy(update=moments)
    case = clock_case(request, entity, work.policy.entities.get(known.opening.entity))
    again = DeadlinesComputed(
        case=case, calendar=told.calendar, deadlines=compute_deadlines(case, told.calendar)
    )
    return {
        **work.head,
        **again.model_dump(mode="json"),
        "because": _because(course, entry),
    }


def _require_recorded(course: Course, work: ReportingWork, case: ClockCase) -> None:
    state = work.state
    recorded = [each for each in (state.initial_at, *state.intermediate_at, state.final_at) if each]
    known = {work.in_case(each) for each in recorded}
    told = (case.initial_submitted_at, *case.intermediate_submitted_at, case.final_submitted_at)
    for moment in told:
        if moment is not None and moment not in known:
            message = f"nothing was submitted at {moment.isoformat()}"
            raise Contradicted(message)
    _require_recovered(course, work, case.regular_activities_recovered_at)


def _require_recovered(course: Course, work: ReportingWork, moment: datetime | None) -> None:
    """A workflow hears of the recovery by notice, a moment later."""
    since = course.recovered_at
    if moment is not None and since is None:
        course.need(Aspect.PHASE)
    if moment is not None and (since is None or moment < work.in_case(since)):
        message = f"nothing had recovered at {moment.isoformat()}"
        raise Contradicted(message)


def _because(course: Course, entry: KnownEntry) -> str:
    cause = course.cause(entry, *_CAUSES)
    if cause.event.kind is EventKind.REPORT_SUBMITTED:
        covers = cause.event.payload.get("covers")
        named = " and ".join(map(str, covers)) if isinstance(covers, list) else ""
        return f"the {named} report was submitted"
    return _CAUSES[cause.event.kind]


_CAUSES: dict[EventKind, str] = {
    EventKind.REPORTING_OPENED: "the incident was decided to be major",
    EventKind.PHASE_ENTERED: "regular activities have recovered",
    EventKind.REPORT_SUBMITTED: "",
}
