"""What the entries of remediation tasks add to the course of each."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.domain.events import EventKind
from holdfast.domain.policies import APPROVAL_MATRIX, PinnedPolicy
from holdfast.domain.remediation.asking import ReassignTask, ReportImplementation
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.naming import task_named
from holdfast.domain.remediation.opening import Task, TaskOpening
from holdfast.domain.remediation.state import (
    Acceptance,
    Extension,
    Implementation,
    TaskState,
)
from holdfast.domain.replay.course import Course
from holdfast.domain.replay.reading import read_as, read_pin
from holdfast.domain.replay.remediation_course import TaskCourse
from holdfast.domain.replay.verdicts import KnownEntry, Unreadable
from holdfast.domain.severity import Severity
from holdfast.domain.values import Frozen, Instant, digest_of
from holdfast.dora.register.services import Day

__all__ = ["TASK_FOLDS"]

_Fold = Callable[[TaskState, KnownEntry], None]


class _Due(Frozen):
    due_on: Day


class _Expiry(Frozen):
    expires_at: Instant


def _open(course: Course, entry: KnownEntry) -> None:
    named, said = task_named(entry.event.subject.id), entry.event.payload
    if named is None or named[1] != said.get("number"):
        message = f"{entry.entry} gives {entry.event.subject.id} another number"
        raise Unreadable(message)
    policy = read_pin(entry, "policy")
    opening = TaskOpening.model_construct(
        incident=named[0],
        number=named[1],
        task=read_as(Task, entry, said.get("task")),
        opened=entry.entry,
        opened_at=entry.at,
        author=entry.event.actor,
        policy=PinnedPolicy.model_construct(pin=policy, content=""),
        severity=Severity(said["severity"]) if said.get("severity") else None,
    )
    state = TaskState.model_construct(
        opening=opening,
        matrix=opening.policy,  # read where a rule is run that goes by it
        owner=opening.task.owner,
        due_on=opening.task.due_on,
    )
    pinned = course.pin(APPROVAL_MATRIX)
    known = TaskCourse(since=course.index, state=state, pinned=pinned, policy=policy)
    course.tasks[entry.event.subject.id] = known


def _reassign(state: TaskState, entry: KnownEntry) -> None:
    state.owner = read_as(ReassignTask, entry, entry.event.payload).owner


def _move(state: TaskState, entry: KnownEntry) -> None:
    state.due_on = read_as(_Due, entry, entry.event.payload).due_on
    state.accepted_until = None


def _extend(state: TaskState, entry: KnownEntry) -> None:
    state.due_on = read_as(_Due, entry, entry.event.payload).due_on
    state.extensions += 1


def _implement(state: TaskState, entry: KnownEntry) -> None:
    body = read_as(ReportImplementation, entry, entry.event.payload)
    done = Implementation(
        number=len(state.implementations) + 1,
        entry=entry.entry,
        digest=digest_of(body.model_dump(mode="json", exclude={"type"})),
    )
    state.implementations.append(done)
    state.accepted_until = None
    if entry.event.actor.id not in state.implemented_by:
        state.implemented_by.append(entry.event.actor.id)


def _accept_risk(state: TaskState, entry: KnownEntry) -> None:
    state.accepted_until = read_as(_Expiry, entry, entry.event.payload).expires_at


def _ask_for_time(state: TaskState, entry: KnownEntry) -> None:
    number = len(state.asked_extensions) + 1
    asked = {**entry.event.payload, "number": number, "entry": entry.entry}
    state.asked_extensions.append(read_as(Extension, entry, asked))


def _ask_to_leave(state: TaskState, entry: KnownEntry) -> None:
    number = len(state.asked_acceptances) + 1
    asked = {**entry.event.payload, "number": number, "entry": entry.entry}
    state.asked_acceptances.append(read_as(Acceptance, entry, asked))


def _stands(_state: TaskState, _entry: KnownEntry) -> None:
    """Nothing but its stage, which every entry says."""


def _of_known(run: _Fold) -> Callable[[Course, KnownEntry], None]:
    """Carry that task on; where its opening is not at hand, nothing rests on it."""

    def fold(course: Course, entry: KnownEntry) -> None:
        # What is asked of a task is called after it: `INC-…/remediation-1/extension-1`.
        called = "/".join(entry.event.subject.id.split("/")[:2])
        known = course.tasks.get(called)
        if known is not None:
            run(known.state, entry)
            known.state.stage = TaskStage(str(entry.event.payload.get("stage")))

    return fold


TASK_FOLDS: dict[EventKind, Callable[[Course, KnownEntry], None]] = {
    EventKind.REMEDIATION_OPENED: _open,
    EventKind.REMEDIATION_ACCEPTED: _of_known(_stands),
    EventKind.REMEDIATION_DECLINED: _of_known(_stands),
    EventKind.REMEDIATION_REASSIGNED: _of_known(_reassign),
    EventKind.REMEDIATION_EXTENDED: _of_known(_extend),
    EventKind.REMEDIATION_IMPLEMENTED: _of_known(_implement),
    EventKind.REMEDIATION_VALIDATED: _of_known(_stands),
    EventKind.REMEDIATION_RETURNED: _of_known(_move),
    EventKind.REMEDIATION_RISK_ACCEPTED: _of_known(_accept_risk),
    EventKind.REMEDIATION_REOPENED: _of_known(_move),
    EventKind.REMEDIATION_LINKED: _of_known(_stands),
    EventKind.REMEDIATION_CLOSED: _of_known(_stands),
    EventKind.EXTENSION_REQUESTED: _of_known(_ask_for_time),
    EventKind.RISK_ACCEPTANCE_REQUESTED: _of_known(_ask_to_leave),
}
"""What each entry adds to the course of its task."""
