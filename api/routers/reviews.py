"""The doors of post-incident reviews: the draft, the review as it stands, and the pack."""

from __future__ import annotations

import asyncio
from functools import partial

from fastapi import APIRouter, Response

from api.authentication import AnyReader
from api.drills.marks import is_drill
from api.models import IncidentId
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.reviews.models import ReportFieldsOfReview, Review, SignOffDecision, VersionInShort
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.actions import PostIncidentReview
from holdfast.domain.reporting.filling.reviewed import review_report_fields
from holdfast.domain.reviews.completeness import missing
from holdfast.domain.values import canonical_json
from holdfast.evidence.oversight.page import PAGE_POLICY
from holdfast.evidence.reviews.document import DraftedReview
from holdfast.evidence.reviews.drafting import review_draft
from holdfast.evidence.reviews.pack import CheckpointReference, ManagementPack, management_pack
from holdfast.evidence.reviews.pack_rendering import pack_page, pack_pdf
from holdfast.store.incidents import fetch_phase
from holdfast.store.log.checkpoints import latest_checkpoint
from holdfast.store.reviews.reading import fetch_review, read_review_entries
from holdfast.store.reviews.related import fetch_earlier_incidents

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["reviews"], route_class=StrictRoute)

_HTML, _PDF = "text/html", "application/pdf"
_PROBLEMS = problems(401, 403, 404, 410, 422, 503)


@router.get(
    "/{incident_id}/review",
    summary="Read the post-incident review",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_review(incident_id: IncidentId, doors: Doors) -> Review:
    """Read the review as it stands, with its versions and what was decided about them."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        row = await fetch_review(connection, incident_id)
    if row is None:
        detail = f"{incident_id} has no review yet: GET …/review/draft says what the evidence holds"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
    content = PostIncidentReview.model_validate_json(canonical_json(row["content"]))
    return Review(
        incident_id=incident_id,
        version=row["version"],
        digest=row["digest"],
        content=content,
        missing=list(missing(content)),
        recorded_by=row["recorded_by"],
        recorded_at=row["recorded_at"],
        entry_id=row["entry_id"],
        signed_off_at=row["signed_off_at"],
        versions=[VersionInShort.model_validate(each) for each in row["versions"]],
        sign_offs=[SignOffDecision.model_validate(each) for each in row["sign_offs"]],
    )


@router.get(
    "/{incident_id}/review/draft",
    summary="Read a draft of the review, made from the evidence",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_draft(incident_id: IncidentId, doors: Doors) -> DraftedReview:
    """Read what the evidence says to each part of the review, every sentence with its entries.

    Nothing is recorded by it. Correct it, say what only people can say, and hand it in as a report
    of the type `review`.
    """
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        entries = await read_review_entries(connection, incident_id)
        earlier = await fetch_earlier_incidents(connection, incident_id, entries)
    return await asyncio.to_thread(review_draft, entries, earlier)


@router.get(
    "/{incident_id}/review/report-fields",
    summary="Read the report fields that the review fills",
    dependencies=[AnyReader],
    responses=_PROBLEMS,
)
async def get_report_fields(incident_id: IncidentId, doors: Doors) -> ReportFieldsOfReview:
    """Read fields 4.1 to 4.5 of the final report, each with the entries behind it."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        entries = await read_review_entries(connection, incident_id)
    fields = review_report_fields(entries)
    drill = await is_drill(doors, incident_id)
    return ReportFieldsOfReview(incident_id=incident_id, fields=fields, drill=drill)


@router.get(
    "/{incident_id}/management-pack.html",
    summary="Read the pack for the management body as a page",
    dependencies=[AnyReader],
    response_class=Response,
    responses={200: {"content": {_HTML: {"schema": {"type": "string"}}}}, **_PROBLEMS},
)
async def get_pack_page(incident_id: IncidentId, doors: Doors) -> Response:
    """Read it as a page of one file, without scripts."""
    pack = await _pack(doors, incident_id)
    page = await asyncio.to_thread(pack_page, pack)
    headers = {
        "Content-Security-Policy": PAGE_POLICY,
        "X-Content-Type-Options": "nosniff",
        **_headers(pack),
    }
    return Response(page, media_type=_HTML, headers=headers)


@router.get(
    "/{incident_id}/management-pack.pdf",
    summary="Read the pack for the management body on paper",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {"content": {_PDF: {"schema": {"type": "string", "format": "binary"}}}},
        **_PROBLEMS,
    },
)
async def get_pack_paper(incident_id: IncidentId, doors: Doors) -> Response:
    """Read it as a PDF/A: what happened, why, what was decided, and what is to be done."""
    pack = await _pack(doors, incident_id)
    pdf = await doors.exports.typeset(partial(pack_pdf, pack))
    name = f"{incident_id}-management-pack.pdf"
    headers = {"Content-Disposition": f'inline; filename="{name}"', **_headers(pack)}
    return Response(pdf, media_type=_PDF, headers=headers)


async def _pack(doors: Platform, incident_id: str) -> ManagementPack:
    """Make the pack as the evidence stands now, without holding up other requests."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        entries = await read_review_entries(connection, incident_id)
        earlier = await fetch_earlier_incidents(connection, incident_id, entries)
        stored = await latest_checkpoint(connection)
    checkpoint = (
        None
        if stored is None
        else CheckpointReference(stored.size, stored.root.hex(), stored.made_at)
    )
    return await asyncio.to_thread(management_pack, entries, earlier, checkpoint)


def _headers(pack: ManagementPack) -> dict[str, str]:
    return {"ETag": f'"{pack.digest}"', "Cache-Control": "private, no-store"}
