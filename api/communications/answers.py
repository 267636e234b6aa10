"""What the doors of communications answer with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import RowMapping

from api.communications.reply_answers import Reply, reply_of
from api.models import Decision
from holdfast.domain.communication.differences import Difference
from holdfast.domain.communication.message import (
    Attached,
    Delivery,
    Message,
    Release,
    TemplateUse,
    TracedValue,
    Variant,
)
from holdfast.domain.communication.naming import communication_id
from holdfast.domain.values import Instant, JsonObject

__all__ = [
    "Communication",
    "CommunicationList",
    "CommunicationSummary",
    "DisclosedRecipients",
    "ListDisclosed",
    "PreviewedMessage",
    "RecipientDisclosed",
    "VersionDifference",
    "in_full",
    "in_short",
    "previewed",
]

_SUMMARY: JsonObject = {
    "incident_id": "INC-2026-000001",
    "number": 2,
    "communication_id": "INC-2026-000001/communication-2",
    "workflow_id": "communication/INC-2026-000001/2",
    "purpose": "holding_statement",
    "audience": "clients",
    "severity": "SEV2",
    "stage": "review",
    "version": 1,
    "message": f"sha256:{'4f' * 32}",
    "subject": "Instant payments are delayed",
    "supersedes": None,
    "superseded_by": None,
    "opened_by": {"id": "person-1f0c2a9b", "role": "responder"},
    "opened_at": "2026-03-04T10:02:00.000000Z",
    "submitted_at": "2026-03-04T10:04:00.000000Z",
    "approved_at": None,
    "publish_when": None,
    "publish_at": None,
    "published_at": None,
    "complete": None,
    "cancelled_at": None,
    "cancelled_because": None,
}


class CommunicationSummary(BaseModel):
    """A communication in short."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": _SUMMARY})

    incident_id: str
    number: int
    communication_id: str
    workflow_id: str = Field(description="Its workflow in the Temporal Web UI.")
    purpose: str
    audience: str
    severity: str | None = Field(description="Of the incident, when it was handed in.")
    stage: str = Field(
        description="`draft`, `review`, `approval`, `approved`, `publishing`, `published`, "
        "`cancelled`."
    )
    version: int = Field(description="Of the latest version; 0 before there is one.")
    message: str | None = Field(description="The digest of the latest version.")
    subject: str | None
    supersedes: int | None = Field(description="The number of the one that it corrects.")
    superseded_by: int | None
    opened_by: JsonObject
    opened_at: Instant
    submitted_at: Instant | None
    approved_at: Instant | None
    publish_when: str | None
    publish_at: Instant | None
    published_at: Instant | None
    complete: bool | None = Field(description="Whether every delivery arrived.")
    cancelled_at: Instant | None
    cancelled_because: str | None


class CommunicationList(BaseModel):
    """The communications of an incident, the first one first."""

    communications: list[CommunicationSummary]


class Communication(CommunicationSummary):
    """A communication in full."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "example": {
                **_SUMMARY,
                "content": None,
                "content_withheld": None,
                "versions": [],
                "sign_off": {
                    "reviewers": ["legal"],
                    "approvers": ["incident_commander", "management_body"],
                    "bypass": True,
                    "standing": False,
                },
                "returned": [],
                "approvals": [],
                "deliveries": [],
                "decisions": [],
                "replies": [],
            }
        },
    )

    content: Message | None = Field(description="The latest version, whole.")
    content_withheld: str | None = Field(
        default=None, description="Why it is not here: `disposed`; its digest is proved still."
    )
    versions: list[JsonObject] = Field(description="Whose, when, instead of which.")
    sign_off: JsonObject | None = Field(description="Who clears and who approves it.")
    returned: list[JsonObject] = Field(description="By whom, and with which comments.")
    approvals: list[JsonObject]
    deliveries: list[JsonObject] = Field(
        description="Each channel and group by number, with its report once there is one."
    )
    decisions: list[Decision] = Field(
        description="Answered at `POST /v1/incidents/{id}/decisions/{request_id}`."
    )
    replies: list[Reply]


class PreviewedMessage(BaseModel):
    """How a message would be, as things stand; nothing of it is kept."""

    variants: list[Variant]
    deliveries: list[Delivery]
    attachments: list[Attached]
    template: TemplateUse | None
    values: list[TracedValue] = Field(
        description="What the template took in, each with the entry that it comes from."
    )
    missing: list[str] = Field(description="Values that nobody has stated: it cannot go in so.")
    release: Release
    supersedes: int | None


class VersionDifference(Difference):
    """What is different between two versions."""

    number: int
    before: int
    after: int


class RecipientDisclosed(BaseModel):
    """One recipient."""

    address: str
    contact: str | None = Field(description="The id in the directory, where it is known there.")


class ListDisclosed(BaseModel):
    """The recipients of one delivery, and the entry that says who has read this."""

    delivery: int
    channel: str
    group: str
    language: str
    recipients: list[RecipientDisclosed]
    key: str = Field(description="The name of the key under which they are sealed.")
    entry_id: str


class DisclosedRecipients(BaseModel):
    """Who gets a version, by delivery; channels that are addressed by their settings have none."""

    version: int
    message: str
    lists: list[ListDisclosed]


def in_short(row: RowMapping) -> CommunicationSummary:
    """The summary of a row of the projection."""
    return CommunicationSummary.model_validate(_short(row))


def in_full(
    row: RowMapping,
    content: Message | None,
    decisions: list[Decision],
    replies: Sequence[RowMapping],
) -> Communication:
    """One communication with its latest version, None where that was disposed of."""
    return Communication.model_validate(
        {
            **_short(row),
            **{name: row[name] for name in ("versions", "sign_off", "returned", "approvals")},
            "content": content,
            "content_withheld": "disposed" if content is None and row["message"] else None,
            "deliveries": list(_deliveries(row)),
            "decisions": decisions,
            "replies": [reply_of(each) for each in replies],
        }
    )


def previewed(message: Message) -> PreviewedMessage:
    """How a message would be."""
    names = PreviewedMessage.model_fields
    return PreviewedMessage.model_validate({name: getattr(message, name) for name in names})


def _short(row: RowMapping) -> dict[str, Any]:
    draft = row["draft"] or {}
    names = CommunicationSummary.model_fields.keys() - {"communication_id", "subject"}
    return {
        **{name: row[name] for name in names},
        "communication_id": communication_id(row["incident_id"], row["number"]),
        "subject": draft.get("subject"),
    }


def _deliveries(row: RowMapping) -> Iterable[JsonObject]:
    """Every delivery of the latest version; before its release none has a state."""
    drafted = row["draft"]["deliveries"] if row["draft"] else []
    for number, delivery in enumerate(drafted):
        became = row["deliveries"].get(str(number), {"state": None, "report": None})
        yield {"number": number, **delivery, **became}
