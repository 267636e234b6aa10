"""A reporting as it stood at an entry, for the rules of the process to be run once more."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock, Clocks
from holdfast.domain.decisions import DecisionState
from holdfast.domain.events import EventKind
from holdfast.domain.incident import reporting
from holdfast.domain.notices import Noticed
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.reading import read_as
from holdfast.domain.replay.reporting_course import ReportingCourse
from holdfast.domain.replay.reporting_folding import reporting_called
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.reporting import due, following, handing_over, sent
from holdfast.domain.reporting.judging import DeadlinesComputed
from holdfast.domain.reporting.kinds import VersionState
from holdfast.domain.reporting.naming import reporting_of_request
from holdfast.domain.reporting.policy import REPORTING, reporting_policy
from holdfast.domain.reporting.state import ReportVersion
from holdfast.domain.reporting.work import ReportingWork
from holdfast.domain.values import Frozen, Instant, JsonObject, JsonValue
from holdfast.dora.report_stages import ReportStage

__all__ = [
    "UPDATE_CAUSES",
    "arm",
    "arm_client_notification",
    "known_reporting",
    "met_as_of",
    "read_own",
    "reporting_behind",
    "tell",
    "version_of",
    "work_on",
]

_Model = TypeVar("_Model", bound=BaseModel)

_REVERSAL = (EventKind.CLASSIFICATION_DECIDED,)


class _SubmittedThen(Frozen):
    submitted_at: Instant


def known_reporting(course: Course, entry: KnownEntry) -> ReportingCourse:
    """The reporting that an entry is about.

    Raises:
        NotReplayable: its opening is not at hand, or an entry that may have changed it since.
        Contradicted: none of that id was opened.
    """
    called = reporting_called(entry.event.subject.id)
    known = course.reportings.get(called)
    return _required(course, known, called)


def reporting_behind(course: Course, name: str) -> ReportingCourse | None:
    """The reporting that has put a request or armed a clock; None for those of others.

    Raises:
        NotReplayable, Contradicted: as `known_reporting` does.
    """
    number = reporting_of_request(name.removeprefix("decision/"))
    if number is None:
        return None
    of_that_number = (each for each in course.reportings.values() if each.opening.number == number)
    return _required(course, next(of_that_number, None), f"reporting {number}")


def work_on(course: Course, shelf: Shelf, known: ReportingCourse) -> tuple[ReportingWork, Heard]:
    """The reporting as it stands, with a journal that only listens."""
    number, state, heard = known.opening.number, known.state.snapshot(), Heard()
    policy = shelf.reporting(known.policy)
    state.opening = known.opening.model_copy(update={"policy": policy})
    state.matrix = shelf.matrix_under(known.pinned, known.opening.id)
    state.severity = course.severity
    state.recovered_at = course.recovered_at
    state.reversed_by = _reversed_by(course)
    state.clocks = {
        name: running.clock
        for name, running in course.clocks.items()
        if running.clock is not None
        and reporting_of_request(name.removeprefix("decision/")) == number
    }
    state.requests = {
        name: request
        for name, request in course.requests.items()
        if reporting_of_request(name) == number
    }
    for version in list(state.versions):
        if version.state is VersionState.REVIEW:
            left = tuple(
                request.id
                for request in state.requests.values()
                if request.kind is DecisionKind.REPORT_REVIEW
                and request.state is DecisionState.OPEN
                and request.subject.digest == version.content
            )
            state.keep(version.model_copy(update={"reviews_left": left}))
    return ReportingWork(state, heard.record), heard


def read_own(model: type[_Model], entry: KnownEntry, content: JsonValue) -> _Model:
    """What the entry that is judged holds: where it does not read, no rule has written it.

    Raises:
        Contradicted: it does not read.
    """
    try:
        return read_as(model, entry, content)
    except Unreadable as error:
        raise Contradicted(str(error)) from error


def version_of(known: ReportingCourse, entry: KnownEntry) -> ReportVersion:
    """The version that an entry is about.

    Raises:
        Contradicted: nobody has drafted it.
    """
    number = entry.event.payload.get("version")
    version = known.state.version(number) if isinstance(number, int) else None
    if version is None:
        message = f"nobody has drafted version {number} of {known.opening.id}"
        raise Contradicted(message)
    return version


def met_as_of(course: Course, entry: KnownEntry) -> Instant | None:
    """When the report was submitted that a clock of a reporting was met by."""
    of_decision, _, name = entry.event.subject.id.rpartition("/")
    if of_decision or name.partition(":")[2] == handing_over.CHANNEL:
        return None
    cause = course.cause(entry, EventKind.REPORT_SUBMITTED)
    return read_as(_SubmittedThen, cause, cause.event.payload).submitted_at


def arm_client_notification(
    course: Course, shelf: Shelf, entry: KnownEntry, clocks: Clocks
) -> Clock:
    """Set again until when clients are told: a clock of the incident itself.

    Raises:
        Contradicted: the incident is pinned to no rules of reporting.
    """
    pin = course.pin(REPORTING)
    if pin is None:
        course.begun()
        message = "the incident is pinned to no rules of reporting"
        raise Contradicted(message)
    policy = reporting_policy(shelf.reporting(pin).content)
    return reporting.arm_client_notification(clocks, policy, pin, entry.at, entry.entry)


def arm(
    course: Course, shelf: Shelf, known: ReportingCourse, entry: KnownEntry
) -> tuple[JsonObject, tuple[Clock, ...]]:
    """Set a clock of the reporting again; return what that says, and the clock."""
    work, heard = work_on(course, shelf, known)
    clock_id = entry.event.subject.id
    name = clock_id.removeprefix(work.prefix)
    if name in set(ReportStage):
        _by_the_law(course, work, entry)
    elif name == handing_over.CHANNEL:
        _towards_the_authority(course, work, known, entry)
    elif name == sent.UPDATE:
        _for_an_update(course, work, entry)
    elif name == sent.OPEN:
        _after_the_final(course, work, known, entry)
    else:
        message = f"no reporting has a clock {name}"
        raise Contradicted(message)
    for event in heard.events:
        if event.kind is EventKind.CLOCK_ARMED and event.subject.id == clock_id:
            return event.payload, (work.state.clocks[clock_id],)
    message = "nothing that was recorded sets this clock"
    raise Contradicted(message)


def _by_the_law(course: Course, work: ReportingWork, entry: KnownEntry) -> None:
    cause = course.cause(entry, EventKind.DEADLINES_COMPUTED)
    work.state.deadlines = None
    work.state.wants_deadlines = (cause.entry, "judged again")
    due.computed(work, read_as(DeadlinesComputed, cause, cause.event.payload), entry.at)


def _towards_the_authority(
    course: Course, work: ReportingWork, known: ReportingCourse, entry: KnownEntry
) -> None:
    approved = course.cause(entry, EventKind.REPORT_APPROVED)
    handing_over.send(work, version_of(known, approved), approved.entry, entry.at)


def _for_an_update(course: Course, work: ReportingWork, entry: KnownEntry) -> None:
    cause = course.cause(entry, EventKind.REPORT_UPDATE_REQUIRED, *_REVERSAL)
    if cause.event.kind is EventKind.REPORT_UPDATE_REQUIRED:
        cause = course.cause(cause, *UPDATE_CAUSES)
    tell(work, cause, entry)


def _after_the_final(
    course: Course, work: ReportingWork, known: ReportingCourse, entry: KnownEntry
) -> None:
    cause = course.cause(entry, EventKind.REPORT_SUBMITTED)
    at = read_as(_SubmittedThen, cause, cause.event.payload).submitted_at
    before = version_of(known, cause).model_copy(update={"submitted_at": None})
    sent.submitted(work, before, cause.entry, at, entry.at)


def tell(work: ReportingWork, cause: KnownEntry, entry: KnownEntry) -> None:
    """Let the reporting hear again what the incident has recorded."""
    # It hears a moment later what is decided meanwhile: this it heard before that.
    work.state.recovered_at = work.state.reversed_by = None
    noticed = Noticed.model_construct(entry=cause.entry, workflow="", event=cause.event)
    following.heard(work, noticed, entry.at)


UPDATE_CAUSES = (
    EventKind.PHASE_ENTERED,
    EventKind.SEVERITY_ASSIGNED,
    EventKind.CLASSIFICATION_EVALUATED,
)
"""What of the incident an authority has to hear anew."""


def _reversed_by(course: Course) -> str | None:
    """The latest decision about the class, if it says that the criteria were never met."""
    for known in reversed(course.entries.values()):
        if known is not None and known.event.kind in _REVERSAL:
            return known.entry if known.event.payload.get("reversed") else None
    return None


def _required(course: Course, known: ReportingCourse | None, called: str) -> ReportingCourse:
    course.need(Aspect.REPORTING, since=known.since if known else -1)
    if known is None:
        message = f"no {called} was opened"
        raise Contradicted(message)
    return known
