"""The doors of drills: opened by a script, listed, and read with their scores."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from api.authentication import AnyReader, allow
from api.drills.answers import drill_in_full, drill_in_short
from api.drills.models import DrillInFull, DrillList, NewDrill
from api.drills.opening import LEADS, take_in_drill
from api.incident_reports import ReportAccepted
from api.models import IncidentId
from api.platform import Doors
from api.prefer import Prefer, wait_seconds
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with, receipt_of, receipt_path
from holdfast.domain.refusals import RefusalReason
from holdfast.store.access_tokens import Caller
from holdfast.store.drills.reading import fetch_played_drill, list_drills

__all__ = ["router"]

router = APIRouter(prefix="/v1/drills", tags=["drills and training"], route_class=StrictRoute)

_LARGEST_PAGE = 200

Leading = Annotated[Caller, Depends(allow(*LEADS))]
IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,200}$", description="The same key opens one drill only."),
]


@router.post(
    "",
    status_code=202,
    summary="Open a drill",
    response_model=ReportAccepted,
    responses={
        201: {"model": ReportAccepted, "description": "It is open: its receipt came in time."},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
)
async def open_drill(
    body: NewDrill,
    doors: Doors,
    caller: Leading,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Open an incident that is played by a script, through the process of every incident."""
    accepted = await take_in_drill(doors, caller, body, idempotency_key)
    submission_id = f"report-{accepted.incident_id}"
    with doors.receipts.expecting(submission_id) as event:
        if accepted.rows:
            await doors.relay.announce(accepted.rows)
        else:
            event.set()  # accepted before: its receipt may be there already
        found = await doors.receipts.wait(submission_id, event, wait_seconds(prefer))
    answer = ReportAccepted(
        incident_id=accepted.incident_id,
        submission_id=submission_id,
        receipt=receipt_path(submission_id),
        outcome=receipt_of(found) if found is not None else None,
    )
    location = f"/v1/drills/{accepted.incident_id}"
    return answer_with(202 if found is None else 201, answer, Location=location)


@router.get(
    "", summary="List drills", dependencies=[AnyReader], responses=problems(401, 403, 422, 503)
)
async def get_drills(
    doors: Doors, limit: Annotated[int, Query(ge=1, le=_LARGEST_PAGE)] = 50
) -> DrillList:
    """List drills, the newest first, each with its score: no other list of incidents has them."""
    async with doors.reads.connect() as connection:
        found = await list_drills(connection, limit)
    return DrillList(drills=[drill_in_short(row, score) for row, score in found])


@router.get(
    "/{incident_id}",
    summary="Read a drill",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_drill(incident_id: IncidentId, doors: Doors) -> DrillInFull:
    """Read a drill: its script, what it has brought in, and how it stands."""
    async with doors.reads.connect() as connection:
        played = await fetch_played_drill(connection, incident_id)
    if played is None:
        detail = f"{incident_id} is no drill"
        raise Problem(RefusalReason.NOT_A_DRILL, detail, incident_id=incident_id)
    return drill_in_full(played)
