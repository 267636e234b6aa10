"""The doors of attachments: files taken in, read on record, handed over; each with its custody."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import EVIDENCE_ROLES, AnyReader, acting_as, allow
from api.content_digest import content_digest, declared_digests, require_declared
from api.cursor import position_cursor, read_position_cursor
from api.custody_models import (
    Attachment,
    AttachmentId,
    AttachmentList,
    AttachmentQuery,
    CustodyEntry,
    CustodyPage,
    Deed,
    TransferReport,
    deed_of,
)
from api.models import IncidentId
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with, require_incident
from api.uploads import media_type_of
from holdfast.domain.roles import Role
from holdfast.domain.values import Line
from holdfast.errors import InvalidInput
from holdfast.store.access_tokens import Caller
from holdfast.store.chosen_deeds import IdReused
from holdfast.store.custody.attachments import (
    Handover,
    NewAttachment,
    access_attachment,
    collect_attachment,
    fetch_attachment,
    list_attachments,
    list_custody,
    transfer_attachment,
)
from holdfast.store.incidents import fetch_phase
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["attachments"], route_class=StrictRoute)

_AHEAD_AT_MOST = timedelta(minutes=5)
_LARGEST_PAGE = 1_000

_COLLECTORS = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL, Role.VENDOR_MANAGER),
)
_READERS = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),
    *(Role.AUDITOR, Role.MANAGEMENT_BODY),
)
_SENDERS = (Role.COMPLIANCE, Role.LEGAL, Role.INCIDENT_COMMANDER)
Collecting = Annotated[Caller, Depends(allow(*_COLLECTORS))]
Reading = Annotated[Caller, Depends(allow(*_READERS))]
Sending = Annotated[Caller, Depends(allow(*_SENDERS))]
IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,200}$", description="The same key is one attachment only."),
]

# What a browser may do with content that others have sent: keep it, and nothing else.
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_NAMESPACE = uuid.UUID("6f0d9e1c-2a4b-5c3d-8e7f-901a2b3c4d5e")
"""Of ids that a caller's own key decides; any other would do as well."""


class AccessQuery(BaseModel):
    """What the content is read for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class CustodyQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = None
    limit: int = Field(default=200, ge=1, le=_LARGEST_PAGE)


@router.post(
    "/{incident_id}/attachments",
    status_code=201,
    summary="Take in a file",
    response_model=Attachment,
    responses={
        200: {"model": Attachment, "description": "It was taken in before, under the same key."},
        **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
    },
    openapi_extra={"requestBody": {"required": True, "content": {"*/*": _FILE}}},
)
async def collect(
    incident_id: IncidentId,
    request: Request,
    doors: Doors,
    caller: Collecting,
    query: Annotated[AttachmentQuery, Query()],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take in the body of the request, as it is: no form, not compressed.

    Its hash is taken here and stands in the evidence; with `Content-Digest: sha-256=:…:`
    (RFC 9530) it is compared with yours first. The file's name is not kept.
    """
    actor = acting_as(caller, query.role, *_COLLECTORS)
    declared = declared_digests(request.headers)
    media_type = media_type_of(request.headers)
    now = datetime.now(UTC)
    _require_past(query.collected_at, now)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
    with doors.uploads.room():
        content = await doors.uploads.receive(request)
        require_declared(content, declared)
        new = NewAttachment(
            attachment_id=_attachment_id(incident_id, caller, idempotency_key),
            incident_id=incident_id,
            content=content,
            media_type=media_type,
            description=query.description,
            collected_at=query.collected_at,
            now=now,
        )
        try:
            async with doors.engine.begin() as connection:
                collected = await collect_attachment(connection, new, actor, current_trace_id())
        except IdReused as error:
            raise Problem(DoorCode.IDEMPOTENCY_KEY_REUSED, error.message) from error
    answer = Attachment.model_validate(collected.attachment)
    path = f"/v1/incidents/{incident_id}/attachments/{answer.attachment_id}"
    return answer_with(201 if collected.new else 200, answer, Location=path)


@router.get(
    "/{incident_id}/attachments",
    summary="List attachments",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_attachments(incident_id: IncidentId, doors: Doors) -> AttachmentList:
    """List the files of an incident, without their content."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await list_attachments(connection, incident_id)
    return AttachmentList(attachments=[Attachment.model_validate(stored) for stored in found])


@router.get(
    "/{incident_id}/attachments/{attachment_id}",
    summary="Read the content of an attachment",
    response_class=Response,
    responses={
        200: {"content": {"*/*": _FILE}, "description": "The bytes, as they were taken in."},
        **problems(401, 403, 404, 410, 422, 500, 503),
    },
)
async def get_content(
    incident_id: IncidentId,
    attachment_id: AttachmentId,
    doors: Doors,
    caller: Reading,
    query: Annotated[AccessQuery, Query()],
) -> Response:
    """Read the bytes. Every reading is evidence: who, when and what for.

    They are hashed again before they leave; what is not what was taken in is not sent.
    """
    actor = acting_as(caller, query.role, *_READERS)
    # The answer leaves after the commit: no byte is shown that is not on record.
    async with doors.engine.begin() as connection:
        found = await fetch_attachment(connection, incident_id, attachment_id)
        content = await access_attachment(
            connection, found, actor, query.purpose, current_trace_id()
        )
    headers = {
        **_SAFE_HEADERS,
        "Content-Disposition": f'attachment; filename="{attachment_id}"',
        "Content-Digest": content_digest(bytes.fromhex(found.digest.removeprefix("sha256:"))),
    }
    return Response(content, media_type=found.media_type, headers=headers)


@router.post(
    "/{incident_id}/attachments/{attachment_id}/transfers",
    status_code=201,
    summary="Report a handover",
    response_model=Deed,
    responses={
        200: {"model": Deed, "description": "It was reported before, under the same id."},
        **problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 503),
    },
)
async def report_transfer(
    incident_id: IncidentId,
    attachment_id: AttachmentId,
    body: TransferReport,
    doors: Doors,
    caller: Sending,
) -> Response:
    """Report that an attachment was handed to an organisation or authority outside."""
    actor = acting_as(caller, body.role, *_SENDERS)
    handover = Handover(body.transfer_id, body.recipient, body.purpose)
    async with doors.engine.begin() as connection:
        found = await fetch_attachment(connection, incident_id, attachment_id)
        deed = await transfer_attachment(connection, found, actor, handover, current_trace_id())
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))


@router.get(
    "/{incident_id}/attachments/{attachment_id}/custody",
    summary="Read the chain of custody",
    dependencies=[Depends(allow(*EVIDENCE_ROLES, Role.LEGAL))],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_custody(
    incident_id: IncidentId,
    attachment_id: AttachmentId,
    doors: Doors,
    page: Annotated[CustodyQuery, Query()],
) -> CustodyPage:
    """Read all that became of an attachment: taken in, read, handed over, exported, disposed of."""
    after = read_position_cursor(page.cursor)
    async with doors.reads.connect() as connection:
        found = await fetch_attachment(connection, incident_id, attachment_id)
        rows = await list_custody(connection, found, after, page.limit + 1)
    more = len(rows) > page.limit
    rows = rows[: page.limit]
    return CustodyPage(
        entries=[CustodyEntry.model_validate(row) for row in rows],
        next_cursor=position_cursor(rows[-1]["position"]) if more else None,
    )


def _require_past(collected_at: datetime | None, now: datetime) -> None:
    if collected_at is not None and collected_at > now + _AHEAD_AT_MOST:
        message = "collected_at lies in the future"
        raise InvalidInput(message, errors=[{"pointer": "query:collected_at", "message": message}])


def _attachment_id(incident_id: str, caller: Caller, key: str | None) -> str:
    """Choose an id: the same for the same key of the same person in the same incident."""
    if key is None:
        return f"att-{uuid.uuid4()}"
    return f"att-{uuid.uuid5(_NAMESPACE, f'{incident_id} {caller.actor_id} {key}')}"
