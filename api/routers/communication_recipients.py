"""The doors at which it is read to whom a communication goes, and what each has got.

Addresses are personal data: each reading is evidence.
"""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.authentication import ReadingCaller, acting_as, allow, require_role
from api.communications.answers import DisclosedRecipients, ListDisclosed, RecipientDisclosed
from api.communications.models import CommunicationNumber
from api.communications.sent_messages import ToRecipient, read_sent
from api.communications.work import require_communication
from api.content_digest import content_digest
from api.models import IncidentId
from api.platform import Doors
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.communication.message import Message
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.roles import Role
from holdfast.domain.values import Line
from holdfast.store.access_tokens import Caller
from holdfast.store.artifacts import digest_of_bytes
from holdfast.store.communications.disclosing import Reading, disclose_list
from holdfast.store.communications.reading import fetch_message
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/incidents", tags=["communications"], route_class=StrictRoute)

_READERS = (*(Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL, Role.MANAGEMENT_BODY),)
"""Whoever clears or approves has to know to whom it goes."""

ReadingRecipients = Annotated[Caller, Depends(allow(*_READERS))]
DeliveryNumber = Annotated[
    int, Path(ge=0, le=49, description="The delivery's number in the message, from 0.")
]
_SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}
_FILE = {"schema": {"type": "string", "format": "binary"}}


class RecipientsQuery(BaseModel):
    """What the recipients are read for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class SentQuery(BaseModel):
    """Whose copy."""

    model_config = ConfigDict(extra="forbid")

    recipient: int | None = Field(
        default=None, ge=0, le=19_999, description="The recipient's number in the list, from 0."
    )
    purpose: Line | None = Field(
        default=None, description="With a `recipient`: what for. It goes into the evidence."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")

    @model_validator(mode="after")
    def _has_a_purpose(self) -> Self:
        if (self.recipient is None) != (self.purpose is None):
            message = "give `recipient` and `purpose`, or neither"
            raise ValueError(message)
        return self


@router.get(
    "/{incident_id}/communications/{number}/recipients",
    summary="Read to whom a communication goes",
    response_model=DisclosedRecipients,
    responses=problems(401, 403, 404, 410, 422, 500, 503),
)
async def get_recipients(
    incident_id: IncidentId,
    number: CommunicationNumber,
    doors: Doors,
    caller: ReadingRecipients,
    query: Annotated[RecipientsQuery, Query()],
) -> Response:
    """Read the lists of the latest version in clear. Every reading is evidence, list by list."""
    actor = acting_as(caller, query.role, *_READERS)
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        row = await require_communication(connection, incident_id, number)
        if row["message"] is None:
            detail = f"{communication_id(incident_id, number)} has no draft yet"
            raise Problem(DoorCode.NOT_FOUND, detail)
        message: Message = await fetch_message(connection, row["message"])
        cause = row["versions"][-1]["entry"]
        reading = Reading(incident_id, actor, query.purpose, cause, current_trace_id())
        lists = []
        for position, delivery in enumerate(message.deliveries):
            if delivery.recipients is not None:
                disclosed = await disclose_list(
                    connection, doors.keyring, reading, delivery.recipients
                )
                lists.append(
                    ListDisclosed(
                        delivery=position,
                        channel=delivery.channel,
                        group=delivery.group,
                        language=delivery.language,
                        recipients=[
                            RecipientDisclosed(address=each.address, contact=each.contact)
                            for each in disclosed.recipients
                        ],
                        key=disclosed.key,
                        entry_id=disclosed.entry_id,
                    )
                )
    answer = DisclosedRecipients(version=row["version"], message=row["message"], lists=lists)
    return answer_with(200, answer, Cache_Control="no-store")


@router.get(
    "/{incident_id}/communications/{number}/sent/{delivery}",
    summary="Read a message exactly as it was sent",
    response_class=Response,
    responses={
        200: {
            "content": {"message/rfc822": _FILE, "application/json": _FILE, "text/plain": _FILE},
            "description": "The bytes that were handed to the channel.",
        },
        **problems(401, 403, 404, 409, 410, 422, 500, 503),
    },
)
async def get_sent(
    incident_id: IncidentId,
    number: CommunicationNumber,
    delivery: DeliveryNumber,
    doors: Doors,
    caller: ReadingCaller,
    query: Annotated[SentQuery, Query()],
) -> Response:
    """Read what a channel was handed: a mail as MIME, a webhook's body as JSON, else the text.

    It is made anew from the approved bytes, by what made it when it was sent. Without `recipient`
    it names nobody; with one it is that recipient's copy, and reading it is evidence.
    """
    to = None
    if query.recipient is not None and query.purpose is not None:
        require_role(caller, *_READERS)
        actor = acting_as(caller, query.role, *_READERS)
        to = ToRecipient(query.recipient, actor, query.purpose, current_trace_id())
    async with doors.engine.begin() as connection:
        row = await require_communication(connection, incident_id, number)
        sent = await read_sent(connection, doors, row, delivery, to)
    digest = bytes.fromhex(digest_of_bytes(sent.content).removeprefix("sha256:"))
    headers = {**_SAFE_HEADERS, "Content-Digest": content_digest(digest)}
    return Response(sent.content, media_type=sent.media_type, headers=headers)
