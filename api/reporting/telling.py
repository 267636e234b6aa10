"""From what the projections hold of a reporting to what the doors say of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import RowMapping

from api.reporting.answers import Reporting
from api.reporting.next_steps import due_next, next_step
from api.reporting.parts import (
    MissingField,
    OpenQuestion,
    ReportDeadline,
    ReportVersion,
    SubmissionTried,
)
from holdfast.domain.reporting.naming import reporting_of_request, reporting_workflow_id
from holdfast.domain.values import JsonObject
from holdfast.store.authorities.ledger import SubmissionAttempt
from holdfast.store.decisions import StoredDecision
from holdfast.store.reporting.reading import StoredReporting, standing_of

__all__ = ["deadline_of", "missing_of", "questions_of", "reporting_of", "version_of"]

_MOST_ATTEMPTS = 20
"""How many attempts are told of a version: a portal may be down for days."""


def reporting_of(
    stored: StoredReporting, decisions: Sequence[StoredDecision], now: datetime
) -> Reporting:
    """A reporting as it is told, with what is missing of the report that is due next."""
    stage = due_next(stored)
    drafts = [each for each in stored.versions if stage is not None and stage in each["covers"]]
    gaps = drafts[-1]["gaps"] if drafts else []
    missing = missing_of(stored, gaps)
    row = stored.row
    return Reporting.model_validate(
        {
            **row,
            "workflow_id": reporting_workflow_id(row["incident_id"], stored.number),
            "deadlines": [deadline_of(each, now) for each in stored.deadlines],
            "versions": [version_of(each, stored) for each in stored.versions],
            "missing": missing,
            "questions": questions_of(stored, decisions),
            "next": next_step(stored, stage, [each.field for each in missing]),
        }
    )


def deadline_of(row: RowMapping, now: datetime) -> ReportDeadline:
    """A deadline as it is told; how much time is left, while it can still be met."""
    due_at = row["clock_due_at"] if row["clock"] in {"running", "missed"} else None
    left = None if due_at is None else int((due_at - now).total_seconds())
    return ReportDeadline.model_validate({**row, "seconds_left": left})


def version_of(row: RowMapping, stored: StoredReporting) -> ReportVersion:
    """A version as it is told, where it stands beside the others."""
    attempts = [each for each in stored.attempts if each.subject == row["report_id"]]
    return ReportVersion.model_validate(
        {
            **row,
            "state": standing_of(row, stored.versions),
            "attempts": [_attempt(each) for each in attempts[-_MOST_ATTEMPTS:]],
        }
    )


def _attempt(attempt: SubmissionAttempt) -> SubmissionTried:
    return SubmissionTried(
        number=attempt.number,
        authority=attempt.authority,
        state=str(attempt.state),
        because=attempt.because,
        status=attempt.status,
        begun_at=attempt.begun_at,
        ended_at=attempt.ended_at,
        diverted=attempt.diverted,
        sent=attempt.sent,
        receipt=attempt.receipt,
    )


def missing_of(stored: StoredReporting, gaps: Sequence[JsonObject]) -> list[MissingField]:
    """What is missing, each until the report is due that it belongs to."""
    return [
        MissingField(**gap, until=stored.deadline(gap["stage"])["clock_due_at"]) for gap in gaps
    ]


def questions_of(
    stored: StoredReporting, decisions: Sequence[StoredDecision]
) -> list[OpenQuestion]:
    """The decisions that the reporting waits for, and where each is answered."""
    incident_id = stored.row["incident_id"]
    return [
        OpenQuestion(
            request_id=each.request.id,
            kind=each.request.kind,
            version=each.context.get("version"),
            subject_digest=each.request.subject.digest,
            roles=[*each.request.roles, *sorted(each.entitled)],
            only_by_exception=list(each.request.only_by_exception),
            due_at=each.request.due_at,
            answer_at=f"/v1/incidents/{incident_id}/decisions/{quote(each.request.id, safe=':')}",
        )
        for each in decisions
        if reporting_of_request(each.request.id) == stored.number
    ]
