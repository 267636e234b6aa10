"""The doors of legal and supervisory holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.authentication import AnyReader, acting_as, allow
from api.custody_models import (
    ChosenPath,
    Deed,
    Hold,
    HoldLifting,
    HoldList,
    HoldPlacement,
    deed_of,
)
from api.models import IncidentId
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import answer_with, require_incident
from holdfast.domain.roles import Role
from holdfast.store.access_tokens import Caller
from holdfast.store.custody.holds import HoldRequest, lift_hold, list_holds, place_hold
from holdfast.store.incidents import fetch_phase
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["holds and retention"], route_class=StrictRoute)

_HOLDERS = (Role.COMPLIANCE, Role.LEGAL)
Holding = Annotated[Caller, Depends(allow(*_HOLDERS))]
_RESPONSES = {
    200: {"model": Deed, "description": "It was done before, under the same id."},
    **problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 503),
}


@router.post(
    "/{incident_id}/holds",
    status_code=201,
    summary="Place a hold",
    response_model=Deed,
    responses=_RESPONSES,
)
async def place(
    incident_id: IncidentId, body: HoldPlacement, doors: Doors, caller: Holding
) -> Response:
    """Keep everything of an incident, open or closed, until the hold is lifted."""
    actor = acting_as(caller, body.role, *_HOLDERS)
    request = HoldRequest(incident_id, body.hold_id, body.reason, actor, current_trace_id())
    async with doors.engine.begin() as connection:
        deed = await place_hold(connection, request, body.type)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


@router.post(
    "/{incident_id}/holds/{hold_id}/lift",
    status_code=201,
    summary="Lift a hold",
    response_model=Deed,
    responses=_RESPONSES,
)
async def lift(
    incident_id: IncidentId, hold_id: ChosenPath, body: HoldLifting, doors: Doors, caller: Holding
) -> Response:
    """End a hold. It takes another person than the one who placed it."""
    actor = acting_as(caller, body.role, *_HOLDERS)
    request = HoldRequest(incident_id, hold_id, body.reason, actor, current_trace_id())
    async with doors.engine.begin() as connection:
        deed = await lift_hold(connection, request)
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


@router.get(
    "/{incident_id}/holds",
    summary="List holds",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_holds(incident_id: IncidentId, doors: Doors) -> HoldList:
    """List the holds of an incident, those that were lifted too."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await list_holds(connection, incident_id)
    return HoldList(holds=[Hold.model_validate(stored) for stored in found])
