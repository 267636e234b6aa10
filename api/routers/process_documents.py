"""The doors of documents of the process: drafted, approved, published, acknowledged, compared."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from api.authentication import AnyReader, acting_as, allow
from api.content_digest import content_digest
from api.custody_models import Deed, deed_of
from api.platform import Doors
from api.problem_documents import problems
from api.process_documents.answers import difference_of, history, standings
from api.process_documents.models import (
    DifferenceQuery,
    DocumentAcknowledgement,
    DocumentApproval,
    DocumentHistory,
    DocumentList,
    DocumentPath,
    DocumentPublication,
    DocumentQuery,
    DocumentVersionPath,
    OutstandingList,
    OwedAcknowledgement,
    UploadQuery,
)
from api.process_documents.uploading import VERSION_BODY, read_version
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.process_documents.kinds import APPROVERS, DRAFTERS, PEOPLE, PUBLISHERS
from holdfast.store.access_tokens import Caller
from holdfast.store.artifacts import fetch_artifact
from holdfast.store.chosen_deeds import ChosenDeed
from holdfast.store.process_documents import life, steps
from holdfast.store.process_documents.reading import (
    list_outstanding,
    list_versions,
    require_version,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(
    prefix="/v1/process-documents", tags=["process documents"], route_class=StrictRoute
)

Drafting = Annotated[Caller, Depends(allow(*DRAFTERS))]
Approving = Annotated[Caller, Depends(allow(*APPROVERS))]
Publishing = Annotated[Caller, Depends(allow(*PUBLISHERS))]
Acknowledging = Annotated[Caller, Depends(allow(*PEOPLE))]
_VERSION = "/{document}/versions/{version}"
_READING = problems(401, 403, 404, 410, 422, 500, 503)
_WRITING = {
    200: {"model": Deed, "description": "It was done before, exactly so."},
    **problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
}
_FILE = {"schema": {"type": "string", "format": "binary"}}
# What a browser may do with content that others have sent: keep it, and nothing else.
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@router.get(
    "",
    summary="List documents",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def get_documents(doors: Doors, query: Annotated[DocumentQuery, Query()]) -> DocumentList:
    """List all documents: what is in force today, what will be, and what is worked on."""
    async with doors.reads.connect() as connection:
        versions = await list_versions(connection, kind=query.kind)
    return standings(versions, datetime.now(UTC).date())


@router.get(
    "/acknowledgements/outstanding",
    summary="List who has to acknowledge",
    dependencies=[AnyReader],
    responses=problems(401, 403, 422, 503),
)
async def get_outstanding(doors: Doors) -> OutstandingList:
    """List who holds a token for a role that a version concerns, and has not acknowledged it."""
    async with doors.reads.connect() as connection:
        versions = await list_versions(connection)
        owed = await list_outstanding(connection, versions, datetime.now(UTC).date())
    return OutstandingList(outstanding=[OwedAcknowledgement.of(each) for each in owed])


@router.get("/{document}", summary="Read a document", dependencies=[AnyReader], responses=_READING)
async def get_document(document: DocumentPath, doors: Doors) -> DocumentHistory:
    """Read all versions: who drafted, approved, published and acknowledged them, and who has to."""
    return await history(doors, document, datetime.now(UTC).date())


@router.get(
    f"{_VERSION}/content",
    summary="Read the file of a version",
    dependencies=[AnyReader],
    response_class=Response,
    responses={200: {"content": {"*/*": _FILE}, "description": "Its bytes."}, **_READING},
)
async def get_content(
    document: DocumentPath, version: DocumentVersionPath, doors: Doors
) -> Response:
    """Read the bytes as they were drafted; they are hashed again before they leave."""
    async with doors.reads.connect() as connection:
        found = await require_version(connection, document, version)
        content = await fetch_artifact(connection, found.digest)
    headers = {
        **_SAFE_HEADERS,
        "Content-Disposition": f'attachment; filename="{document}-{version}"',
        "Content-Digest": content_digest(bytes.fromhex(found.digest.removeprefix("sha256:"))),
    }
    return Response(content, media_type=found.media_type, headers=headers)


@router.get(
    f"{_VERSION}/difference",
    summary="Compare two versions",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {
            "content": {
                "text/x-diff": {"schema": {"type": "string"}},
                "text/html": {"schema": {"type": "string"}},
            },
            "description": "A unified difference; a page for `text/html`.",
        },
        **_READING,
    },
)
async def get_difference(
    document: DocumentPath,
    version: DocumentVersionPath,
    doors: Doors,
    query: Annotated[DifferenceQuery, Query()],
    accept: Annotated[str | None, Header()] = None,
) -> Response:
    """Compare the texts of two versions, line by line; the first version with nothing."""
    return await difference_of(doors, (document, version), query.since, accept or "")


@router.post(
    "/{document}/versions",
    status_code=201,
    summary="Draft a version",
    response_model=Deed,
    responses=_WRITING,
    openapi_extra={"requestBody": VERSION_BODY},
)
async def draft(
    document: DocumentPath,
    request: Request,
    doors: Doors,
    caller: Drafting,
    query: Annotated[UploadQuery, Query()],
) -> Response:
    """Propose a version: JSON with its text, or the file as the body and the rest in the query.

    A BPMN file is checked; a text has to be UTF-8. Its version must be later than all before.
    """
    read = await read_version(request, query, doors)
    said = read.said
    proposed = steps.Draft(
        document=document,
        version=said.version,
        kind=said.kind,
        title=said.title,
        content=read.content,
        media_type=read.media_type,
        reason=said.reason,
        caused_by=said.caused_by,
        actor=acting_as(caller, said.role, *DRAFTERS),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await life.draft_document(connection, proposed)
    return _answer(deed)


@router.post(
    f"{_VERSION}/approval",
    status_code=201,
    summary="Approve a version",
    response_model=Deed,
    responses=_WRITING,
)
async def approve(
    document: DocumentPath,
    version: DocumentVersionPath,
    body: DocumentApproval,
    doors: Doors,
    caller: Approving,
) -> Response:
    """Approve what somebody else has drafted."""
    actor = acting_as(caller, body.role, *APPROVERS)
    approval = steps.Approval(document, version, body.rationale, actor, current_trace_id())
    async with doors.engine.begin() as connection:
        deed = await life.approve_document(connection, approval)
    return _answer(deed)


@router.post(
    f"{_VERSION}/publication",
    status_code=201,
    summary="Publish a version",
    response_model=Deed,
    responses=_WRITING,
)
async def publish(
    document: DocumentPath,
    version: DocumentVersionPath,
    body: DocumentPublication,
    doors: Doors,
    caller: Publishing,
) -> Response:
    """Put an approved version into force from a day on, and say who has to acknowledge it."""
    publication = steps.Publication(
        document=document,
        version=version,
        effective_on=body.effective_on,
        concerns=body.concerns,
        acknowledge_within_days=body.acknowledge_within_days,
        actor=acting_as(caller, body.role, *PUBLISHERS),
        now=datetime.now(UTC),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        deed = await life.publish_document(connection, publication)
    return _answer(deed)


@router.post(
    f"{_VERSION}/acknowledgement",
    status_code=201,
    summary="Acknowledge a version",
    response_model=Deed,
    responses=_WRITING,
)
async def acknowledge(
    document: DocumentPath,
    version: DocumentVersionPath,
    body: DocumentAcknowledgement,
    doors: Doors,
    caller: Acknowledging,
) -> Response:
    """Say that you have read a published version; once, whatever your roles."""
    async with doors.engine.begin() as connection:
        found = await require_version(connection, document, version)
        concerned = [role for role in PEOPLE if role in found.concerns]
        entitled = concerned if set(concerned) & set(caller.roles) else PEOPLE
        actor = acting_as(caller, body.role, *entitled)
        said = steps.Acknowledgement(document, version, actor, current_trace_id())
        deed = await life.acknowledge_document(connection, said)
    return _answer(deed)


def _answer(deed: ChosenDeed) -> Response:
    return answer_with(201 if deed.new else 200, deed_of(deed.entry))
