"""What the doors of communications take: drafts, and steps on their way."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import ConfigDict, Field

from holdfast.domain.communication.kinds import Audience, Language, Purpose
from holdfast.domain.communication.message import OnApproval, Release
from holdfast.domain.communication.wishes import DeliveryWish, DraftWish, WrittenText
from holdfast.domain.roles import Role
from holdfast.domain.values import Digest, Frozen, Identifier, JsonObject, Text

__all__ = [
    "Cancellation",
    "CommunicationNumber",
    "Correction",
    "DraftChange",
    "DraftContent",
    "MessageNamed",
    "NewCommunication",
    "NewPreview",
    "VersionNumber",
    "wish_of",
]

CommunicationNumber = Annotated[
    int, Path(ge=1, le=999_999_999, description="Its number in the incident.", examples=[2])
]
VersionNumber = Annotated[int, Path(ge=1, le=999_999_999, description="The version's number.")]

_CONTENT: JsonObject = {
    "languages": ["en"],
    "texts": {"en": {"subject": "Instant payments are delayed"}},
    "values": {
        "what_happened": "Instant payments are executed with delays of up to two hours.",
        "impact": "Payments that you give now arrive later. None is lost.",
        "measures_taken": "We have switched over to our second data centre.",
        "protective_measures": "Do not give the same payment twice.",
        "contact_point": "+49 69 1234567, day and night",
    },
    "deliveries": [
        {"channel": "status-page", "group": "public", "language": "en"},
        {"channel": "mail", "group": "key-accounts", "addresses": ["treasury@client.example"]},
    ],
    "release": {"when": "on_approval"},
}


class _Asked(Frozen):
    """What every submission may say about itself."""

    submission_id: Identifier | None = Field(
        default=None, description="Chosen by you: the same id is one submission."
    )
    role: Role | None = Field(default=None, description="As whom, if your token has several roles.")


class DraftContent(Frozen):
    """What a draft is composed from, besides facts and policies."""

    languages: tuple[Language, ...] = Field(
        default=(), description="The policy's for the audience, if left out."
    )
    texts: dict[Language, WrittenText] = Field(
        default_factory=dict, description="Your own words; what you leave out the template says."
    )
    values: dict[Identifier, Text] = Field(
        default_factory=dict, description="Values that the template takes in, as you state them."
    )
    deliveries: tuple[DeliveryWish, ...] = Field(
        default=(), max_length=50, description="Where it goes; the policy's, if left out."
    )
    attachments: tuple[Identifier, ...] = Field(
        default=(), max_length=20, description="Ids of attachments of the incident."
    )
    release: Release = Field(
        default=OnApproval(),
        discriminator="when",
        description="When it leaves: `on_approval`, `on_command`, or `at` an instant.",
    )
    follows: int | None = Field(
        default=None, ge=1, description="Goes where the communication of that number went."
    )


class NewPreview(DraftContent):
    """A communication that might be."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"purpose": "client_notice", "audience": "clients", **_CONTENT}
        }
    )

    purpose: Purpose
    audience: Audience


class NewCommunication(NewPreview, _Asked):
    """A communication with its first draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "submission_id": "notice-1",
                "purpose": "client_notice",
                "audience": "clients",
                **_CONTENT,
            }
        }
    )

    comment: Text | None = Field(default=None, description="For those who review it.")


class Correction(DraftContent, _Asked):
    """A communication that corrects a published one: purpose and audience are the same."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "submission_id": "correction-1",
                "texts": {"en": {"body": "Card payments were never affected. We are sorry."}},
                "comment": "The first statement named the wrong service.",
            }
        }
    )

    comment: Text | None = Field(default=None, description="What was wrong.")


class DraftChange(DraftContent, _Asked):
    """Another version, whole: what is left out of it is not taken from the version before."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "submission_id": "notice-1-second",
                "base": f"sha256:{'4f' * 32}",
                "comment": "As legal asked: no cause is named.",
                **_CONTENT,
            }
        }
    )

    base: Digest = Field(description="Of the version that it takes the place of: the latest.")
    comment: Text | None = None


class MessageNamed(_Asked):
    """Exactly which version is meant."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"submission_id": "notice-1-in", "message": f"sha256:{'4f' * 32}"}
        }
    )

    message: Digest = Field(description="Of the latest version, as you have read it.")


class Cancellation(_Asked):
    """Why nothing of it is to leave."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"because": "The payments work again; nobody has noticed."}}
    )

    because: Text


def wish_of(
    content: DraftContent, purpose: Purpose, audience: Audience, supersedes: int | None = None
) -> DraftWish:
    """What is asked of a draft; a correction goes where the corrected one went, if nothing else.

    Raises:
        ValidationError: a value is beyond what a draft may hold.
    """
    follows = content.follows
    if follows is None and supersedes is not None and not content.deliveries:
        follows = supersedes
    return DraftWish(
        purpose=purpose,
        audience=audience,
        languages=content.languages,
        texts=content.texts,
        values=content.values,
        deliveries=content.deliveries,
        attachments=content.attachments,
        release=content.release,
        supersedes=supersedes,
        follows=follows,
    )
