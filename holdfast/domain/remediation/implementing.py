"""Implementing and validating: done by one, observed for a time, found effective by another."""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal
from holdfast.domain.remediation import due, ending
from holdfast.domain.remediation.asking import ReportImplementation
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.state import Implementation, TaskState
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import Submission
from holdfast.domain.values import digest_of, rfc3339

__all__ = [
    "ask_for_validation",
    "await_effect",
    "implemented",
    "those_who_did_it",
    "validation_decided",
    "validation_question",
]

_OPEN = (TaskStage.ACCEPTED, TaskStage.RISK_ACCEPTED)


def implemented(
    work: TaskWork, submission: Submission, body: ReportImplementation, now: datetime
) -> Refusal | None:
    """Take in that it is done; it is observed for a while, or validated at once."""
    if refusal := work.wrong_stage(*_OPEN):
        return refusal
    state, content = work.state, body.model_dump(mode="json", exclude={"type"})
    number, observe = len(state.implementations) + 1, state.opening.task.observe
    until = rfc3339(now + observe) if observe else None
    said = {"implementation": number, **content, "observe_until": until}
    kind, by = EventKind.REMEDIATION_IMPLEMENTED, submission.principal
    entry = work.enter(TaskStage.IMPLEMENTED, kind, said, submission=submission)
    done = Implementation(number=number, entry=entry, digest=digest_of(content))
    state.implementations.append(done)
    if by.id not in state.implemented_by:
        state.implemented_by.append(by.id)
    for request in work.desk.open_requests():
        work.desk.void(request, "the task is implemented", causes=(entry,))
    state.accepted_until = None
    work.clocks.meet(f"{work.prefix}{due.DUE}", actor=by, causes=(entry,))
    work.clocks.cancel(f"{work.prefix}{due.ACCEPTANCE}", causes=(entry,))
    if observe:
        await_effect(work, entry, now)
    else:
        ask_for_validation(work, entry, now)
    return None


def await_effect(work: TaskWork, cause: str, now: datetime) -> None:
    """Set until when it is observed whether what was done helps."""
    task = work.state.opening.task
    title, schedule = f"{task.title}: observe whether it helps", Schedule(due_after=timedelta(0))
    work.arm(due.OBSERVATION, title, now, now + task.observe, schedule, cause)


def ask_for_validation(work: TaskWork, cause: str, now: datetime) -> None:
    """Ask whether what was done is effective; none of those who did it, nor its owner, say so."""
    state, done = work.state, work.state.implementations[-1]
    work.ask(validation_question(state.opening.id, done, those_who_did_it(state), cause), now)


def those_who_did_it(state: TaskState) -> tuple[str, ...]:
    """Everybody who has ever said that it is done, and whoever it belongs to, by pseudonym."""
    owner = (state.owner.person,) if state.owner.person else ()
    return tuple(sorted({*state.implemented_by, *owner}))


def validation_question(
    called: str, done: Implementation, authors: tuple[str, ...], cause: str
) -> Question:
    """Whether what that entry says was done is effective; `cause` is why it is asked now."""
    about = Subject(
        type="implementation", id=f"{called}/implementation-{done.number}", digest=done.digest
    )
    return Question(
        kind=DecisionKind.REMEDIATION_VALIDATION,
        subject=about,
        authors=authors,
        context={"implementation": done.number, "entry": done.entry},
        causes=(cause,),
    )


def validation_decided(work: TaskWork, decided: Decided, now: datetime) -> None:
    """Close what is effective; what is not is to be done again."""
    done, causes = work.state.implementations[-1].number, (decided.entry,)
    if decided.option == "effective":
        by = decided.request.answers[-1].actor.model_dump(mode="json")
        said = {"implementation": done, "by": by}
        kind = EventKind.REMEDIATION_VALIDATED
        validated = work.enter(TaskStage.VALIDATED, kind, said, causes=causes)
        ending.close(work, TaskStage.VALIDATED, validated)
        return
    work.state.due_on = until = due.reopened_until(work, now)
    again = {"implementation": done, "because": decided.rationale, "due_on": until.isoformat()}
    returned = work.enter(TaskStage.ACCEPTED, EventKind.REMEDIATION_RETURNED, again, causes=causes)
    due.arm(work, now, returned)
