"""What the doors of mails answer with."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from holdfast.domain.values import Instant, JsonObject
from holdfast.store.third_parties.mail_reading import StoredMail

__all__ = ["MailAccepted", "MailDisclosed", "MailList", "MailPage", "VendorMail", "mail_of"]

_MAIL: JsonObject = {
    "mail_id": "INC-2026-000001/third-party-1/mail-1",
    "number": 1,
    "received_at": "2026-03-04T09:50:00.000000Z",
    "dated_at": "2026-03-04T09:49:12.000000Z",
    "automatic": False,
    "size": 4711,
    "cut": False,
    "attachments": ["att-4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50"],
    "left_out": 0,
    "sealed": ["from", "subject", "text"],
    "recorded_at": "2026-03-04T09:50:00.100000Z",
    "entry_id": f"vendor-mail/{'4f' * 32}#0",
}


class MailAccepted(BaseModel):
    """A mail that is kept; nothing of it can be lost any more."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "mail_id": "INC-2026-000001/third-party-1/mail-1",
                "escalation": "INC-2026-000001/third-party-1",
                "matched": True,
                "repeats": False,
                "entry_id": f"vendor-mail/{'4f' * 32}#0",
            }
        }
    )

    mail_id: str | None = Field(description="None where it came before and was disposed of.")
    escalation: str | None
    matched: bool = Field(description="Whether it names an escalation that there is.")
    repeats: bool = Field(description="Whether the same mail was kept before.")
    entry_id: str


class VendorMail(BaseModel):
    """A mail that has come in; who wrote what is sealed."""

    model_config = ConfigDict(json_schema_extra={"example": _MAIL})

    mail_id: str
    number: int
    received_at: Instant
    dated_at: Instant | None = Field(description="What it says of itself.")
    automatic: bool = Field(description="Whether a program says that it has answered by itself.")
    size: int
    cut: bool = Field(description="Whether its text is longer than what is kept of it.")
    attachments: list[str] = Field(description="Ids of what came with it, in custody.")
    left_out: int = Field(description="How many attachments are beyond what is kept.")
    sealed: list[str] = Field(description="What is sealed and can be read on record.")
    recorded_at: Instant
    entry_id: str


class MailList(BaseModel):
    """The mails of an escalation, the first one first."""

    mails: list[VendorMail]


class MailPage(BaseModel):
    """Mails that belong to no escalation, the first one first."""

    mails: list[VendorMail]
    next_cursor: str | None


class MailDisclosed(BaseModel):
    """Who wrote and what, and the entry that says who has read this."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "example": {
                "mail_id": "INC-2026-000001/third-party-1/mail-1",
                "key": "person-7b0c4f0e5d6a4c0f9a3e2b1c8d7e6f50",
                "from": "Duty desk <duty@provider.example>",
                "subject": "Re: [INC-2026-000001/third-party-1] Call for support",
                "text": "We are on it.",
                "entry_id": "disclosure/4e7a3c1d-5b0f-4f7e-9a61-0d2c8b7e6f50#0",
            }
        },
    )

    mail_id: str
    key: str = Field(description="The writer's pseudonym, and the name of their key.")
    sender: str = Field(alias="from", description="As the mail says: anybody can write that.")
    subject: str
    text: str
    entry_id: str


def mail_of(stored: StoredMail) -> VendorMail:
    """A mail as it is told."""
    names = VendorMail.model_fields.keys() & stored.payload.keys()
    return VendorMail(
        mail_id=stored.mail_id,
        entry_id=stored.entry_id,
        recorded_at=stored.recorded_at,
        sealed=list(stored.sealed),
        **{name: stored.payload[name] for name in names},
    )
