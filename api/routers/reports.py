"""The doors at which reports to competent authorities are read: deadlines, fields, versions."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter

from api.authentication import AnyReader
from api.models import IncidentId
from api.platform import Doors
from api.problem_documents import problems
from api.reporting.answers import IncidentReports, StageReport
from api.reporting.models import ReportNamed
from api.reporting.preview import stage_report
from api.reporting.telling import reporting_of
from api.reporting.work import require_reporting, require_reportings
from api.strict_route import StrictRoute
from holdfast.store.decisions import fetch_decisions

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["reports"], route_class=StrictRoute)

_REPORT = "/{incident_id}/reports/{stage}"


@router.get(
    "/{incident_id}/reports",
    summary="List what is reported of an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def get_reports(incident_id: IncidentId, doors: Doors) -> IncidentReports:
    """List its reportings, one a financial entity: deadlines, versions, what is missing, what next.

    There is none before the incident is decided to be major. What is missing is said as of the
    latest draft; the door of one report says it as of now.
    """
    now = datetime.now(UTC)
    async with doors.reads.connect() as connection:
        found = await require_reportings(connection, incident_id)
        decisions = await fetch_decisions(connection, incident_id, only_open=True)
    reportings = [reporting_of(each, decisions, now) for each in found]
    return IncidentReports(incident_id=incident_id, as_of=now, reportings=reportings)


@router.get(
    _REPORT,
    summary="Read one report",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def get_report(
    report: ReportNamed,
    doors: Doors,
) -> StageReport:
    """Read a report as it would be filled now, each value with its provenance.

    Nothing is kept of it: what is put forward is filled then, and stands as a version.
    """
    now = datetime.now(UTC)
    async with doors.reads.connect() as connection:
        stored = await require_reporting(connection, report.incident_id, report.entity)
        decisions = await fetch_decisions(connection, report.incident_id, only_open=True)
        return await stage_report(connection, stored, report.stage, decisions, now)
