"""The doors at which reports are read as authorities get them: with the names of contacts.

Contacts are personal data: each reading is evidence.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import EVIDENCE_ROLES, acting_as, allow
from api.content_digest import content_digest
from api.pinned_register import incident_with_register
from api.platform import Doors, Platform
from api.problem_documents import problems
from api.problems import Problem
from api.reporting.models import ReportNamed
from api.reporting.papers import paper_of
from api.reporting.preview import preview_of
from api.reporting.work import require_reporting
from api.strict_route import StrictRoute
from holdfast.domain.refusals import RefusalReason
from holdfast.domain.reporting.documents import CannotBeWritten, DocumentFormat
from holdfast.domain.reporting.kinds import ReportKind
from holdfast.domain.roles import Role
from holdfast.domain.values import Line
from holdfast.evidence.report_pdf.document import ReportPaper
from holdfast.store.access_tokens import Caller
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.communications.disclosing import Reading
from holdfast.store.reporting.disclosing import disclose_report, disclose_sent
from holdfast.store.reporting.filling import read_content
from holdfast.store.reporting.reading import StoredReporting
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["reports"], route_class=StrictRoute)

_READERS = (*EVIDENCE_ROLES, Role.LEGAL)
MayRead = Annotated[Caller, Depends(allow(*_READERS))]
Suffix = Annotated[DocumentFormat, Path(description="In which format.", examples=["pdf"])]

_DOCUMENT = "/{incident_id}/reports/{stage}.{suffix}"
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}


class DocumentQuery(BaseModel):
    """Which version is read, and what for."""

    version: int | None = Field(
        default=None,
        ge=1,
        le=999,
        description="The latest that was approved or submitted, if left out.",
    )
    draft: bool = Field(default=False, description="As it would be filled now, of no version.")
    sent: bool = Field(default=False, description="Exactly the bytes that left.")
    purpose: Line = Field(
        default="To read the report as the authority gets it.",
        description="What for. It goes into the evidence: name nobody in it.",
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


@router.get(
    _DOCUMENT,
    summary="Read a report as the authority gets it",
    response_class=Response,
    responses={
        200: {
            "content": {"application/json": _FILE, "application/pdf": _FILE, "text/csv": _FILE},
            "description": "The report, with its contacts in clear.",
        },
        **problems(401, 403, 404, 409, 410, 422, 500, 503),
    },
)
async def get_document(
    report: ReportNamed,
    suffix: Suffix,
    doors: Doors,
    caller: MayRead,
    query: Annotated[DocumentQuery, Depends()],
) -> Response:
    """Read a version, a draft as of now, or what was sent. Every reading is evidence.

    A version is written anew from what was approved; `sent` gives the very bytes that left.
    """
    actor = acting_as(caller, query.role, *_READERS)
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        stored = await require_reporting(connection, report.incident_id, report.entity)
        version = None if query.draft else _version(stored, report.stage, query)
        cause = stored.row["last_entry"] if version is None else version["last_entry"]
        reading = Reading(report.incident_id, actor, query.purpose, cause, current_trace_id())
        if version is not None and query.sent:
            digest = _sent(version, report.stage)
            sent = await disclose_sent(connection, doors.keyring, reading, digest, suffix)
            content, media_type = sent.content, sent.media_type
        else:
            paper = await _paper(connection, stored, report.stage, version)
            content, media_type = await _written(connection, doors, reading, paper, suffix)
    name = f"{report.incident_id}-{stored.number}-{report.stage}.{suffix}"
    headers = {
        **_SAFE_HEADERS,
        "Content-Digest": content_digest(
            bytes.fromhex(digest_of_bytes(content).removeprefix("sha256:"))
        ),
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return Response(content, media_type=media_type, headers=headers)


def _version(stored: StoredReporting, stage: ReportKind, query: DocumentQuery) -> RowMapping:
    """The version that is asked for.

    Raises:
        Problem: there is none, or none that was approved.
    """
    of_stage = [each for each in stored.versions if each["kind"] == stage]
    if query.version is not None:
        found = [each for each in of_stage if each["version"] == query.version]
    else:
        found = [each for each in of_stage if each["approved_at"] is not None]
    if not found:
        wanted = "approved one" if query.version is None else f"version {query.version}"
        detail = f"{stored.row['reporting_id']} has no {stage} report, {wanted}: ask for a draft"
        raise Problem(RefusalReason.UNKNOWN_REPORT, detail)
    return found[-1]


def _sent(version: RowMapping, stage: ReportKind) -> str:
    """The digest of the main file of its latest submission."""
    left = [each["sent"] for each in version["submissions"] if each["sent"] is not None]
    if not left:
        detail = f"version {version['version']} of the {stage} report has not left from here"
        raise Problem(RefusalReason.WRONG_STAGE, detail)
    return str(left[-1])


async def _paper(
    connection: AsyncConnection,
    stored: StoredReporting,
    stage: ReportKind,
    version: RowMapping | None,
) -> ReportPaper:
    incident, register = await incident_with_register(connection, stored.row["incident_id"])
    if version is None:
        content = await preview_of(connection, stored, stage)
    elif version["content"] is None:
        detail = f"version {version['version']} could not be filled: {version['because']}"
        raise Problem(RefusalReason.WRONG_STAGE, detail)
    else:
        content = await read_content(connection, version["content"])
    authority = register.entities[content.entity].competent_authority
    return paper_of(stored, incident, authority, content, version)


async def _written(
    connection: AsyncConnection,
    doors: Platform,
    reading: Reading,
    paper: ReportPaper,
    suffix: DocumentFormat,
) -> tuple[bytes, str]:
    try:
        document = await disclose_report(connection, doors.keyring, reading, paper, suffix)
    except CannotBeWritten as error:
        raise Problem(RefusalReason.DRAFT_INCOMPLETE, error.message) from error
    return document.content, document.media_type
