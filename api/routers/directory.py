"""The doors of the stakeholder directory: who is in charge, and how contacts are reached."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from api.authentication import AnyReader, acting_as, allow
from api.directory_models import (
    ContactConfirmation,
    ContactDisclosure,
    ContactId,
    ContactRecorded,
    ContactRecording,
    ContactRemoval,
    Directory,
    DirectoryContact,
    DirectoryNote,
    DisclosedContactPoints,
)
from api.platform import Doors, Platform
from api.problem_catalogue import DoorCode
from api.problem_documents import problems
from api.problems import Problem
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.communication.contact_points import KeptPoints, directory_warnings
from holdfast.domain.communication.stakeholders import (
    STAKEHOLDERS,
    StakeholderDirectory,
    contacts_in_charge,
    stakeholder_directory,
)
from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.roles import Actor, Role
from holdfast.store.access_tokens import Caller
from holdfast.store.people.directory import (
    ContactChange,
    ContactRecord,
    confirm_points,
    disclose_points,
    list_points,
    record_points,
    remove_points,
)
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1/directory", tags=["stakeholder directory"], route_class=StrictRoute)

_KEEPERS = (Role.COMPLIANCE, Role.INCIDENT_COMMANDER)
_READERS = (Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL)
Keeping = Annotated[Caller, Depends(allow(*_KEEPERS))]
Reading = Annotated[Caller, Depends(allow(*_READERS))]
_RESPONSES = problems(400, 401, 403, 404, 409, 410, 413, 415, 422, 503)


@router.get(
    "",
    summary="Read the stakeholder directory",
    dependencies=[AnyReader],
    responses=problems(401, 403, 503),
)
async def get_directory(doors: Doors) -> Directory:
    """Read who is in charge now, which contacts can be reached how, and what is to be put right.

    No names, no addresses: which there are, and since when somebody has said that they are right.
    """
    now = datetime.now(UTC)
    policy, directory = _in_force(doors, now)
    async with doors.reads.connect() as connection:
        kept = await list_points(connection)
    held = [role for role in Role if directory.holders(role)]
    return Directory(
        policy=policy.pin,
        at=now,
        in_charge={role: list(contacts_in_charge(directory, [role], now)) for role in held},
        contacts=[_contact(directory, name, kept.get(name), now) for name in directory.contacts],
        groups={name: list(members) for name, members in directory.groups.items()},
        media_spokespersons=list(directory.media_spokespersons),
        warnings=[
            DirectoryNote.model_validate(each) for each in directory_warnings(directory, kept, now)
        ],
    )


@router.put(
    "/contacts/{contact_id}", summary="Record how a contact is reached", responses=_RESPONSES
)
async def put_contact(
    contact_id: ContactId, body: ContactRecording, doors: Doors, caller: Keeping
) -> ContactRecorded:
    """Keep the points of a contact, sealed, in the place of those before.

    The same points again are a confirmation. Where another person takes over, remove first: then
    the points of each are sealed under a key of their own, and can be erased apart.
    """
    change = _change(doors, contact_id, acting_as(caller, body.role, *_KEEPERS))
    _require_contact(doors, contact_id)
    async with doors.engine.begin() as connection:
        record = await record_points(connection, doors.keyring, change, body.given)
    return _recorded(record)


@router.post(
    "/contacts/{contact_id}/confirmation",
    summary="Confirm that a contact is reached so still",
    responses=_RESPONSES,
)
async def confirm_contact(
    contact_id: ContactId, body: ContactConfirmation, doors: Doors, caller: Keeping
) -> ContactRecorded:
    """Record that the points are right still: those of that fingerprint, and no others."""
    change = _change(doors, contact_id, acting_as(caller, body.role, *_KEEPERS))
    _require_contact(doors, contact_id)
    async with doors.engine.begin() as connection:
        record = await confirm_points(connection, change, body.fingerprint)
    return _recorded(record)


@router.post(
    "/contacts/{contact_id}/disclosure",
    summary="Read how a contact is reached",
    response_model=DisclosedContactPoints,
    responses=_RESPONSES,
)
async def disclose_contact(
    contact_id: ContactId, body: ContactDisclosure, doors: Doors, caller: Reading
) -> Response:
    """Read the points of a contact, in clear. Every reading is evidence: who, when and what for."""
    change = _change(doors, contact_id, acting_as(caller, body.role, *_READERS))
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        read = await disclose_points(connection, doors.keyring, change, body.purpose)
    answer = DisclosedContactPoints(
        contact_id=contact_id, key=read.key, entry_id=read.entry_id, **read.points.model_dump()
    )
    return answer_with(200, answer, Cache_Control="no-store")


@router.delete(
    "/contacts/{contact_id}",
    summary="Remove how a contact was reached",
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def remove_contact(
    contact_id: ContactId,
    doors: Doors,
    caller: Keeping,
    query: Annotated[ContactRemoval, Query()],
) -> ContactRecorded:
    """Remove the points of a contact and erase their key, for ever.

    Of contacts that the directory names no more, too.
    """
    change = _change(doors, contact_id, acting_as(caller, query.role, *_KEEPERS))
    async with doors.engine.begin() as connection:
        record = await remove_points(connection, change)
    return _recorded(record)


def _in_force(doors: Platform, now: datetime) -> tuple[PinnedPolicy, StakeholderDirectory]:
    policy = doors.policies.policy(STAKEHOLDERS, now)
    return policy, stakeholder_directory(policy.content)


def _require_contact(doors: Platform, contact_id: str) -> None:
    """Refuse points of somebody whom the directory in force does not name."""
    policy, directory = _in_force(doors, datetime.now(UTC))
    if contact_id not in directory.contacts:
        detail = f"the directory in force ({policy.pin.version}) has no contact {contact_id}"
        raise Problem(DoorCode.NOT_FOUND, detail, contact_id=contact_id)


def _change(doors: Platform, contact_id: str, actor: Actor) -> ContactChange:
    policy, _ = _in_force(doors, datetime.now(UTC))
    return ContactChange(contact_id, actor, policy.pin, current_trace_id())


def _contact(
    directory: StakeholderDirectory, name: str, kept: KeptPoints | None, now: datetime
) -> DirectoryContact:
    contact = directory.contacts[name]
    return DirectoryContact(
        contact_id=name,
        roles=list(contact.roles),
        audience=contact.audience,
        languages=list(contact.languages),
        there=directory.is_there(name, now),
        out_of_hours=list(contact.out_of_hours),
        substitutes=list(contact.substitutes),
        points=list(kept.points) if kept else [],
        key=kept.key if kept else None,
        fingerprint=kept.fingerprint if kept else None,
        recorded_at=kept.recorded_at if kept else None,
        confirmed_at=kept.confirmed_at if kept else None,
        stale=kept is not None and directory.is_stale(kept.confirmed_at, now),
    )


def _recorded(record: ContactRecord) -> ContactRecorded:
    kept = record.kept
    return ContactRecorded(
        contact_id=kept.contact_id,
        points=list(kept.points),
        key=kept.key,
        fingerprint=kept.fingerprint,
        recorded_at=kept.recorded_at,
        confirmed_at=kept.confirmed_at,
        done=record.done,
        entry_id=record.entry_id,
    )
