"""The door at which is read who has spoken for a provider: on record, each time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import acting_as, allow
from api.models import IncidentId
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import require_incident
from api.third_parties.answers import SpeakerDisclosed
from holdfast.domain.events import EventKind
from holdfast.domain.roles import Role
from holdfast.domain.values import Identifier, Line
from holdfast.store.access_tokens import Caller
from holdfast.store.communications.disclosing import Reading, disclose_reply
from holdfast.store.incidents import fetch_phase
from holdfast.store.tables import timeline
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["third parties"], route_class=StrictRoute)

_READERS = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE, Role.LEGAL),
)
_SPOKEN = (EventKind.THIRD_PARTY_OPENED, EventKind.THIRD_PARTY_STATED)
Reader = Annotated[Caller, Depends(allow(*_READERS))]


class SpeakerQuery(BaseModel):
    """Of which entry, and what for."""

    model_config = ConfigDict(extra="forbid")

    entry: Identifier = Field(description="Of the statement or notification; `#` is sent as `%23`.")
    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


# Its route stands before that of one escalation, whose number would be anything otherwise.
@router.get(
    "/{incident_id}/third-parties/speaker",
    summary="Read who has spoken for a provider",
    response_model=SpeakerDisclosed,
    responses=problems(401, 403, 404, 410, 422, 503),
)
async def get_speaker(
    incident_id: IncidentId,
    doors: Doors,
    caller: Reader,
    query: Annotated[SpeakerQuery, Query()],
) -> Response:
    """Read who has said what an entry holds. Every reading is evidence: who, when, what for."""
    actor = acting_as(caller, query.role, *_READERS)
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        await _require_spoken(connection, incident_id, query.entry)
    reading = Reading(incident_id, actor, query.purpose, query.entry, current_trace_id())
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        disclosed = await disclose_reply(connection, doors.keyring, reading)
    answer = SpeakerDisclosed(
        statement=query.entry,
        key=disclosed.key,
        speaker=disclosed.fields.get("from"),
        entry_id=disclosed.entry_id,
    )
    return Response(
        answer.model_dump_json(by_alias=True),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def _require_spoken(connection: AsyncConnection, incident_id: str, entry: str) -> None:
    query = select(timeline.c.entry_id).where(
        timeline.c.incident_id == incident_id,
        timeline.c.entry_id == entry,
        timeline.c.kind.in_(_SPOKEN),
    )
    if (await connection.execute(query)).scalar_one_or_none() is None:
        detail = f"{incident_id} has no statement of a provider {entry}"
        raise Problem(DoorCode.NOT_FOUND, detail, incident_id=incident_id)
