"""The doors of oversight files, and of the report fields that an incident's third parties fill.

A file is a projection of the evidence, made anew each time and recorded by nobody's reading: what
leaves the house as evidence is the bundle, whose export is on record.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Response
from pydantic import Field

from api.authentication import AnyReader
from api.drills.marks import OfDrill, is_drill
from api.models import IncidentId
from api.platform import Doors, Platform
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import require_incident
from api.third_parties.models import EscalationNumber
from api.third_parties.work import require_escalation
from holdfast.domain.values import Identifier
from holdfast.dora.third_party_findings import ReportField
from holdfast.evidence.oversight.building import oversight_file
from holdfast.evidence.oversight.document import OVERSIGHT_MEDIA_TYPE, OversightFile
from holdfast.evidence.oversight.page import PAGE_POLICY, oversight_page
from holdfast.evidence.oversight.paper import oversight_pdf
from holdfast.evidence.oversight.report_fields import report_fields
from holdfast.store.incidents import fetch_phase
from holdfast.store.third_parties.oversight import read_oversight_entries

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["third parties"], route_class=StrictRoute)

_HTML, _PDF = "text/html", "application/pdf"
_PROBLEMS = problems(401, 403, 404, 410, 422, 503)


class ReportFields(OfDrill):
    """What the third parties of an incident say to the fields of its reports."""

    incident_id: Identifier
    fields: tuple[ReportField, ...] = Field(
        description="In the order of Implementing Regulation (EU) 2025/302. Where nothing fills a"
        " field, its value is null."
    )


@router.get(
    "/{incident_id}/third-parties/report-fields",
    summary="Read the report fields that third parties fill",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_report_fields(incident_id: IncidentId, doors: Doors) -> ReportFields:
    """Read each field with the entries behind it, and whether it is only a suggestion."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        entries = await read_oversight_entries(connection, incident_id)
    fields = await asyncio.to_thread(report_fields, entries)
    drill = await is_drill(doors, incident_id)
    return ReportFields(incident_id=incident_id, fields=fields, drill=drill)


@router.get(
    "/{incident_id}/third-parties/{number}/oversight",
    summary="Read the oversight file",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {
            "content": {
                OVERSIGHT_MEDIA_TYPE: {"schema": {"type": "object"}},
                _HTML: {"schema": {"type": "string"}},
            },
            "description": "Canonical JSON whose SHA-256 is the `ETag`; a page for `text/html`.",
        },
        **_PROBLEMS,
    },
)
async def get_oversight(
    incident_id: IncidentId,
    number: EscalationNumber,
    doors: Doors,
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Read all that the evidence holds of an escalation: times, calls, statements, decisions.

    Everything in it names the entry that it stands on, and the same entries give the same bytes.
    """
    file = await _file(doors, incident_id, number)
    if (accept or "").startswith(_HTML):
        return await _page(file)
    return Response(file.content, media_type=OVERSIGHT_MEDIA_TYPE, headers=_headers(file))


@router.get(
    "/{incident_id}/third-parties/{number}/oversight.html",
    summary="Read the oversight file as a page",
    dependencies=[AnyReader],
    response_class=Response,
    responses={200: {"content": {_HTML: {"schema": {"type": "string"}}}}, **_PROBLEMS},
)
async def get_oversight_page(
    incident_id: IncidentId, number: EscalationNumber, doors: Doors
) -> Response:
    """Read it as a page of one file, without scripts."""
    return await _page(await _file(doors, incident_id, number))


@router.get(
    "/{incident_id}/third-parties/{number}/oversight.pdf",
    summary="Read the oversight file on paper",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {"content": {_PDF: {"schema": {"type": "string", "format": "binary"}}}},
        **_PROBLEMS,
    },
)
async def get_oversight_pdf(
    incident_id: IncidentId, number: EscalationNumber, doors: Doors
) -> Response:
    """Read it as a PDF/A; the same entries give the same bytes."""
    file = await _file(doors, incident_id, number)
    pdf = await doors.exports.typeset(partial(oversight_pdf, file))
    name = f"{incident_id}-third-party-{number}-oversight.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', **_headers(file)}
    return Response(pdf, media_type=_PDF, headers=headers)


async def _file(doors: Platform, incident_id: str, number: int) -> OversightFile:
    """Make the file as the evidence stands now, without holding up other requests."""
    async with doors.reads.connect() as connection:
        await require_escalation(connection, incident_id, number)
        entries = await read_oversight_entries(connection, incident_id)
    return await asyncio.to_thread(oversight_file, entries, number)


async def _page(file: OversightFile) -> Response:
    page = await asyncio.to_thread(oversight_page, file)
    headers = {
        "Content-Security-Policy": PAGE_POLICY,
        "X-Content-Type-Options": "nosniff",
        **_headers(file),
    }
    return Response(page, media_type=_HTML, headers=headers)


def _headers(file: OversightFile) -> dict[str, str]:
    return {"ETag": f'"{file.digest}"', "Cache-Control": "private, no-store", "Vary": "Accept"}
