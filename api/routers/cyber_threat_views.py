"""The doors at which cyber threats are read, also as the authority gets their notification."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.authentication import (
    EVIDENCE_ROLES,
    AnyReader,
    acting_as,
    allow,
)
from api.content_digest import content_digest
from api.deciding import decision_of
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.threats.models import (
    ThreatInFull,
    ThreatList,
    ThreatName,
    threat_in_full,
    threat_in_short,
)
from api.threats.work import require_threat
from holdfast.domain.reporting.documents import CannotBeWritten, DocumentFormat
from holdfast.domain.roles import Role
from holdfast.domain.values import Line
from holdfast.store.access_tokens import Caller
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.communications.disclosing import Reading
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incidents import fetch_clocks
from holdfast.store.threats.documents import disclose_threat
from holdfast.store.threats.preview import preview_form
from holdfast.store.threats.reading import (
    fetch_notifications,
    list_threats,
    read_form,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/threats", tags=["threats"], route_class=StrictRoute)

_READERS = (*EVIDENCE_ROLES, Role.LEGAL)
MayRead = Annotated[Caller, Depends(allow(*_READERS))]
_FILE = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "",
    summary="List cyber threats",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def get_threats(
    doors: Doors,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    active: Annotated[bool, Query(description="Only those that are not closed.")] = False,  # noqa: FBT002 - a query
) -> ThreatList:
    """List threats with their assessments, the latest first."""
    async with doors.reads.connect() as connection:
        found = await list_threats(connection, limit, only_active=active)
    return ThreatList(threats=[threat_in_short(row) for row in found])


@router.get(
    "/{threat}",
    summary="Read a cyber threat",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_threat(threat: ThreatName, doors: Doors) -> ThreatInFull:
    """Read its assessment with the proof, its form as it would be filled now, and what it lacks."""
    row = await require_threat(doors, threat)
    async with doors.reads.connect() as connection:
        versions = await fetch_notifications(connection, threat)
        form = await preview_form(connection, row, len(versions) + 1, datetime.now(UTC))
        decisions = await fetch_decisions(connection, threat, only_open=False)
        clocks = await fetch_clocks(connection, threat)
    return threat_in_full(row, form, versions, [decision_of(each) for each in decisions], clocks)


@router.get(
    "/{threat}/form.{suffix}",
    summary="Read a notification as the authority gets it",
    response_class=Response,
    responses={
        200: {
            "content": {"application/json": _FILE, "application/pdf": _FILE},
            "description": "The form, with its contacts in clear.",
        },
        **problems(401, 403, 404, 409, 410, 422, 500, 503),
    },
)
async def get_form(  # noqa: PLR0913, PLR0917 - FastAPI reads them here
    threat: ThreatName,
    suffix: Annotated[DocumentFormat, Path(description="`json` or `pdf`.", examples=["json"])],
    doors: Doors,
    caller: MayRead,
    version: Annotated[
        int | None, Query(ge=1, le=999, description="As it would be filled now, if left out.")
    ] = None,
    purpose: Annotated[
        Line, Query(description="What for. It goes into the evidence: name nobody in it.")
    ] = "To read the notification as the authority gets it.",
    role: Annotated[Role | None, Query(description="As whom, with several roles.")] = None,
) -> Response:
    """Read a version that was put forward, or a draft. Every reading is evidence."""
    row = await require_threat(doors, threat)
    actor = acting_as(caller, role, *_READERS)
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        versions = {each["version"]: each for each in await fetch_notifications(connection, threat)}
        if version is None:
            form = await preview_form(connection, row, len(versions) + 1, datetime.now(UTC))
        elif version in versions:
            form = await read_form(connection, versions[version]["content"])
        else:
            detail = f"{threat} has no notification {version}"
            raise Problem(DoorCode.NOT_FOUND, detail)
        approved = version is not None and versions[version]["approved_at"] is not None
        reading = Reading(threat, actor, purpose, row["last_entry"], current_trace_id())
        try:
            document = await disclose_threat(
                connection, doors.keyring, reading, form, suffix, approved=approved
            )
        except CannotBeWritten as error:
            raise Problem(DoorCode.NOT_FOUND, error.message) from error
    digest = bytes.fromhex(digest_of_bytes(document.content).removeprefix("sha256:"))
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "Content-Digest": content_digest(digest),
        "Content-Disposition": f'attachment; filename="{threat}.{suffix}"',
    }
    return Response(document.content, media_type=document.media_type, headers=headers)
