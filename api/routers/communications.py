"""The doors at which communications are read: as they stand, and every version as it was."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from api.authentication import AnyReader
from api.communications.answers import (
    Communication,
    CommunicationList,
    VersionDifference,
    in_full,
    in_short,
)
from api.communications.models import CommunicationNumber, VersionNumber
from api.communications.work import require_communication
from api.deciding import decision_of
from api.models import IncidentId
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import require_incident
from holdfast.domain.communication.differences import DeliveryChange, difference
from holdfast.domain.communication.message import MESSAGE_MEDIA_TYPE, Message
from holdfast.domain.communication.naming import communication_of_request
from holdfast.domain.values import JsonObject
from holdfast.errors import NotFound
from holdfast.store.artifacts import Disposed, fetch_artifact
from holdfast.store.communications.reading import (
    fetch_message,
    list_communications,
    list_replies,
)
from holdfast.store.communications.recipients import read_recipients
from holdfast.store.decisions import fetch_decisions
from holdfast.store.incidents import fetch_phase

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["communications"], route_class=StrictRoute)


class DifferenceQuery(BaseModel):
    """Against which version."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    before: int | None = Field(
        default=None, alias="from", ge=1, description="The one before it, if left out."
    )


@router.get(
    "/{incident_id}/communications",
    summary="List the communications of an incident",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_communications(incident_id: IncidentId, doors: Doors) -> CommunicationList:
    """List every communication with where it stands, the first one first."""
    async with doors.reads.connect() as connection:
        require_incident(await fetch_phase(connection, incident_id), incident_id)
        found = await list_communications(connection, incident_id)
    return CommunicationList(communications=[in_short(row) for row in found])


@router.get(
    "/{incident_id}/communications/{number}",
    summary="Read a communication",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 500, 503),
)
async def get_communication(
    incident_id: IncidentId, number: CommunicationNumber, doors: Doors
) -> Communication:
    """Read a communication in full: its latest version, its decisions, deliveries and replies.

    What is to be approved is what `content` shows; its digest is `message`.
    """
    async with doors.reads.connect() as connection:
        row = await require_communication(connection, incident_id, number)
        content = await _content(connection, row["message"])
        decisions = await fetch_decisions(connection, incident_id, only_open=False)
        replies = await list_replies(connection, incident_id, number)
    own = [
        decision_of(stored)
        for stored in decisions
        if communication_of_request(stored.request.id) == number
    ]
    return in_full(row, content, own, replies)


@router.get(
    "/{incident_id}/communications/{number}/versions/{version}",
    summary="Read a version, byte for byte",
    dependencies=[AnyReader],
    response_class=Response,
    responses={
        200: {
            "content": {MESSAGE_MEDIA_TYPE: {"schema": {"type": "object"}}},
            "description": "The bytes whose SHA-256 was approved, and is the `ETag`.",
        },
        **problems(401, 403, 404, 410, 422, 500, 503),
    },
)
async def get_version(
    incident_id: IncidentId, number: CommunicationNumber, version: VersionNumber, doors: Doors
) -> Response:
    """Read exactly the bytes that the reviews and the approval of that version are about.

    They are hashed again before they leave. Lists of recipients are in it by digest only.
    """
    async with doors.reads.connect() as connection:
        row = await require_communication(connection, incident_id, number)
        digest = _digest_of(row, version)
        content = await fetch_artifact(connection, digest)
    return Response(content, media_type=MESSAGE_MEDIA_TYPE, headers={"ETag": f'"{digest}"'})


@router.get(
    "/{incident_id}/communications/{number}/versions/{version}/difference",
    summary="Compare a version with an earlier one",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 410, 422, 500, 503),
)
async def get_difference(
    incident_id: IncidentId,
    number: CommunicationNumber,
    version: VersionNumber,
    doors: Doors,
    query: Annotated[DifferenceQuery, Query()],
) -> VersionDifference:
    """Compare the texts line by line, and say what changed in recipients, channels, attachments.

    Of recipients it says how many came and went, and names nobody.
    """
    earlier = query.before or version - 1
    async with doors.engine.begin() as connection:
        row = await require_communication(connection, incident_id, number)
        before = await fetch_message(connection, _digest_of(row, earlier))
        after = await fetch_message(connection, _digest_of(row, version))
        found = difference(before, after)
        counted = [
            await _counted(connection, doors, each, before, after) for each in found.deliveries
        ]
    return VersionDifference(
        number=number,
        before=earlier,
        after=version,
        texts=found.texts,
        deliveries=tuple(each for each in counted if each is not None),
        attachments=found.attachments,
        release=found.release,
    )


async def _content(connection: AsyncConnection, digest: str | None) -> Message | None:
    try:
        return None if digest is None else await fetch_message(connection, digest)
    except Disposed:
        return None


def _digest_of(row: RowMapping, version: int) -> str:
    said: list[JsonObject] = row["versions"]
    for each in said:
        if each["version"] == version:
            return str(each["message"])
    detail = f"{row['incident_id']}/communication-{row['number']} has no version {version}"
    raise Problem(DoorCode.NOT_FOUND, detail, versions=len(said))


async def _counted(
    connection: AsyncConnection,
    doors: Platform,
    change: DeliveryChange,
    before: Message,
    after: Message,
) -> DeliveryChange | None:
    """The change with how many recipients came and went; None where it is the same people again."""
    old = await _addresses(connection, doors, before, change)
    new = await _addresses(connection, doors, after, change)
    if old is None or new is None:
        return change
    gained, lost = len(new - old), len(old - new)
    settings = (change.alternative_before, change.before is None, change.after is None)
    if not (gained or lost) and settings == (change.alternative_after, False, False):
        return None
    return change.model_copy(update={"gained": gained, "lost": lost})


async def _addresses(
    connection: AsyncConnection, doors: Platform, message: Message, change: DeliveryChange
) -> set[str] | None:
    """Who gets a delivery; None where nobody can tell any more."""
    found: set[str] = set()
    for each in message.deliveries:
        same = (each.channel, each.group, each.language)
        if same == (change.channel, change.group, change.language) and each.recipients:
            try:
                listed = await read_recipients(connection, doors.keyring, each.recipients)
            except NotFound:
                return None
            found |= {recipient.address for recipient in listed}
    return found
