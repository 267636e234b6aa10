"""Accepting a task: whether it is to be done, by its owner and until its due date."""

from __future__ import annotations

from datetime import datetime

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.remediation import due, ending
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.opening import TaskOpening
from holdfast.domain.remediation.work import TaskWork, end_of
from holdfast.domain.values import digest_of, rfc3339

__all__ = ["acceptance_decided", "acceptance_question", "begin"]


def begin(work: TaskWork, now: datetime) -> None:
    """Ask whether the task is to be done; its due date counts from now on, whoever is silent."""
    opening = work.state.opening
    due.arm(work, now, opening.opened)
    work.ask(acceptance_question(opening), now)


def acceptance_question(opening: TaskOpening) -> Question:
    """Whether the task is to be done. What is mandatory cannot be declined: its risk can be taken.

    Nobody accepts what they proposed.
    """
    content = opening.task.model_dump(mode="json")
    return Question(
        kind=DecisionKind.REMEDIATION_ACCEPTANCE,
        subject=Subject(type="remediation", id=opening.id, digest=digest_of(content)),
        authors=(opening.author.id,),
        requested_by=opening.author,
        without=("declined",) if opening.task.mandatory else (),
        context=content,
        causes=(opening.opened,),
    )


def acceptance_decided(work: TaskWork, decided: Decided, now: datetime) -> None:
    """Let it be done, or end it as declined."""
    state = work.state
    if decided.option == "accepted":
        state.accepted = True
        due_at = rfc3339(end_of(state.due_on))
        kind, causes = EventKind.REMEDIATION_ACCEPTED, (decided.entry,)
        work.enter(TaskStage.ACCEPTED, kind, {"due_at": due_at}, causes=causes)
        return
    because = {"because": decided.rationale}
    kind, causes = EventKind.REMEDIATION_DECLINED, (decided.entry,)
    declined = work.enter(TaskStage.DECLINED, kind, because, causes=causes)
    ending.close(work, TaskStage.DECLINED, declined)
    del now
