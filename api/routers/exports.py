"""The door of exports: an incident's evidence as a bundle that proves itself, elsewhere."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import EVIDENCE_ROLES, acting_as, allow
from api.content_digest import content_digest
from api.models import IncidentId
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from holdfast.domain.events import EventKind
from holdfast.domain.roles import Role
from holdfast.domain.values import MAX_SAFE_INTEGER, Identifier, Line
from holdfast.errors import InvalidInput, NotFound, Unavailable
from holdfast.store.access_tokens import Caller
from holdfast.store.export.exporting import (
    ExportRequest,
    disclose_keys,
    find_manifest,
    write_manifest,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["evidence log"], route_class=StrictRoute)

_ARCHIVE = {"schema": {"type": "string", "format": "binary"}}
_PERSONAL = (Role.COMPLIANCE,)
"""Who may take the keys of personal data out."""

Judging = Annotated[Caller, Depends(allow(*EVIDENCE_ROLES))]


class BundleQuery(BaseModel):
    """What is to go out, and what for; or which export is to be made again."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line | None = Field(
        default=None, description="What for. It goes into the evidence: name nobody in it."
    )
    previous: int | None = Field(
        default=None,
        ge=1,
        le=MAX_SAFE_INTEGER,
        description="Size of a checkpoint that the reader kept: proves that the log only grew.",
    )
    withhold: list[EventKind] = Field(
        default=[], max_length=len(EventKind), description="Kinds of records to leave out."
    )
    personal_data: bool = Field(
        default=False, description="With the keys of sealed personal data; for compliance only."
    )
    manifest: Identifier | None = Field(
        default=None, description="Make this export again; nothing is recorded, nothing else said."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


@router.get(
    "/{incident_id}/evidence/bundle",
    summary="Take the evidence out",
    response_class=Response,
    responses={
        200: {
            "content": {"application/zip": _ARCHIVE},
            "description": "The bundle; `Holdfast-Manifest` names its export, `ETag` its SHA-256.",
        },
        **problems(401, 403, 404, 422, 503),
    },
)
async def get_bundle(
    incident_id: IncidentId, doors: Doors, caller: Judging, query: Annotated[BundleQuery, Query()]
) -> Response:
    """Take the evidence of an incident out, as a ZIP archive that anyone can verify offline.

    Every export is evidence before it leaves: who, when, what for, and what was left out. With
    `manifest` an earlier one is made again, and nothing is recorded.
    """
    manifest_id = await _manifest(incident_id, doors, caller, query)
    try:
        made = await doors.exports.make(manifest_id)
    except Unavailable as error:
        if error.fields.get("part") != "sequencer":
            raise
        raise Problem(DoorCode.EXPORT_WAITS, error.message, entry_id=manifest_id) from error
    name = f"{incident_id}-evidence-{made.size}.zip"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Length": str(made.length),
        "Content-Digest": content_digest(made.sha256),
        "ETag": f'"{made.sha256.hex()}"',
        "Cache-Control": "private, no-store",
        "Holdfast-Manifest": manifest_id,
    }
    return StreamingResponse(made.chunks(), media_type="application/zip", headers=headers)


async def _manifest(incident_id: str, doors: Platform, caller: Caller, query: BundleQuery) -> str:
    """Record an export, or find the one that is asked for again."""
    if query.manifest is not None:
        return await _again(incident_id, doors, caller, query)
    if query.purpose is None:
        message = "purpose is missing: what is the evidence taken out for?"
        raise InvalidInput(message, errors=[{"pointer": "query:purpose", "message": message}])
    request = ExportRequest(
        incident_id=incident_id,
        actor=acting_as(caller, query.role, *EVIDENCE_ROLES),
        purpose=query.purpose,
        withheld_kinds=tuple(dict.fromkeys(query.withhold)),
        previous_size=query.previous,
        personal_data=query.personal_data,
        trace=current_trace_id(),
    )
    _require_entitled(request)
    return await write_manifest(doors.engine, request)


async def _again(incident_id: str, doors: Platform, caller: Caller, query: BundleQuery) -> str:
    if query.model_fields_set - {"manifest", "role"}:
        message = "with manifest, the export has said already what goes out, and what for"
        raise InvalidInput(message, errors=[{"pointer": "query:manifest", "message": message}])
    async with doors.reads.connect() as connection:
        manifest = await find_manifest(connection, query.manifest or "")
    if manifest.incident != incident_id:
        message = f"{manifest.id} is an export of another incident"
        raise NotFound(message, entry_id=manifest.id)
    said = manifest.event.payload
    if said["personal_data"]:
        # The keys go out once more: that is on record too, after the manifest and outside of it.
        request = ExportRequest(
            incident_id=incident_id,
            actor=acting_as(caller, query.role, *_PERSONAL),
            purpose=said["purpose"],
            withheld_kinds=tuple(EventKind(kind) for kind in said["withheld_kinds"]),
            personal_data=True,
            trace=current_trace_id(),
        )
        _require_entitled(request)
        async with doors.engine.begin() as connection:
            await disclose_keys(connection, request, manifest.workflow)
    return manifest.id


def _require_entitled(request: ExportRequest) -> None:
    if request.personal_data and request.actor.role not in _PERSONAL:
        detail = f"the keys of personal data need the role {', '.join(_PERSONAL)}"
        raise Problem(DoorCode.NOT_ALLOWED, detail, roles=[str(role) for role in _PERSONAL])
