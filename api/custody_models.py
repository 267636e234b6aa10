"""What the doors of attachments, holds and retention take and answer with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.domain.roles import Actor, Role
from holdfast.domain.values import Frozen, Instant, JsonObject, Line, Text
from holdfast.evidence.entry import Entry
from holdfast.store.custody.holds import HoldType

__all__ = [
    "Attachment",
    "AttachmentId",
    "AttachmentList",
    "AttachmentQuery",
    "ChosenPath",
    "CustodyEntry",
    "CustodyPage",
    "Deed",
    "DisposalApproval",
    "DisposalProposal",
    "Hold",
    "HoldLifting",
    "HoldList",
    "HoldPlacement",
    "StoredProposal",
    "TransferReport",
    "deed_of",
]

_CHOSEN = StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=100)
_ChosenId = Annotated[
    str, _CHOSEN, Field(description="Chosen by you: the same id is one deed. It names nobody.")
]
ChosenPath = Annotated[str, _CHOSEN, Path(description="The id that was chosen for it.")]
AttachmentId = Annotated[
    str,
    Path(
        pattern=r"^att-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        description="The attachment's id.",
        examples=["att-0198c1f2-5d6a-4c0f-9a3e-2b1c8d7e6f50"],
    ),
]
_RoleAsked = Annotated[Role | None, Field(description="As whom, if your token has several roles.")]

_ATTACHMENT: JsonObject = {
    "attachment_id": "att-0198c1f2-5d6a-4c0f-9a3e-2b1c8d7e6f50",
    "incident_id": "INC-2026-000001",
    "entry_id": "attachment/att-0198c1f2-5d6a-4c0f-9a3e-2b1c8d7e6f50#0",
    "digest": f"sha256:{'4f' * 32}",
    "size": 48211,
    "media_type": "application/pdf",
    "description": "Root cause analysis of the processor",
    "collected_at": "2026-03-05T10:00:00.000000Z",
    "collected_by": {"id": "person-1f0c2a9b", "role": "responder"},
    "taken_in_at": "2026-03-05T10:04:11.201000Z",
    "disposed": False,
}


class AttachmentQuery(BaseModel):
    """What is said of a file that is taken in. Its name is not asked for, and not kept."""

    model_config = ConfigDict(extra="forbid")

    description: Line = Field(description="What it is, in one line. Name no person in it.")
    collected_at: Instant | None = Field(
        default=None, description="When it was collected, as you say: now, if left out."
    )
    role: _RoleAsked = None


class Attachment(BaseModel):
    """A file that belongs to an incident."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _ATTACHMENT})

    attachment_id: str
    incident_id: str
    entry_id: str = Field(description="The entry that took it in.")
    digest: str = Field(description="SHA-256 of its bytes, as they came.")
    size: int = Field(description="Bytes.")
    media_type: str = Field(description="As its sender said, without parameters.")
    description: str
    collected_at: Instant = Field(description="As its collector said.")
    collected_by: Actor
    taken_in_at: Instant = Field(description="When it came in here.")
    disposed: bool = Field(description="Its content was disposed of.")


class AttachmentList(BaseModel):
    """The attachments of an incident, oldest first."""

    attachments: list[Attachment]


class CustodyEntry(BaseModel):
    """One link of the chain of custody: an evidence entry about the attachment."""

    model_config = ConfigDict(from_attributes=True)

    entry_id: str
    kind: str
    occurred_at: Instant
    recorded_at: Instant
    actor: Actor
    payload: JsonObject
    body_hash: str = Field(description="SHA-256, in hex, of the entry's exact bytes.")


class CustodyPage(BaseModel):
    """The chain of custody, oldest first."""

    entries: list[CustodyEntry]
    next_cursor: str | None


class TransferReport(Frozen):
    """That an attachment was handed to somebody outside."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "transfer_id": "handover-7",
                "recipient": "Federal Financial Supervisory Authority",
                "purpose": "Requested with the intermediate report",
            }
        }
    )

    transfer_id: _ChosenId
    recipient: Line = Field(description="An organisation or authority; no person's name.")
    purpose: Line
    role: _RoleAsked = None


class HoldPlacement(Frozen):
    """A hold: nothing of the incident may be disposed of while it stands."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "hold_id": "litigation-12",
                "type": "legal",
                "reason": "Claim of a client announced; keep everything.",
            }
        }
    )

    hold_id: _ChosenId
    type: HoldType
    reason: Text
    role: _RoleAsked = None


class HoldLifting(Frozen):
    """Why a hold ends."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"reason": "The claim was settled and paid."}}
    )

    reason: Text
    role: _RoleAsked = None


class Hold(BaseModel):
    """A hold as it stands."""

    model_config = ConfigDict(from_attributes=True)

    hold_id: str
    type: str
    reason: str
    placed_by: Actor
    placed_at: Instant
    lifted_by: Actor | None
    lifted_at: Instant | None
    lifted_because: str | None


class HoldList(BaseModel):
    """The holds of an incident, oldest first; one that stands has not been lifted."""

    holds: list[Hold]


class DisposalProposal(Frozen):
    """A proposal to dispose of the content of an incident whose retention has ended."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "proposal_id": "retention-2033-001",
                "incident_id": "INC-2026-000001",
                "reason": "Retention has ended; nobody needs it any more.",
            }
        }
    )

    proposal_id: _ChosenId
    incident_id: Annotated[str, StringConstraints(pattern=r"^INC-[0-9]{4}-[0-9]{6,12}$")]
    reason: Text
    role: _RoleAsked = None


class DisposalApproval(Frozen):
    """The agreement of another person, which disposes of what was proposed."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"rationale": "No claim, no request, no hold. Agreed."}}
    )

    rationale: Text
    role: _RoleAsked = None


class Deed(BaseModel):
    """The entry that says that it was done."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "incident_id": "INC-2026-000001",
                "entry_id": "hold/INC-2026-000001/litigation-12#0",
                "kind": "hold.placed",
                "occurred_at": "2026-03-05T10:04:11.201000Z",
                "actor": {"id": "person-1f0c2a9b", "role": "legal"},
                "payload": {"type": "legal", "reason": "Claim of a client announced."},
            }
        }
    )

    incident_id: str
    entry_id: str
    kind: str
    occurred_at: Instant
    actor: Actor
    payload: JsonObject


class StoredProposal(BaseModel):
    """A proposal, and what became of it."""

    proposed: Deed
    disposed: Deed | None = Field(description="Null as long as nobody else has approved it.")


def deed_of(entry: Entry) -> Deed:
    """The entry of a deed as it is told."""
    return Deed(
        incident_id=entry.incident,
        entry_id=entry.id,
        kind=str(entry.event.kind),
        occurred_at=entry.occurred_at,
        actor=entry.event.actor,
        payload=entry.event.payload,
    )
