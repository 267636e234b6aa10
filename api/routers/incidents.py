"""The doors of incidents: reported by people, listed, and read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader, allow
from api.cursor import incident_cursor, read_incident_cursor
from api.deciding import decision_of
from api.incident_reports import (
    REPORTERS,
    IncidentReport,
    ReportAccepted,
    notification_id,
    take_in_report,
)
from api.models import Incident, IncidentId, IncidentPage, IncidentSummary
from api.platform import Doors, Platform
from api.prefer import Prefer, wait_seconds
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with, receipt_of, receipt_path
from holdfast.domain.incident.state import Phase
from holdfast.domain.severity import Severity
from holdfast.domain.values import Identifier, Instant, Line, rfc3339
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.communications.reading import communications_in_short
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incident_as_of import fetch_incident_as_of
from holdfast.store.incidents import (
    IncidentFilter,
    fetch_clocks,
    fetch_incident,
    list_incidents,
)

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["incidents"], route_class=StrictRoute)

_AHEAD_AT_MOST = timedelta(minutes=5)
_LARGEST_PAGE = 200

Reporting = Annotated[Caller, Depends(allow(*REPORTERS))]
IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,200}$", description="The same key opens one incident only."),
]


class IncidentQuery(BaseModel):
    """What to list."""

    model_config = ConfigDict(extra="forbid")

    phase: Phase | None = None
    severity: Severity | None = None
    service: Identifier | None = None
    text: Line | None = Field(default=None, description="In id, title or description.")
    open: bool | None = None
    drill: Literal["false", "true", "all"] = Field(
        default="false", description="Real incidents alone, drills alone, or both."
    )
    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=_LARGEST_PAGE)


class IncidentView(BaseModel):
    """As of when."""

    model_config = ConfigDict(extra="forbid")

    as_of: Instant | None = Field(
        default=None, description="As it was known at that instant; now, if left out."
    )


@router.post(
    "",
    status_code=202,
    summary="Report an incident",
    response_model=ReportAccepted,
    responses={
        201: {"model": ReportAccepted, "description": "It is open: its receipt came in time."},
        **problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
)
async def report_incident(
    body: IncidentReport,
    doors: Doors,
    caller: Reporting,
    idempotency_key: IdempotencyKey = None,
    prefer: Prefer = None,
) -> Response:
    """Open an incident from a human report or a third party's notification.

    With `third_party` the provider's own notification is recorded too, and its escalation opened:
    both or neither is taken in. Its receipt is that of `notification`.
    """
    accepted = await take_in_report(doors, caller, body, idempotency_key)
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
        notification=_notification(accepted.incident_id) if body.third_party else None,
    )
    status = 202 if found is None else 201
    return answer_with(status, answer, Location=f"/v1/incidents/{accepted.incident_id}")


@router.get(
    "", summary="List incidents", dependencies=[AnyReader], responses=problems(401, 403, 422, 503)
)
async def get_incidents(doors: Doors, query: Annotated[IncidentQuery, Query()]) -> IncidentPage:
    """List incidents, the newest first. Every role but the alert sources needs the overview."""
    drill = None if query.drill == "all" else query.drill == "true"
    said = (query.phase, query.severity, query.service, query.text, query.open)
    wanted = IncidentFilter(*said, drill)
    after = read_incident_cursor(query.cursor)
    async with doors.reads.connect() as connection:
        rows = await list_incidents(connection, wanted, after, query.limit + 1)
    page = [IncidentSummary.model_validate(row) for row in rows[: query.limit]]
    more = len(rows) > query.limit
    return IncidentPage(
        incidents=page,
        next_cursor=incident_cursor(page[-1].opened_at, page[-1].incident_id) if more else None,
    )


@router.get(
    "/{incident_id}",
    summary="Read an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_incident(
    incident_id: IncidentId, doors: Doors, view: Annotated[IncidentView, Query()]
) -> Incident:
    """Read an incident as it stands, or stood: its open decisions, and its clocks."""
    if view.as_of is not None:
        return await _as_of(doors, incident_id, view.as_of)
    async with doors.reads.connect() as connection:
        row = await fetch_incident(connection, incident_id)
        decisions = await fetch_decisions(connection, incident_id, only_open=True)
        clocks = await fetch_clocks(connection, incident_id)
        told = await communications_in_short(connection, incident_id)
    if row is None:
        detail = f"there is no incident {incident_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    open_ones = [decision_of(stored) for stored in decisions]
    return Incident.model_validate(
        {**row, "decisions": open_ones, "clocks": clocks, "communications": told}
    )


async def _as_of(doors: Platform, incident_id: str, at: datetime) -> Incident:
    if at > datetime.now(UTC) + _AHEAD_AT_MOST:
        message = "as_of lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "/as_of", "message": message}])
    async with doors.reads.connect() as connection:
        known = await fetch_incident_as_of(connection, incident_id, at)
    if known is None:
        detail = f"there was no incident {incident_id} at {rfc3339(at)}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    decisions = [decision_of(stored) for stored in known.open_decisions]
    parts = {"clocks": known.clocks, "communications": known.communications, "as_of": at}
    return Incident.model_validate({**known.incident, "decisions": decisions, **parts})


def _notification(incident_id: str) -> str:
    """Where the receipt of a provider's notification is read that came with a report."""
    return receipt_path(notification_id(incident_id))
