"""The doors of mails from providers: taken in from a mail server, listed, read on record.

A mail meets no time by itself: anybody can write any sender, and a program that answers has
acknowledged nothing. Somebody reads it and enters what it says, with the mail as its reference.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.authentication import AnyReader, acting_as, allow
from api.cursor import position_cursor, read_position_cursor
from api.models import IncidentId
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from api.third_parties.models import EscalationNumber
from api.third_parties.work import require_escalation
from api.uploads import media_type_of
from api.vendor.mail_models import MailAccepted, MailDisclosed, MailList, MailPage, mail_of
from holdfast.domain.roles import Actor, Role
from holdfast.domain.third_party.mails import read_mail
from holdfast.domain.third_party.naming import escalation_id
from holdfast.domain.values import Line
from holdfast.store.access_tokens import Caller
from holdfast.store.communications.disclosing import Reading
from holdfast.store.custody.attachments import access_attachment, fetch_attachment
from holdfast.store.third_parties.mail_intake import VENDOR_MAILS, NewMail, take_in_mail
from holdfast.store.third_parties.mail_reading import (
    StoredMail,
    disclose_mail,
    fetch_mail,
    list_mails,
    list_unmatched,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["providers"], route_class=StrictRoute)

_T = TypeVar("_T")

_MAIL_TYPE = "message/rfc822"
_READERS = (
    *(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.VENDOR_MANAGER, Role.COMPLIANCE, Role.LEGAL),
)
MailSource = Annotated[Caller, Depends(allow(Role.ALERT_SOURCE))]
ReadingOn = Annotated[Caller, Depends(allow(*_READERS))]
MailNumber = Annotated[
    int, Path(ge=1, le=999_999_999, description="The mail's number.", examples=[1])
]
_BODY = {"required": True, "content": {_MAIL_TYPE: {"schema": {"type": "string"}}}}


class PurposeQuery(BaseModel):
    """What the mail is read for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class UnmatchedQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(extra="forbid")

    cursor: str | None = None
    limit: int = Field(default=50, ge=1, le=200)


@router.post(
    "/vendor-mail",
    status_code=201,
    summary="Take in a mail of a provider",
    response_model=MailAccepted,
    responses={
        200: {"model": MailAccepted, "description": "The same mail was taken in before."},
        **problems(400, 401, 403, 409, 413, 415, 422, 503),
    },
    openapi_extra={"requestBody": _BODY},
)
async def take_mail(request: Request, doors: Doors, caller: MailSource) -> Response:
    """Take a mail as it arrived, headers and all, from the mail server that has received it.

    It belongs to the escalation that its subject, or the mail that it answers, names as
    `INC-…/third-party-N`; one that names none is kept all the same. It meets no time: somebody
    reads it, and enters what it says on the provider's behalf.
    """
    kind = media_type_of(request.headers)
    if kind != _MAIL_TYPE:
        detail = f"the content type is '{kind}'; send the mail itself as {_MAIL_TYPE}"
        raise Problem(DoorCode.UNSUPPORTED_MEDIA_TYPE, detail)
    with doors.uploads.room():
        raw = await doors.uploads.receive(request)
        # Off the loop: of a large mail it takes a moment, and others wait at the doors.
        mail = await asyncio.to_thread(read_mail, raw)
        new = NewMail(
            mail, acting_as(caller, None, Role.ALERT_SOURCE), datetime.now(UTC), current_trace_id()
        )
        async with doors.engine.begin() as connection:
            kept = await take_in_mail(connection, doors.keyring, new)
    answer = MailAccepted(
        mail_id=kept.mail_id,
        escalation=kept.escalation,
        matched=kept.escalation is not None,
        repeats=not kept.new,
        entry_id=kept.entry_id,
    )
    return answer_with(201 if kept.new else 200, answer)


@router.get(
    "/incidents/{incident_id}/third-parties/{number}/mails",
    summary="List the mails of a provider",
    dependencies=[AnyReader],
    responses=problems(401, 403, 404, 422, 503),
)
async def get_mails(incident_id: IncidentId, number: EscalationNumber, doors: Doors) -> MailList:
    """List what came in by mail on an escalation; who wrote what stays sealed."""
    async with doors.reads.connect() as connection:
        await require_escalation(connection, incident_id, number)
        found = await list_mails(connection, incident_id, escalation_id(incident_id, number))
    return MailList(mails=[mail_of(mail) for mail in found])


@router.get(
    "/incidents/{incident_id}/third-parties/{number}/mails/{mail_number}/content",
    summary="Read a mail of a provider",
    response_model=MailDisclosed,
    responses=problems(401, 403, 404, 410, 422, 503),
)
async def get_content(
    incident_id: IncidentId,
    number: EscalationNumber,
    mail_number: MailNumber,
    doors: Doors,
    caller: ReadingOn,
    query: Annotated[PurposeQuery, Query()],
) -> Response:
    """Read a mail in clear. Every reading is evidence: who, when and what for."""
    actor = acting_as(caller, query.role, *_READERS)
    async with doors.reads.connect() as connection:
        await require_escalation(connection, incident_id, number)
        named = escalation_id(incident_id, number)
        found = await fetch_mail(connection, incident_id, named, mail_number)
    mail = _there(found, f"{named}/mail-{mail_number}")
    return await _disclosed(doors, mail, incident_id, actor, query.purpose)


@router.get(
    "/vendor-mail",
    summary="List the mails that belong to no escalation",
    dependencies=[Depends(allow(*_READERS))],
    responses=problems(401, 403, 422, 503),
)
async def get_unmatched(doors: Doors, page: Annotated[UnmatchedQuery, Query()]) -> MailPage:
    """List what came in by mail without the reference of an escalation that there is."""
    after = read_position_cursor(page.cursor)
    async with doors.reads.connect() as connection:
        found = await list_unmatched(connection, after, page.limit + 1)
    more, found = len(found) > page.limit, found[: page.limit]
    return MailPage(
        mails=[mail_of(mail) for mail in found],
        next_cursor=position_cursor(found[-1].position) if more else None,
    )


@router.get(
    "/vendor-mail/{mail_number}/content",
    summary="Read a mail that belongs to no escalation",
    response_model=MailDisclosed,
    responses=problems(401, 403, 404, 410, 422, 503),
)
async def get_unmatched_content(
    mail_number: MailNumber,
    doors: Doors,
    caller: ReadingOn,
    query: Annotated[PurposeQuery, Query()],
) -> Response:
    """Read such a mail in clear. Every reading is evidence: who, when and what for."""
    actor = acting_as(caller, query.role, *_READERS)
    mail = await _unmatched(doors, mail_number)
    return await _disclosed(doors, mail, VENDOR_MAILS, actor, query.purpose)


@router.get(
    "/vendor-mail/{mail_number}/attachments/{place}",
    summary="Read an attachment of a mail that belongs to no escalation",
    response_class=Response,
    responses=problems(401, 403, 404, 410, 422, 500, 503),
)
async def get_unmatched_attachment(
    mail_number: MailNumber,
    place: Annotated[int, Path(ge=1, le=50, description="Which of them, from 1.")],
    doors: Doors,
    caller: ReadingOn,
    query: Annotated[PurposeQuery, Query()],
) -> Response:
    """Read the bytes. Every reading is evidence; what an escalation has stands at its incident."""
    actor = acting_as(caller, query.role, *_READERS)
    ids = (await _unmatched(doors, mail_number)).payload["attachments"]
    attachment_id = _there(ids[place - 1] if place <= len(ids) else None, f"attachment {place}")
    async with doors.engine.begin() as connection:
        found = await fetch_attachment(connection, VENDOR_MAILS, attachment_id)
        content = await access_attachment(
            connection, found, actor, query.purpose, current_trace_id()
        )
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'attachment; filename="{attachment_id}"',
    }
    return Response(content, media_type=found.media_type, headers=headers)


async def _disclosed(
    doors: Platform, mail: StoredMail, chain: str, actor: Actor, purpose: str
) -> Response:
    reading = Reading(chain, actor, purpose, mail.entry_id, current_trace_id())
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        disclosed = await disclose_mail(connection, doors.keyring, reading)
    answer = MailDisclosed(
        mail_id=mail.mail_id,
        key=disclosed.key,
        sender=disclosed.sender,
        subject=disclosed.subject,
        text=disclosed.text,
        entry_id=disclosed.entry_id,
    )
    return Response(
        answer.model_dump_json(by_alias=True),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


async def _unmatched(doors: Platform, number: int) -> StoredMail:
    async with doors.reads.connect() as connection:
        found = await fetch_mail(connection, VENDOR_MAILS, None, number)
    return _there(found, f"vendor-mail-{number}")


def _there(found: _T | None, name: str) -> _T:
    if found is None:
        detail = f"there is no {name}"
        raise Problem(DoorCode.NOT_FOUND, detail)
    return found
