"""The doors of incidents: reported by people, listed, and read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader, acting_as, allow
from api.cursor import incident_cursor, read_incident_cursor
from api.deciding import decision_of
from api.models import Incident, IncidentId, IncidentPage, IncidentSummary, Receipt
from api.named_people import (
    ReportedContact,
    Reporter,
    identity_of,
    name_person,
    seal_contact,
)
from api.platform import Doors, Platform
from api.prefer import Prefer, wait_seconds
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with, receipt_of, receipt_path, sign
from holdfast.domain.addressee import incident_addressee
from holdfast.domain.facts import FactChange, FactSheet
from holdfast.domain.facts_check import contradiction
from holdfast.domain.incident.state import Phase
from holdfast.domain.roles import SYSTEM, Actor, Role
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.severity import Severity
from holdfast.domain.submissions import Origin, Report, SignedSubmission
from holdfast.domain.values import Frozen, Identifier, Instant, Line, Text, digest_of, rfc3339
from holdfast.errors import Conflict, InvalidInput
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
from holdfast.store.reports import AcceptedReport, ReportRequest, accept_report

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["incidents"], route_class=StrictRoute)

_AHEAD_AT_MOST = timedelta(minutes=5)
_LARGEST_PAGE = 200

_REPORTERS = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.VENDOR_MANAGER)
Reporting = Annotated[Caller, Depends(allow(*_REPORTERS))]
IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,200}$", description="The same key opens one incident only."),
]


class IncidentReport(Frozen):
    """A report by a person, or a notification by a third party."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "title": "Card payments are declined at the processor",
                "description": "The processor called: their authorisation host is down.",
                "origin": "third_party",
                "aware_at": "2026-03-04T09:30:00Z",
                "services": ["card-payments"],
                "contact": {"name": "Duty desk of the processor", "phone": "+49 30 000000"},
            }
        }
    )

    title: Line
    description: Text | None = None
    origin: Literal[Origin.HUMAN, Origin.THIRD_PARTY] = Origin.HUMAN
    aware_at: Instant | None = Field(
        default=None, description="When we became aware: now, if left out; never ahead of time."
    )
    services: tuple[Identifier, ...] = Field(min_length=1, max_length=50)
    facts: tuple[FactChange, ...] = Field(default=(), max_length=100)
    reporter: Reporter | None = None
    contact: ReportedContact | None = Field(
        default=None, description="Whom to ask; with a `reporter`, that is the same person."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class ReportAccepted(BaseModel):
    """A report that is durable; its incident opens as soon as Temporal answers."""

    incident_id: str
    submission_id: str
    receipt: str = Field(description="Where the report's receipt will be.")
    outcome: Receipt | None = Field(description="The receipt, where it came while you waited.")


class IncidentQuery(BaseModel):
    """What to list."""

    model_config = ConfigDict(extra="forbid")

    phase: Phase | None = None
    severity: Severity | None = None
    service: Identifier | None = None
    text: Line | None = Field(default=None, description="In id, title or description.")
    open: bool | None = None
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
    """Open an incident from a human report or a third party's notification."""
    if body.aware_at is not None and body.aware_at > datetime.now(UTC) + _AHEAD_AT_MOST:
        message = "aware_at lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "/aware_at", "message": message}])
    body = _with_ids_of_services(doors, body)
    _require_consistent(body)
    accepted = await _accept(doors, caller, body, idempotency_key)
    submission_id = f"report-{accepted.incident_id}"
    with doors.receipts.expecting(submission_id) as event:
        if accepted.row is not None:
            await doors.relay.announce([accepted.row])
        else:
            event.set()  # accepted before: its receipt may be there already
        found = await doors.receipts.wait(submission_id, event, wait_seconds(prefer))
    answer = ReportAccepted(
        incident_id=accepted.incident_id,
        submission_id=submission_id,
        receipt=receipt_path(submission_id),
        outcome=receipt_of(found) if found is not None else None,
    )
    status = 202 if found is None else 201
    return answer_with(status, answer, Location=f"/v1/incidents/{accepted.incident_id}")


@router.get(
    "", summary="List incidents", dependencies=[AnyReader], responses=problems(401, 403, 422, 503)
)
async def get_incidents(doors: Doors, query: Annotated[IncidentQuery, Query()]) -> IncidentPage:
    """List incidents, the newest first. Every role but the alert sources needs the overview."""
    wanted = IncidentFilter(query.phase, query.severity, query.service, query.text, query.open)
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


def _with_ids_of_services(doors: Platform, body: IncidentReport) -> IncidentReport:
    """The report, with each service under its id, whichever of its names was given."""
    now = datetime.now(UTC)
    services = tuple(doors.policies.service_named(name, now) for name in body.services)
    facts = doors.policies.facts_by_service(body.facts, now)
    return body.model_copy(update={"services": services, "facts": facts})


def _require_consistent(body: IncidentReport) -> None:
    sheet, now = FactSheet(services=body.services), datetime.now(UTC)
    for change in body.facts:
        sheet = sheet.changed(change, SYSTEM, now)
    if wrong := contradiction(sheet):
        message = f"facts contradict each other: {wrong}"
        raise InvalidInput(message, errors=[{"pointer": "/facts", "message": wrong}])


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


async def _accept(
    doors: Platform, caller: Caller, body: IncidentReport, key: str | None
) -> AcceptedReport:
    person = name_person(body.reporter, body.contact)
    actor = acting_as(caller, body.role, *_REPORTERS)
    reporter = Actor(id=person.key.name, role=actor.role) if person and body.reporter else actor

    def signed(incident_id: str) -> SignedSubmission:
        submission_id = f"report-{incident_id}"
        sealed = seal_contact(body.contact, person, submission_id)
        report = _report(doors, body, reporter, sealed)
        return sign(doors, incident_addressee(incident_id), submission_id, actor, report)

    request = ReportRequest(
        actor_id=caller.actor_id,
        key=key,
        request=digest_of(body.model_dump(mode="json", exclude={"contact"}) | {"reporter": None}),
        services=tuple(dict.fromkeys(body.services)),
        identity=identity_of(body.reporter, person),
        person=person,
    )
    try:
        return await accept_report(doors.engine, doors.keyring, request, signed)
    except Conflict as error:
        raise Problem(DoorCode.IDEMPOTENCY_KEY_REUSED, error.message) from error


def _report(
    doors: Platform, body: IncidentReport, reporter: Actor, sealed: dict[str, SealedValue]
) -> Report:
    return Report(
        origin=body.origin,
        title=body.title,
        description=body.description,
        aware_at=body.aware_at or datetime.now(UTC),
        services=tuple(dict.fromkeys(body.services)),
        policies=doors.policies.pins(datetime.now(UTC)),
        facts=body.facts,
        reporter=reporter,
        sealed=sealed,
    )
