"""The doors of training: recorded, listed, and who lacks it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.authentication import EVIDENCE_ROLES, acting_as, allow
from api.custody_models import Deed, deed_of
from api.drills.models import (
    NewTraining,
    Training,
    TrainingList,
    TrainingQuery,
    Untrained,
    UntrainedList,
    UntrainedQuery,
)
from api.drills.opening import LEADS
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.drills.training import UNTRAINED_ROLES, months_before
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.drills import trainings
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/trainings", tags=["drills and training"], route_class=StrictRoute)

Recording = Annotated[Caller, Depends(allow(*LEADS))]
_Reading = Depends(allow(*EVIDENCE_ROLES))


@router.post(
    "",
    status_code=201,
    summary="Record a training",
    response_model=Deed,
    responses={
        200: {"model": Deed, "description": "It was recorded before, under the same id."},
        **problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
)
async def record(body: NewTraining, doors: Doors, caller: Recording) -> Response:
    """Record that somebody was trained for a role otherwise than in a drill."""
    today = datetime.now(UTC).date()
    if body.on > today:
        message = f"{body.on} lies in the future: record it once it has been"
        raise InvalidInput(message, errors=[{"pointer": "/on", "message": message}])
    if body.role in UNTRAINED_ROLES:
        message = f"nobody is trained as {body.role}: name a role of people"
        raise InvalidInput(message, errors=[{"pointer": "/role", "message": message}])
    training = trainings.Training(
        training_id=body.training_id,
        person=body.person,
        role=body.role,
        course=body.course,
        on=body.on,
        actor=acting_as(caller, body.acting_as, *LEADS),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await trainings.record_training(connection, training)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


@router.get(
    "", summary="List trainings", dependencies=[_Reading], responses=problems(401, 403, 422, 503)
)
async def get_trainings(doors: Doors, query: Annotated[TrainingQuery, Query()]) -> TrainingList:
    """List trainings, the latest first: those recorded, and taking part in drills."""
    async with doors.reads.connect() as connection:
        rows = await trainings.list_trainings(connection, query.person, query.role, query.limit)
    return TrainingList(trainings=[Training.model_validate(row) for row in rows])


@router.get(
    "/missing",
    summary="List who was not trained",
    dependencies=[_Reading],
    responses=problems(401, 403, 422, 503),
)
async def get_missing(doors: Doors, query: Annotated[UntrainedQuery, Query()]) -> UntrainedList:
    """List who holds a token for a role, and was not trained for it within so many months."""
    since = months_before(datetime.now(UTC).date(), query.months)
    async with doors.reads.connect() as connection:
        rows = await trainings.list_untrained(connection, since)
    missing = [Untrained.model_validate(row) for row in rows]
    return UntrainedList(months=query.months, since=since, missing=missing)
