"""The doors of lessons: what reviews have taught, and what of it is in the risk assessment."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy import RowMapping

from api.authentication import AnyReader, acting_as, allow
from api.custody_models import Deed, deed_of
from api.platform import Doors
from api.problem_documents import problems
from api.reviews.models import (
    Lesson,
    LessonAssessment,
    LessonId,
    LessonList,
    LessonQuery,
    TakenUp,
)
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.reviews.naming import lesson_id
from holdfast.domain.roles import Role
from holdfast.domain.values import rfc3339
from holdfast.store.access_tokens import Caller
from holdfast.store.reviews.lessons import AssessmentRequest, assess_lesson, list_lessons
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/lessons", tags=["reviews"], route_class=StrictRoute)

_ASSESSING = (Role.COMPLIANCE, Role.MANAGEMENT_BODY)
Assessing = Annotated[Caller, Depends(allow(*_ASSESSING))]

_CSV = "text/csv"
_COLUMNS = (
    *("lesson_id", "incident_id", "title", "severity", "drill", "number", "text"),
    "signed_off_at",
    *("risk", "statement", "assessed_by", "assessed_at", "entries"),
)
_FORMULA = ("=", "+", "-", "@")


@router.get(
    "",
    summary="List lessons of reviews that were signed off",
    response_model=LessonList,
    dependencies=[AnyReader],
    responses={
        200: {"content": {_CSV: {"example": f"{','.join(_COLUMNS)}\r\n"}}},
        **problems(401, 403, 422, 503),
    },
)
async def get_lessons(
    doors: Doors,
    query: Annotated[LessonQuery, Query()],
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """List what was learnt, and which of it went into the risk assessment (DORA Art. 13(3)).

    CSV for `Accept: text/csv`: for the yearly report to the management body.
    """
    async with doors.reads.connect() as connection:
        rows = await list_lessons(connection, query.limit + 1, taken_up=query.taken_up)
    lessons = [_lesson(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    if query.format == "csv" or (query.format is None and (accept or "").startswith(_CSV)):
        headers = {"Holdfast-More": "true"} if more else {}
        return Response(_as_csv(lessons), media_type=_CSV, headers=headers)
    return answer_with(200, LessonList(lessons=lessons, more=more))


@router.post(
    "/{lesson}/assessment",
    status_code=201,
    summary="Record that a lesson went into the risk assessment",
    response_model=Deed,
    responses={
        200: {"model": Deed, "description": "It was recorded before, under the same id."},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
)
async def assess(
    lesson: LessonId, body: LessonAssessment, doors: Doors, caller: Assessing
) -> Response:
    """Say into which risk a lesson was taken, and how (DORA Art. 13(3), 6(5)).

    Said again under another id, it replaces what was said before; both stay in the evidence.
    """
    request = AssessmentRequest(
        lesson=lesson,
        assessment_id=body.assessment_id,
        risk=body.risk,
        statement=body.statement,
        actor=acting_as(caller, body.role, *_ASSESSING),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await assess_lesson(connection, request)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


def _lesson(row: RowMapping) -> Lesson:
    taken_up = None
    if row["risk"] is not None:
        taken_up = TakenUp(
            risk=row["risk"],
            statement=row["statement"],
            assessed_by=row["assessed_by"],
            assessed_at=row["assessed_at"],
            entry=row["assessed_entry"],
        )
    return Lesson(
        lesson_id=lesson_id(row["incident_id"], row["number"]),
        incident_id=row["incident_id"],
        title=row["title"],
        severity=row["severity"],
        services=row["services"],
        drill=row["drill"],
        number=row["number"],
        text=row["text"],
        review_version=row["version"],
        signed_off_at=row["signed_off_at"],
        entries=[row["review_entry"], row["signed_off"]],
        taken_up=taken_up,
    )


def _as_csv(lessons: Sequence[Lesson]) -> str:
    """Write RFC 4180: one line a lesson, the ids of entries with a space between."""
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(_COLUMNS)
    for each in lessons:
        up = each.taken_up
        taken = (
            [up.risk, up.statement, str(up.assessed_by.role), rfc3339(up.assessed_at)]
            if up
            else ["", "", "", ""]
        )
        entries = " ".join([*each.entries, *([up.entry] if up else [])])
        drill = "yes" if each.drill else "no"
        said = [each.lesson_id, each.incident_id, each.title, each.severity or "", drill]
        writer.writerow(
            map(
                _plain,
                [*said, each.number, each.text, rfc3339(each.signed_off_at), *taken, entries],
            )
        )
    return lines.getvalue()


def _plain(value: object) -> object:
    """A text that a spreadsheet shows and never computes: what people wrote may begin with `=`."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
