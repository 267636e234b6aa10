"""The doors of personal data: read a contact, on record, and erase a person's key."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.authentication import acting_as, allow
from api.models import IncidentId
from api.platform import Doors
from api.problem_documents import problems
from api.strict_route import StrictRoute
from api.submitting import answer_with
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Identifier, Instant, Line
from holdfast.store.access_tokens import Caller
from holdfast.store.people.contacts import ContactRequest, disclose_contact
from holdfast.store.people.erasures import Erasure, erase
from holdfast.telemetry import current_trace_id

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["personal data"], route_class=StrictRoute)

_READERS = (*(Role.RESPONDER, Role.INCIDENT_COMMANDER, Role.COMPLIANCE, Role.LEGAL),)
Reading = Annotated[Caller, Depends(allow(*_READERS))]
Erasing = Annotated[Caller, Depends(allow(Role.COMPLIANCE))]


class ContactQuery(BaseModel):
    """What the contact is read for."""

    model_config = ConfigDict(extra="forbid")

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class DisclosedContact(BaseModel):
    """The person to ask about an incident, and the entry that says who has read this."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "name": "Duty desk of the processor",
                "email": None,
                "phone": "+49 30 000000",
                "entry_id": "disclosure/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        }
    )

    key: str = Field(description="The person's pseudonym, and the name of their key.")
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    entry_id: str


class ErasureRequest(Frozen):
    """Whose key is to be erased, on which legal basis."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "erasure_id": "dsr-2026-017",
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "legal_basis": "GDPR Art. 17(1)(a)",
            }
        }
    )

    erasure_id: Annotated[
        str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]*$", max_length=100)
    ] = Field(description="Chosen by you: the same id is one erasure. It names nobody.")
    key: Identifier = Field(description="The person's pseudonym, as it stands in the evidence.")
    legal_basis: Line = Field(description="Why it is erased. It goes into the evidence.")


class ErasureDone(BaseModel):
    """What was erased, when, and the entry that says so."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "erased_at": "2026-09-01T08:00:00.000000Z",
                "entry_id": "erasure/dsr-2026-017#0",
            }
        },
    )

    key: str
    erased_at: Instant
    entry_id: str


@router.get(
    "/incidents/{incident_id}/contact",
    summary="Read the contact of an incident",
    response_model=DisclosedContact,
    responses=problems(401, 403, 404, 410, 422, 503),
)
async def get_contact(
    incident_id: IncidentId, doors: Doors, caller: Reading, query: Annotated[ContactQuery, Query()]
) -> Response:
    """Read the person to ask, in clear. Every reading is evidence: who, when and what for."""
    actor = acting_as(caller, query.role, *_READERS)
    request = ContactRequest(incident_id, actor, query.purpose, current_trace_id())
    # The answer leaves after the commit: nothing is shown that is not on record.
    async with doors.engine.begin() as connection:
        contact = await disclose_contact(connection, doors.keyring, request)
    answer = DisclosedContact(key=contact.key, entry_id=contact.entry_id, **contact.fields)
    return answer_with(200, answer, Cache_Control="no-store")


@router.post(
    "/personal-data/erasures",
    summary="Erase a person's key",
    responses=problems(400, 401, 403, 404, 409, 413, 415, 422, 503),
)
async def erase_key(body: ErasureRequest, doors: Doors, caller: Erasing) -> ErasureDone:
    """Erase a person's key and identity, for ever: what the key has sealed can be read no more.

    The evidence stays as it is, and every proof holds. The same erasure again is the same entry.
    """
    erasure = Erasure(
        erasure_id=body.erasure_id,
        key=body.key,
        legal_basis=body.legal_basis,
        actor=acting_as(caller, Role.COMPLIANCE),
        trace=current_trace_id(),
    )
    async with doors.engine.begin() as connection:
        erased = await erase(connection, erasure)
    return ErasureDone.model_validate(erased)
