"""Remediation, judged again: what was opened, decided, implemented, left undone, and asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import Event, EventKind, Subject
from holdfast.domain.incident.remediation import opened_content, task_of_measure, task_proposed
from holdfast.domain.refusals import Refusal
from holdfast.domain.remediation import (
    accepting,
    accepting_risk,
    ending,
    implementing,
    postponing,
)
from holdfast.domain.remediation.asking import (
    ProposeTask,
    ReportImplementation,
    RequestExtension,
    RequestRiskAcceptance,
)
from holdfast.domain.remediation.due import OBSERVATION
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.opening import Task
from holdfast.domain.remediation.policy import REMEDIATION, remediation_policy
from holdfast.domain.replay.course import Aspect, Course, Heard
from holdfast.domain.replay.reading import read_as
from holdfast.domain.replay.remediation_work import decided_in, known_task, task_behind, work_on
from holdfast.domain.replay.rules import Rule
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import Contradicted, KnownEntry, Unreadable
from holdfast.domain.submissions import Submission
from holdfast.domain.values import Frozen, JsonObject, JsonValue

__all__ = ["JUDGED_OF_REMEDIATION", "NOT_JUDGED_OF_REMEDIATION", "QUESTIONS_OF_REMEDIATION"]

_Body = TypeVar("_Body", bound=Frozen)

_STATED = "people or programs state it"


def opened(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Open it again: with what follows from its priority by the pinned policy."""
    course.need(Aspect.SEVERITY, Aspect.REMEDIATION)
    said, pin = entry.event.payload, course.pin(REMEDIATION)
    if pin is None:
        course.begun()
        message = "the incident is pinned to no rules of remediation"
        raise Contradicted(message)
    policy = remediation_policy(shelf.remediation(pin).content)
    told = _own(Task, entry, said.get("task"))
    if entry.event.answers is None:
        measure = course.cause(entry, EventKind.REMEDIATION_PROPOSED)
        task = task_of_measure(measure.event.payload, measure.entry, policy, entry.at)
    elif said.get("replaces") is not None:
        task = told
    else:
        given = told.model_dump(exclude={"basis", "proposal"})
        task = task_proposed(ProposeTask(**given), policy, entry.at)
    severity = str(course.severity) if course.severity else None
    number, replaced = len(course.tasks) + 1, said.get("replaces")
    again = opened_content(number, task, pin.model_dump(mode="json"), severity, replaced)
    stated = {"because": said["because"]} if "because" in said else {}
    return {**again, **stated}


def _after_decision(
    kind: DecisionKind, follow: Callable[..., None], leads_to: EventKind
) -> Callable[[Course, Shelf, KnownEntry], JsonObject]:
    """Let a decision lead once more to what it has led to."""

    def judge(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
        known = known_task(course, entry)
        decision = course.cause(entry, EventKind.DECISION_DECIDED)
        decided = decided_in(course, known, decision, kind)
        work, heard = work_on(course, shelf, known)
        follow(work, decided, entry.at)
        return _first(heard, leads_to, decision).payload

    return judge


def _handed_in(
    model: type[_Body], rule: Callable[..., Refusal | None]
) -> Callable[[Course, Shelf, KnownEntry], JsonObject]:
    """Take in again what somebody has handed in, whose receipt the entry is."""

    def judge(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
        known = known_task(course, entry)
        body = _own(model, entry, entry.event.payload)
        work, heard = work_on(course, shelf, known)
        refusal = rule(work, _submission(known.opening.workflow_id, entry, body), body, entry.at)
        if refusal is not None:
            message = f"the rules refuse it ({refusal.reason}): {refusal.detail}"
            raise Contradicted(message)
        return heard.events[0].payload

    return judge


def reopened(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """Open it again once its acceptance has expired."""
    missed = course.cause(entry, EventKind.CLOCK_MISSED)
    work, heard = work_on(course, shelf, known_task(course, entry))
    accepting_risk.expired(work, missed.entry, entry.at)
    return _first(heard, EventKind.REMEDIATION_REOPENED, missed).payload


def closed(course: Course, shelf: Shelf, entry: KnownEntry) -> JsonObject:
    """End it again: as effective, as declined, or because another has taken its place."""
    known = known_task(course, entry)
    cause = course.cause(entry, *_ENDS)
    work, heard = work_on(course, shelf, known)
    if cause.event.kind is EventKind.REMEDIATION_OPENED:
        if cause.event.payload.get("replaces") != known.opening.number:
            message = f"{cause.entry} takes the place of another task"
            raise Contradicted(message)
        outcome = None
    else:
        outcome = TaskStage(str(cause.event.payload.get("stage")))
    ending.close(work, outcome, cause.entry)
    return _first(heard, EventKind.REMEDIATION_CLOSED, cause).payload


def _own(model: type[_Body], entry: KnownEntry, content: JsonValue) -> _Body:
    """What the entry itself holds: where it does not read, no rule has written it."""
    try:
        return read_as(model, entry, content)
    except Unreadable as error:
        raise Contradicted(str(error)) from error


def _submission(workflow_id: str, entry: KnownEntry, body: Any) -> Submission:  # noqa: ANN401 - one of a task's bodies
    return Submission.model_construct(
        submission_id=entry.event.answers or entry.entry,
        workflow_id=workflow_id,
        principal=entry.event.actor,
        submitted_at=entry.at,
        body=body,
    )


def _first(heard: Heard, kind: EventKind, cause: KnownEntry) -> Event:
    found = heard.first(kind)
    if found is None:
        message = f"{cause.entry} does not lead to {kind}"
        raise Contradicted(message)
    return found


def _acceptance(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    return accepting.acceptance_question(known_task(course, cause).opening)


def _extension(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    known_task(course, cause)
    event = cause.event
    return postponing.extension_question(event.subject, event.actor, _asked(cause), cause.entry)


def _risk(course: Course, cause: KnownEntry, _entry: KnownEntry) -> Question:
    person = known_task(course, cause).state.owner.person
    owner, event = (person,) if person else (), cause.event
    return accepting_risk.acceptance_question(
        event.subject, event.actor, owner, _asked(cause), cause.entry
    )


def _validation(course: Course, cause: KnownEntry, entry: KnownEntry) -> Question:
    """It is asked at once, or when the observation has ended."""
    known = task_behind(course, entry.event.subject.id)
    about: Subject = cause.event.subject
    ended = cause.event.kind is EventKind.CLOCK_MISSED
    if known is None or (ended and not about.id.endswith(f":{OBSERVATION}")):
        message = f"{cause.entry} asks for no validation"
        raise Contradicted(message)
    state = known.state
    done, authors = state.implementations[-1], implementing.those_who_did_it(state)
    return implementing.validation_question(state.opening.id, done, authors, cause.entry)


def _asked(cause: KnownEntry) -> JsonObject:
    head = {"number", "stage"}
    return {name: value for name, value in cause.event.payload.items() if name not in head}


_ENDS = (
    EventKind.REMEDIATION_VALIDATED,
    EventKind.REMEDIATION_DECLINED,
    EventKind.REMEDIATION_OPENED,
)

_VALIDATION = DecisionKind.REMEDIATION_VALIDATION
_RISK = DecisionKind.REMEDIATION_RISK_ACCEPTANCE

JUDGED_OF_REMEDIATION: dict[EventKind, Rule] = {
    EventKind.REMEDIATION_OPENED: Rule(
        opened,
        "priority, due date and whether it is mandatory, by the pinned policy",
        stated=frozenset({"because"}),
    ),
    EventKind.REMEDIATION_ACCEPTED: Rule(
        _after_decision(
            DecisionKind.REMEDIATION_ACCEPTANCE,
            accepting.acceptance_decided,
            EventKind.REMEDIATION_ACCEPTED,
        ),
        "whether people have decided that it is to be done",
    ),
    EventKind.REMEDIATION_DECLINED: Rule(
        _after_decision(
            DecisionKind.REMEDIATION_ACCEPTANCE,
            accepting.acceptance_decided,
            EventKind.REMEDIATION_DECLINED,
        ),
        "whether people have declined it, which nobody can where it is mandatory",
    ),
    EventKind.EXTENSION_REQUESTED: Rule(
        _handed_in(RequestExtension, postponing.request_extension),
        "whether more time can be asked for, once more",
        stated=frozenset({"because"}),
    ),
    EventKind.REMEDIATION_EXTENDED: Rule(
        _after_decision(
            DecisionKind.REMEDIATION_EXTENSION,
            postponing.extension_decided,
            EventKind.REMEDIATION_EXTENDED,
        ),
        "until when it is due by the decision, and how often that was moved",
    ),
    EventKind.REMEDIATION_IMPLEMENTED: Rule(
        _handed_in(ReportImplementation, implementing.implemented),
        "whether it was to be done, and how long it is observed",
        stated=frozenset({"statement", "references", "documents"}),
    ),
    EventKind.REMEDIATION_VALIDATED: Rule(
        _after_decision(
            _VALIDATION, implementing.validation_decided, EventKind.REMEDIATION_VALIDATED
        ),
        "whether somebody who did not do it found it effective",
    ),
    EventKind.REMEDIATION_RETURNED: Rule(
        _after_decision(
            _VALIDATION, implementing.validation_decided, EventKind.REMEDIATION_RETURNED
        ),
        "until when it is to be done again",
    ),
    EventKind.RISK_ACCEPTANCE_REQUESTED: Rule(
        _handed_in(RequestRiskAcceptance, accepting_risk.request_acceptance),
        "whether its risk can be accepted for so long",
        stated=frozenset({"because"}),
    ),
    EventKind.REMEDIATION_RISK_ACCEPTED: Rule(
        _after_decision(
            _RISK, accepting_risk.acceptance_decided, EventKind.REMEDIATION_RISK_ACCEPTED
        ),
        "until when the risk is accepted by the decision",
    ),
    EventKind.REMEDIATION_REOPENED: Rule(
        reopened, "whether the acceptance has expired, and until when it is to be done now"
    ),
    EventKind.REMEDIATION_CLOSED: Rule(closed, "how it ended"),
}
"""The judgements about remediation tasks."""

NOT_JUDGED_OF_REMEDIATION: dict[EventKind, str] = {
    EventKind.REMEDIATION_REASSIGNED: _STATED,
    EventKind.REMEDIATION_LINKED: _STATED,
}
"""What people and ticket systems only say."""

QUESTIONS_OF_REMEDIATION: dict[EventKind, Callable[[Course, KnownEntry, KnownEntry], Question]] = {
    EventKind.REMEDIATION_OPENED: _acceptance,
    EventKind.EXTENSION_REQUESTED: _extension,
    EventKind.RISK_ACCEPTANCE_REQUESTED: _risk,
    EventKind.REMEDIATION_IMPLEMENTED: _validation,
    EventKind.CLOCK_MISSED: _validation,
}
"""By kind of the entry that leads to it."""
