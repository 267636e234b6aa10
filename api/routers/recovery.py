"""The doors of recovery: availability, downtime, continuity plans, and standing down."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from api.authentication import AnyReader, acting_as, allow
from api.drills.marks import is_drill
from api.models import IncidentId, Receipt, SubmissionAccepted
from api.platform import Doors, Platform
from api.prefer import Prefer
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.recovery.answers import (
    AvailabilityList,
    ContinuityList,
    DowntimeView,
    PlanActivated,
    RecoveryReportFields,
    StandDownView,
    ToldAvailability,
    downtime_view,
)
from api.recovery.figures import computed_now, findings_of, read_recovering
from api.recovery.models import (
    AvailabilityReport,
    PlanActivation,
    PlanDeactivation,
    StandDownRequest,
)
from api.strict_route import StrictRoute
from api.submitting import require_incident, submit
from holdfast.domain.reconsidering import Matter, Reconsider
from holdfast.domain.recovery.asking import (
    ActivateContinuity,
    DeactivateContinuity,
    ReportAvailability,
)
from holdfast.domain.recovery.figures import computed_payload
from holdfast.domain.recovery.report_findings import KnownRecovery
from holdfast.domain.roles import Role
from holdfast.domain.values import Identifier
from holdfast.dora.recovery_fields import recovery_fields
from holdfast.store.access_tokens import Caller
from holdfast.store.incidents import fetch_phase
from holdfast.store.recovery.reading import fetch_recovery, list_activations, list_availability

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["recovery"], route_class=StrictRoute)

_TELLING = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.VENDOR_MANAGER),)
_ACTIVATING = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.MANAGEMENT_BODY),)

PlanId = Annotated[Identifier, Path(description="The id of the continuity plan.")]
Activating = Annotated[Caller, Depends(allow(*_ACTIVATING))]

_TAKEN = {
    200: {"model": Receipt, "description": "The receipt, where it came while you waited."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}
_READ = problems(401, 403, 404, 422, 503)


@router.post(
    "/{incident_id}/availability",
    status_code=202,
    summary="Report how a service was",
    response_model=SubmissionAccepted,
    responses=_TAKEN,
)
async def report_availability(
    incident_id: IncidentId,
    body: AvailabilityReport,
    doors: Doors,
    caller: Annotated[Caller, Depends(allow(*_TELLING))],
    prefer: Prefer = None,
) -> Response:
    """Report that a service was down, partially available, restored, or had its backlog cleared.

    Downtime and duration are computed with every report, and the facts that follow are stated.
    """
    actor = acting_as(caller, body.role, *_TELLING)
    service = doors.policies.service_named(body.service, datetime.now(UTC))
    told = ReportAvailability(
        service=service,
        state=body.state,
        at=body.at,
        statement=body.statement,
        replaces=body.replaces,
    )
    return await submit(doors, incident_id, body.submission_id, actor, told, prefer)


@router.get(
    "/{incident_id}/availability",
    summary="List what was told of the availability of services",
    dependencies=[AnyReader],
    responses=_READ,
)
async def get_availability(incident_id: IncidentId, doors: Doors) -> AvailabilityList:
    """List every statement, in the order in which it was told."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        rows = await list_availability(connection, incident_id)
    statements = [ToldAvailability.model_validate(dict(row)) for row in rows]
    return AvailabilityList(incident_id=incident_id, statements=statements)


@router.get(
    "/{incident_id}/downtime",
    summary="Read downtime and duration",
    dependencies=[AnyReader],
    responses=_READ,
)
async def get_downtime(incident_id: IncidentId, doors: Doors) -> DowntimeView:
    """Read the downtime of every service of which something was told, and the duration, as of now.

    By Delegated Regulation (EU) 2024/1772 Art. 3, each with the statements behind it.
    """
    known = await _recovering(doors, incident_id)
    figures = computed_payload(computed_now(known, datetime.now(UTC)))
    return downtime_view(incident_id, figures, known.computed)


@router.get(
    "/{incident_id}/recovery/report-fields",
    summary="Read the report fields that the recovery fills",
    dependencies=[AnyReader],
    responses=_READ,
)
async def get_report_fields(incident_id: IncidentId, doors: Doors) -> RecoveryReportFields:
    """Read fields 2.9, 3.3 and 3.15 to 3.17, each with the entries behind it."""
    known = await _recovering(doors, incident_id)
    fields = recovery_fields(findings_of(known, datetime.now(UTC)))
    drill = await is_drill(doors, incident_id)
    return RecoveryReportFields(incident_id=incident_id, fields=fields, drill=drill)


@router.post(
    "/{incident_id}/continuity",
    status_code=202,
    summary="Record that a business continuity plan was activated",
    response_model=SubmissionAccepted,
    responses=_TAKEN,
)
async def activate_plan(
    incident_id: IncidentId,
    body: PlanActivation,
    doors: Doors,
    caller: Activating,
    prefer: Prefer = None,
) -> Response:
    """Record the formal activation of a plan, for which services and why: field 2.9."""
    actor = acting_as(caller, body.role, *_ACTIVATING)
    now = datetime.now(UTC)
    activated = ActivateContinuity(
        plan=body.plan,
        services=tuple(doors.policies.service_named(name, now) for name in body.services),
        because=body.because,
        activated_at=body.activated_at,
    )
    return await submit(doors, incident_id, body.submission_id, actor, activated, prefer)


@router.post(
    "/{incident_id}/continuity/{plan}/deactivation",
    status_code=202,
    summary="Record that a business continuity plan was deactivated",
    response_model=SubmissionAccepted,
    responses=_TAKEN,
)
async def deactivate_plan(
    incident_id: IncidentId,
    plan: PlanId,
    body: PlanDeactivation,
    doors: Doors,
    caller: Activating,
    prefer: Prefer = None,
) -> Response:
    """Record that the plan carries the business no longer; nobody stands down before."""
    actor = acting_as(caller, body.role, *_ACTIVATING)
    ended = DeactivateContinuity(plan=plan, statement=body.statement, at=body.at)
    return await submit(doors, incident_id, body.submission_id, actor, ended, prefer)


@router.get(
    "/{incident_id}/continuity",
    summary="List the business continuity plans that were activated",
    dependencies=[AnyReader],
    responses=_READ,
)
async def get_continuity(incident_id: IncidentId, doors: Doors) -> ContinuityList:
    """List the activations, each with where its records are (DORA Art. 11(8)).

    Those are the lines of the timeline before the activation, and from it to its end.
    """
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        rows = await list_activations(connection, incident_id)
    activations = [PlanActivated.of(incident_id, row) for row in rows]
    return ContinuityList(incident_id=incident_id, activations=activations)


@router.post(
    "/{incident_id}/stand-down",
    status_code=202,
    summary="Ask once more whether those who respond may stand down",
    response_model=SubmissionAccepted,
    responses=_TAKEN,
)
async def ask_to_stand_down(
    incident_id: IncidentId,
    body: StandDownRequest,
    doors: Doors,
    caller: Activating,
    prefer: Prefer = None,
) -> Response:
    """Put the question `recovery.stand_down` again, after it was decided to stay."""
    actor = acting_as(caller, body.role, *_ACTIVATING)
    asked = Reconsider(about=Matter.STAND_DOWN, reason=body.reason)
    return await submit(doors, incident_id, body.submission_id, actor, asked, prefer)


@router.get(
    "/{incident_id}/stand-down",
    summary="Read whether those who respond have stood down",
    dependencies=[AnyReader],
    responses=_READ,
)
async def get_stand_down(incident_id: IncidentId, doors: Doors) -> StandDownView:
    """Read whether they have, why, and which plans have to be deactivated before."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        recovery = await fetch_recovery(connection, incident_id)
        plans = await list_activations(connection, incident_id)
    return StandDownView(
        incident_id=incident_id,
        validated_at=recovery["validated_at"] if recovery else None,
        stood_down=recovery is not None and recovery["stood_down_at"] is not None,
        stood_down_at=recovery["stood_down_at"] if recovery else None,
        because=recovery["stood_down_because"] if recovery else None,
        roles=(recovery["stood_down_roles"] or []) if recovery else [],
        entry=recovery["stood_down_entry"] if recovery else None,
        active_plans=[row["plan"] for row in plans if row["deactivated_at"] is None],
    )


async def _recovering(doors: Platform, incident_id: str) -> KnownRecovery:
    async with doors.reads.connect() as connection:
        known = await read_recovering(connection, incident_id)
    if known is None:
        detail = f"there is no incident {incident_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    return known
