"""What the doors of the stakeholder directory take and answer with."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from holdfast.domain.communication.contact_points import ContactPoints, MailAddress, TelephoneNumber
from holdfast.domain.events import PolicyPin
from holdfast.domain.roles import Role
from holdfast.domain.values import Frozen, Instant, JsonObject, Line, Token

__all__ = [
    "ContactConfirmation",
    "ContactDisclosure",
    "ContactId",
    "ContactRecorded",
    "ContactRecording",
    "ContactRemoval",
    "Directory",
    "DirectoryContact",
    "DirectoryNote",
    "DisclosedContactPoints",
]

ContactId = Annotated[
    Token, Path(description="The contact, as the policy calls it.", examples=["duty-commander"])
]
_RoleAsked = Annotated[Role | None, Field(description="As whom, if your token has several roles.")]
_Fingerprint = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-f]{64}$"),
    Field(description="Tells these points from others; says nothing of them without their key."),
]

_KEY = "contact-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50"
_KEPT: JsonObject = {
    "contact_id": "duty-commander",
    "points": ["mail", "name", "phone"],
    "key": _KEY,
    "fingerprint": "4f" * 32,
    "recorded_at": "2026-01-12T08:00:00.000000Z",
    "confirmed_at": "2026-03-02T08:00:00.000000Z",
}


class ContactRecording(ContactPoints):
    """How a contact is reached; at least a mail address or a telephone number."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Duty desk",
                "mail": "duty@bank.example",
                "phone": "+4930123456",
            }
        }
    )

    role: _RoleAsked = None

    @property
    def given(self) -> ContactPoints:
        """The points alone."""
        return ContactPoints(name=self.name, mail=self.mail, phone=self.phone)


class ContactConfirmation(Frozen):
    """That the points are right still."""

    model_config = ConfigDict(json_schema_extra={"example": {"fingerprint": "4f" * 32}})

    fingerprint: _Fingerprint
    role: _RoleAsked = None


class ContactDisclosure(Frozen):
    """What the points are read for."""

    model_config = ConfigDict(json_schema_extra={"example": {"purpose": "Call the duty desk"}})

    purpose: Line = Field(description="What for. It goes into the evidence: name nobody in it.")
    role: _RoleAsked = None


class ContactRemoval(BaseModel):
    """As whom the points are removed."""

    model_config = ConfigDict(extra="forbid")

    role: _RoleAsked = None


class DisclosedContactPoints(BaseModel):
    """How a contact is reached, and the entry that says who has read this."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "contact_id": "duty-commander",
                "key": _KEY,
                "name": "Duty desk",
                "mail": "duty@bank.example",
                "phone": None,
                "entry_id": "disclosure/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        }
    )

    contact_id: str
    key: str = Field(description="The name of the key that seals them; to erase them, name it.")
    name: Line | None
    mail: MailAddress | None
    phone: TelephoneNumber | None
    entry_id: str


class _Kept(BaseModel):
    """What is told of points without reading them."""

    model_config = ConfigDict(from_attributes=True)

    contact_id: str
    points: list[str] = Field(description="Which there are: `name`, `mail`, `phone`.")
    key: str | None = Field(description="The name of the key that seals them.")
    fingerprint: str | None = Field(description="Confirm with it; null where none are kept.")
    recorded_at: Instant | None
    confirmed_at: Instant | None = Field(description="When somebody last said that they are right.")


class ContactRecorded(_Kept):
    """What was done with the points of a contact, and the entry that says so."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                **_KEPT,
                "done": "recorded",
                "entry_id": "contact-record/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        }
    )

    done: str = Field(description="`recorded`, `confirmed` or `removed`.")
    entry_id: str


class DirectoryContact(_Kept):
    """One contact: what the policy says of it, and which points are kept."""

    roles: list[Role]
    audience: str
    languages: list[str]
    there: bool = Field(description="Within its working hours now; always, if it has none.")
    out_of_hours: list[str]
    substitutes: list[str]
    stale: bool = Field(description="Its points have to be confirmed again.")


class DirectoryNote(BaseModel):
    """One thing of the directory to be put right."""

    model_config = ConfigDict(from_attributes=True)

    code: str = Field(description="`stale`, `cannot_be_reached` or `not_in_the_directory`.")
    contact_id: str
    detail: str


class Directory(BaseModel):
    """The directory in force, who is in charge now, and what is to be put right."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "policy": {
                    "name": "stakeholders",
                    "version": "1.0.0",
                    "digest": f"sha256:{'4f' * 32}",
                },
                "at": "2026-03-04T09:30:00.000000Z",
                "in_charge": {"incident_commander": ["duty-commander"]},
                "contacts": [
                    {
                        **_KEPT,
                        "roles": ["incident_commander"],
                        "audience": "staff",
                        "languages": ["en", "de"],
                        "there": True,
                        "out_of_hours": [],
                        "substitutes": ["deputy-commander"],
                        "stale": False,
                    }
                ],
                "groups": {"crisis-team": ["duty-commander"]},
                "media_spokespersons": ["press-office"],
                "warnings": [],
            }
        }
    )

    policy: PolicyPin
    at: Instant = Field(description="As of when.")
    in_charge: dict[Role, list[str]] = Field(description="By role, substitutes applied.")
    contacts: list[DirectoryContact]
    groups: dict[str, list[str]]
    media_spokespersons: list[str] = Field(description="Who speaks to the media (Art. 14(3)).")
    warnings: list[DirectoryNote]
