"""Leaving a task undone: the risk is accepted by decision, for a time, and then it is open again.

DORA Art. 6(8)(b) has the management body set the tolerance for ICT risk, so it decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_desk import Decided
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.remediation import due
from holdfast.domain.remediation.asking import RequestRiskAcceptance
from holdfast.domain.remediation.kinds import TaskStage
from holdfast.domain.remediation.state import Acceptance
from holdfast.domain.remediation.work import TaskWork, end_of
from holdfast.domain.roles import Actor
from holdfast.domain.schedules import Schedule
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of, rfc3339

__all__ = [
    "acceptance_decided",
    "acceptance_question",
    "await_expiry",
    "expired",
    "request_acceptance",
]

_UNDONE = (TaskStage.PROPOSED, TaskStage.ACCEPTED, TaskStage.RISK_ACCEPTED)


def request_acceptance(
    work: TaskWork, submission: Submission, body: RequestRiskAcceptance, now: datetime
) -> Refusal | None:
    """Ask that the risk of leaving it undone be accepted, until the end of a day."""
    if refusal := _refuse(work, body, now):
        return refusal
    state = work.state
    number = len(state.asked_acceptances) + 1
    content: JsonObject = {
        "acceptance": number,
        "until": body.until.isoformat(),
        "because": body.because,
    }
    called = f"{state.opening.id}/acceptance-{number}"
    about = Subject(type="risk_acceptance", id=called, digest=digest_of(content))
    entry = work.receipt(EventKind.RISK_ACCEPTANCE_REQUESTED, submission, content, subject=about)
    asked = Acceptance(number=number, until=body.until, because=body.because, entry=entry)
    state.asked_acceptances.append(asked)
    for request in work.desk.open_requests(DecisionKind.REMEDIATION_RISK_ACCEPTANCE):
        work.desk.void(request, "another acceptance is asked for", causes=(entry,))
    owner = (state.owner.person,) if state.owner.person else ()
    work.ask(acceptance_question(about, submission.principal, owner, content, entry), now)
    return None


def acceptance_question(
    about: Subject, asked_by: Actor, owner: tuple[str, ...], content: JsonObject, entry: str
) -> Question:
    """Whether the risk is accepted; neither who asked for it nor the task's owner decides that."""
    return Question(
        kind=DecisionKind.REMEDIATION_RISK_ACCEPTANCE,
        subject=about,
        authors=tuple(sorted({asked_by.id, *owner})),
        requested_by=asked_by,
        context=content,
        causes=(entry,),
    )


def acceptance_decided(work: TaskWork, decided: Decided, now: datetime) -> None:
    """Leave it undone until the acceptance expires."""
    if decided.option != "accepted":
        return
    state, asked = work.state, work.state.asked_acceptances[-1]
    expires_at = state.accepted_until = end_of(asked.until)
    said = {
        "acceptance": asked.number,
        "until": asked.until.isoformat(),
        "expires_at": rfc3339(expires_at),
        "because": asked.because,
    }
    kind, causes = EventKind.REMEDIATION_RISK_ACCEPTED, (decided.entry,)
    accepted = work.enter(TaskStage.RISK_ACCEPTED, kind, said, causes=causes)
    for request in work.desk.open_requests():
        work.desk.void(request, "the risk of leaving it undone is accepted", causes=(accepted,))
    work.clocks.cancel(f"{work.prefix}{due.DUE}", causes=(accepted,))
    await_expiry(work, accepted, now)


def await_expiry(work: TaskWork, cause: str, now: datetime) -> None:
    """Set the clock of the end of the acceptance, with reminders before it.

    Raises:
        ValueError: no acceptance holds.
    """
    state = work.state
    if state.accepted_until is None:
        message = f"the risk of {state.opening.id} is not accepted"
        raise ValueError(message)
    schedule = Schedule(due_after=timedelta(0), warn_before=work.policy.expiry_remind_before)
    title = f"{state.opening.task.title}: the acceptance of its risk expires"
    work.arm(due.ACCEPTANCE, title, now, state.accepted_until, schedule, cause)


def expired(work: TaskWork, cause: str, now: datetime) -> str:
    """Open the task again: it is to be done, unless its risk is accepted anew.

    Returns:
        The entry that says so.
    """
    state = work.state
    state.accepted_until = None
    state.due_on = until = (now + work.policy.due_after_reopening).date()
    said = {"because": "the acceptance of its risk has expired", "due_on": until.isoformat()}
    kind = EventKind.REMEDIATION_REOPENED
    reopened = work.enter(TaskStage.ACCEPTED, kind, said, causes=(cause,))
    due.arm(work, now, reopened)
    return reopened


def _refuse(work: TaskWork, body: RequestRiskAcceptance, now: datetime) -> Refusal | None:
    if refusal := work.wrong_stage(*_UNDONE):
        return refusal
    if due.is_past(body.until, now):
        return Refusal(RefusalReason.DUE_IN_THE_PAST, f"{body.until} has passed")
    longest = (now + work.policy.longest_acceptance).date()
    if body.until > longest:
        detail = f"a risk is accepted until {longest} at most; it can be accepted anew then"
        return Refusal(RefusalReason.ACCEPTANCE_TOO_LONG, detail)
    return None
