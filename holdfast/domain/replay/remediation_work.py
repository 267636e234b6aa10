"""A remediation task as it stood at an entry, for the rules of the process to be run once more."""

from __future__ import annotations

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.clocks import Clock
from holdfast.domain.decision_desk import Decided
from holdfast.domain.events import EventKind
from holdfast.domain.remediation import accepting_risk, due, implementing
from holdfast.domain.remediation.naming import task_of_request
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.deciding import decided_there
from holdfast.domain.replay.remediation_course import TaskCourse
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry
from holdfast.domain.values import JsonObject

__all__ = ["arm", "decided_in", "known_task", "task_behind", "work_on"]


def known_task(course: Course, entry: KnownEntry) -> TaskCourse:
    """The task that an entry is about.

    Raises:
        NotReplayable: its opening is not at hand, or an entry that may have changed it since.
        Contradicted: none of that id was opened.
    """
    called = "/".join(entry.event.subject.id.split("/")[:2])
    known = course.tasks.get(called)
    course.need(Aspect.REMEDIATION, since=known.since if known else -1)
    if known is None:
        message = f"no {called} was opened"
        raise Contradicted(message)
    return known


def task_behind(course: Course, name: str) -> TaskCourse | None:
    """The task that has put a request or armed a clock; None for those of others.

    Raises:
        NotReplayable, Contradicted: as `known_task` does.
    """
    number = task_of_request(name.removeprefix("decision/"))
    if number is None:
        return None
    known = next((each for each in course.tasks.values() if each.opening.number == number), None)
    course.need(Aspect.REMEDIATION, since=known.since if known else -1)
    if known is None:
        message = f"no remediation task {number} was opened"
        raise Contradicted(message)
    return known


def work_on(course: Course, shelf: Shelf, known: TaskCourse) -> tuple[TaskWork, Heard]:
    """The task as it stands, with a journal that only listens."""
    number, state, heard = known.opening.number, known.state.snapshot(), Heard()
    policy = shelf.remediation(known.policy)
    state.opening = known.opening.model_copy(update={"policy": policy})
    state.matrix = shelf.matrix_under(known.pinned, known.opening.id)
    state.clocks = {
        name: running.clock
        for name, running in course.clocks.items()
        if running.clock is not None and task_of_request(name.removeprefix("decision/")) == number
    }
    state.requests = {
        name: request
        for name, request in course.requests.items()
        if task_of_request(name) == number
    }
    return TaskWork(state, heard.record), heard


def decided_in(
    course: Course, known: TaskCourse, decision: KnownEntry, kind: DecisionKind
) -> Decided:
    """What was decided there, as its workflow took it in.

    Raises:
        NotReplayable: the question or the answer that settled it is not at hand.
        Contradicted: it is no such decision of that task, or it was taken back.
    """
    return decided_there(
        course,
        decision,
        kind,
        called=known.opening.id,
        since=known.since,
        asks=known.opening.asks,
    )


def arm(
    course: Course, shelf: Shelf, known: TaskCourse, entry: KnownEntry
) -> tuple[JsonObject, tuple[Clock, ...]]:
    """Set a clock of the task again; return what that says, and the clock."""
    work, heard = work_on(course, shelf, known)
    clock_id = entry.event.subject.id
    name = clock_id.removeprefix(work.prefix)
    if name == due.DUE:
        cause = course.cause(entry, *_DUE_SINCE)
        due.arm(work, entry.at, cause.entry)
    elif name == due.OBSERVATION:
        cause = course.cause(entry, EventKind.REMEDIATION_IMPLEMENTED)
        implementing.await_effect(work, cause.entry, entry.at)
    elif name == due.ACCEPTANCE:
        cause = course.cause(entry, EventKind.REMEDIATION_RISK_ACCEPTED)
        accepting_risk.await_expiry(work, cause.entry, entry.at)
    else:
        message = f"no task has a clock {name}"
        raise Contradicted(message)
    return heard.events[0].payload, (work.state.clocks[clock_id],)


_DUE_SINCE = (
    EventKind.REMEDIATION_OPENED,
    EventKind.REMEDIATION_EXTENDED,
    EventKind.REMEDIATION_RETURNED,
    EventKind.REMEDIATION_REOPENED,
)
