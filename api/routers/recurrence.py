"""The doors of recurring incidents: the monthly assessments, and what has to be decided."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import ConfigDict, Field

from api.authentication import AnyReader, ReadingCaller, acting_as, allow
from api.deciding import DECIDING, DecisionAnswer, decide_on, decision_of
from api.models import Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer, wait_seconds
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.recurrence_models import (
    Recurrence,
    RecurrenceList,
    recurrence_in_full,
    recurrence_in_short,
)
from api.strict_route import StrictRoute
from api.submitting import answer_after, sign
from holdfast.domain.recurrence.asking import AssessmentNumber, AssessRecurrence, Month
from holdfast.domain.recurrence.periods import ASSESSMENT_PATTERN, Period, period_named
from holdfast.domain.recurrence.state import RECURRENCE_WORKFLOW, RecurrenceInput
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier
from holdfast.store.access_tokens import Caller
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incidents import fetch_clocks
from holdfast.store.recurrence import fetch_assessment, list_assessments

__all__ = ["router"]

router = APIRouter(prefix="/v1/recurrence", tags=["recurrence"], route_class=StrictRoute)

_MOST_LISTED = 200

Assessing = Annotated[Caller, Depends(allow(Role.COMPLIANCE))]
AssessmentName = Annotated[
    str,
    Path(
        pattern=ASSESSMENT_PATTERN,
        description="The month; with a number behind it where it was assessed again.",
        examples=["2026-03", "2026-03-2"],
    ),
]


class RecurrenceAsked(Frozen):
    """Which month is to be assessed now."""

    model_config = ConfigDict(json_schema_extra={"example": {"month": "2026-03"}})

    month: Month = Field(description="A calendar month in UTC that is over.")
    number: AssessmentNumber = Field(
        default=1, description="2 and more to assess it again, after the one before."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


@router.post(
    "",
    status_code=202,
    summary="Assess a month for recurring incidents now",
    response_model=SubmissionAccepted,
    responses={
        200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
        **problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
)
async def assess(
    body: RecurrenceAsked, doors: Doors, caller: Assessing, prefer: Prefer = None
) -> Response:
    """Assess a month that is over, as the schedule does on the first of each month.

    A month that was assessed is assessed again only under the next number: facts that came to be
    known since count then, and what was found before stays as it was found.
    """
    period = Period(month=body.month, number=body.number)
    await _refuse_out_of_turn(doors, period)
    signed = sign(
        doors,
        period.addressee,
        period.chain,
        acting_as(caller, body.role, Role.COMPLIANCE),
        AssessRecurrence(month=body.month, number=body.number),
    )
    given = RecurrenceInput(period=period, asked=signed, history_limit=doors.settings.history_limit)

    async def start() -> None:
        summary = f"Recurring incidents, {period.name}"
        if not await doors.workflows.start(RECURRENCE_WORKFLOW, given, period.workflow_id, summary):
            raise _assessed_already(period)

    return await answer_after(doors, period.addressee, period.chain, wait_seconds(prefer), start)


@router.get(
    "",
    summary="List the assessments of recurring incidents",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def get_assessments(
    doors: Doors, limit: Annotated[int, Query(ge=1, le=_MOST_LISTED)] = 24
) -> RecurrenceList:
    """List the monthly assessments with what people decided, the latest month first."""
    async with doors.reads.connect() as connection:
        found = await list_assessments(connection, limit)
    return RecurrenceList(assessments=[recurrence_in_short(row) for row in found])


@router.get(
    "/{assessment}",
    summary="Read an assessment of recurring incidents",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_assessment(assessment: AssessmentName, doors: Doors) -> Recurrence:
    """Read what was looked at, what was found, and how its decisions and clocks stand."""
    period = _period(assessment)
    async with doors.reads.connect() as connection:
        row = await fetch_assessment(connection, period.chain)
        if row is None:
            raise _unknown(assessment)
        decisions = await fetch_decisions(connection, period.chain, only_open=False)
        clocks = await fetch_clocks(connection, period.chain)
    return recurrence_in_full(row, [decision_of(stored) for stored in decisions], clocks)


@router.post(
    "/{assessment}/decisions/{request_id}",
    status_code=202,
    summary="Decide whether incidents are one major incident together",
    response_model=SubmissionAccepted,
    responses=DECIDING,
)
async def decide(
    assessment: AssessmentName,
    request_id: Identifier,
    body: DecisionAnswer,
    doors: Doors,
    caller: ReadingCaller,
    prefer: Prefer = None,
) -> Response:
    """Answer a decision request of an assessment, as one of an incident is answered."""
    to = _period(assessment).addressee
    return await decide_on(doors, to, request_id, body, caller, prefer)


async def _refuse_out_of_turn(doors: Platform, period: Period) -> None:
    """Refuse a month that is not over, that was assessed, or whose assessment before is missing."""
    if period.ends > datetime.now(UTC):
        detail = f"{period.month} is not over"
        raise Problem(DoorCode.CONFLICT, detail, month=period.month)
    async with doors.reads.connect() as connection:
        if await fetch_assessment(connection, period.chain):
            raise _assessed_already(period)
        if period.number > 1:
            before = Period(month=period.month, number=period.number - 1)
            if not await fetch_assessment(connection, before.chain):
                detail = f"{period.month} has no assessment {before.number} yet"
                raise Problem(DoorCode.CONFLICT, detail, month=period.month)


def _assessed_already(period: Period) -> Problem:
    detail = f"{period.month} has its assessment {period.number} already, or it is under way"
    return Problem(DoorCode.CONFLICT, detail, assessment=period.name)


def _period(name: str) -> Period:
    try:
        return period_named(name)
    except ValueError as error:
        raise _unknown(name) from error


def _unknown(name: str) -> Problem:
    return Problem(DoorCode.NOT_FOUND, f"there is no assessment {name}", assessment=name)
