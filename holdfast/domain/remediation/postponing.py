"""More time: asked for with a reason, granted by decision, and counted."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation import due
from holdfast.domain.remediation.asking import RequestExtension
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.state import Extension
from holdfast.domain.remediation.work import TaskWork
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = ["extension_decided", "extension_question", "request_extension"]


def request_extension(
    work: TaskWork, submission: Submission, body: RequestExtension, now: datetime
) -> Refusal | None:
    """Ask for a later due date."""
    if refusal := _refuse(work, body, now):
        return refusal
    state = work.state
    number = len(state.asked_extensions) + 1
    content: JsonObject = {
        "extension": number,
        "due_on": body.due_on.isoformat(),
        "before": state.due_on.isoformat(),
        "because": body.because,
    }
    called = f"{state.opening.id}/extension-{number}"
    about = Subject(type="extension", id=called, digest=digest_of(content))
    entry = work.receipt(EventKind.EXTENSION_REQUESTED, submission, content, subject=about)
    asked = Extension(number=number, due_on=body.due_on, because=body.because, entry=entry)
    state.asked_extensions.append(asked)
    for request in work.desk.open_requests(DecisionKind.REMEDIATION_EXTENSION):
        work.desk.void(request, "another date is asked for", causes=(entry,))
    work.ask(extension_question(about, submission.principal, content, entry), now)
    return None


def extension_question(
    about: Subject, asked_by: Actor, content: JsonObject, entry: str
) -> Question:
    """Whether it may be done later; nobody grants what they asked for."""
    return Question(
        kind=DecisionKind.REMEDIATION_EXTENSION,
        subject=about,
        authors=(asked_by.id,),
        requested_by=asked_by,
        context=content,
        causes=(entry,),
    )


def extension_decided(work: TaskWork, decided: Decided, now: datetime) -> None:
    """Move the due date, and count it."""
    if decided.option != "granted":
        return
    state, asked = work.state, work.state.asked_extensions[-1]
    before, state.due_on = state.due_on, asked.due_on
    state.extensions += 1
    said = {
        "due_on": asked.due_on.isoformat(),
        "before": before.isoformat(),
        "because": asked.because,
        "extensions": state.extensions,
    }
    kind, causes = EventKind.REMEDIATION_EXTENDED, (decided.entry,)
    due.arm(work, now, work.note(kind, said, causes=causes))


def _refuse(work: TaskWork, body: RequestExtension, now: datetime) -> Refusal | None:
    state, most = work.state, work.policy.most_extensions
    if refusal := work.wrong_stage(TaskStage.PROPOSED, TaskStage.ACCEPTED):
        return refusal
    if due.is_past(body.due_on, now):
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{body.due_on} has passed")
    if body.due_on <= state.due_on:
        detail = f"{body.due_on} is no later than {state.due_on}, when it is due now"
        return Refusal(RefusalReason.DATA_INVALID, detail)
    if state.extensions >= most:
        detail = (
            f"{state.opening.id} was granted more time {state.extensions} times, which is the most:"
            " implement it, or ask that its risk be accepted"
        )
        return Refusal(RefusalReason.TOO_MANY_EXTENSIONS, detail)
    return None
