"""The named recovery checks: recorded one by one, and what is asked once all have a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from holdfast.domain.actions import CheckResult, ReportCheck
from holdfast.domain.approval_matrix import DecisionKind
from holdfast.domain.decision_questions import Question
from holdfast.domain.events import EventKind, Subject
from holdfast.domain.incident.state import CheckState
from holdfast.domain.incident.work import Work
from holdfast.domain.refusals import Refusal, RefusalReason
from holdfast.domain.roles import Actor
from holdfast.domain.submissions import Submission
from holdfast.domain.values import JsonObject, digest_of

__all__ = [
    "ask_for_validation",
    "note_check",
    "record_check",
    "refuse_check",
    "unfinished_checks",
    "validation_question",
]


def record_check(
    work: Work, submission: Submission, body: ReportCheck, now: datetime
) -> Refusal | None:
    """Record the result of a named check; a pending validation is about the new results then."""
    if refusal := refuse_check(work, body.check):
        return refusal

    def write(content: JsonObject, about: Subject) -> str:
        return work.receipt(EventKind.CHECK_RECORDED, submission, content, subject=about)

    _keep(work, body, submission.principal, now, write)
    return None


def note_check(work: Work, body: ReportCheck, by: Actor, cause: str, now: datetime) -> None:
    """Record the result of a check that something else has shown, as the entry `cause` says."""

    def write(content: JsonObject, about: Subject) -> str:
        kind = EventKind.CHECK_RECORDED
        return work.note(kind, content, subject=about, actor=by, causes=(cause,))

    _keep(work, body, by, now, write)


def refuse_check(work: Work, check: str) -> Refusal | None:
    """Refuse a check that the pinned recovery policy does not name."""
    checks = work.state.recovery.checks
    if check in checks:
        return None
    return Refusal(RefusalReason.UNKNOWN_CHECK, f"'{check}' is none of {', '.join(checks)}")


def unfinished_checks(work: Work) -> list[str]:
    """The checks that have neither passed nor been waived, in the order of the policy."""
    done = {
        name for name, check in work.state.checks.items() if check.result is not CheckResult.FAILED
    }
    return [name for name in work.state.recovery.checks if name not in done]


def ask_for_validation(work: Work, cause: str, now: datetime) -> None:
    """Ask whether the service is recovered, on what all checks say now."""
    state = work.state
    question = validation_question(
        state.incident_id, state.checks, state.recovery_declared_by, cause
    )
    work.ask(question, now)


def validation_question(
    incident_id: str, checks: Mapping[str, CheckState], declared_by: Actor | None, cause: str
) -> Question:
    """Whether the service is recovered, on the strength of the latest result of every check."""
    results: JsonObject = {
        name: check.model_dump(mode="json") for name, check in sorted(checks.items())
    }
    authors = {check.recorded_by.id for check in checks.values()}
    if declared_by is not None:
        authors.add(declared_by.id)
    return Question(
        kind=DecisionKind.RECOVERY_VALIDATION,
        subject=Subject(type="recovery", id=incident_id, digest=digest_of(results)),
        authors=tuple(authors),
        context={"checks": results},
        causes=(cause,),
    )


def _keep(
    work: Work,
    body: ReportCheck,
    by: Actor,
    now: datetime,
    write: Callable[[JsonObject, Subject], str],
) -> None:
    question = work.state.recovery.checks[body.check]
    work.state.checks[body.check] = CheckState(
        result=body.result, statement=body.statement, recorded_by=by, recorded_at=now
    )
    content: JsonObject = {
        "check": body.check,
        "question": question,
        "result": str(body.result),
        "statement": body.statement,
    }
    entry = write(content, Subject(type="check", id=body.check))
    for request in work.desk.open_requests(DecisionKind.RECOVERY_VALIDATION):
        work.desk.void(request, f"check '{body.check}' has a new result", causes=(entry,))
        if not unfinished_checks(work):
            ask_for_validation(work, entry, now)
