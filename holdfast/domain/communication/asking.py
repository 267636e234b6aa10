"""What people ask of communications, as bodies of submissions.

`OpenCommunication` and `RecordReply` go to the incident; the others to the communication.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.domain.communication.kinds import Audience, Purpose, ReplyKind
from holdfast.domain.communication.message import Draft
from holdfast.domain.sealed_values import SealedValue
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Instant, Text, Token

__all__ = [
    "CancelCommunication",
    "EditDraft",
    "OpenCommunication",
    "PublishCommunication",
    "RecordReply",
    "SubmitDraft",
]


class OpenCommunication(Frozen):
    """Open a communication with its first draft."""

    type: Literal["communication"] = "communication"
    purpose: Purpose
    audience: Audience
    draft: Draft
    comment: Text | None = None


class EditDraft(Frozen):
    """Put another version in the place of the version `base`, which must be the latest."""

    type: Literal["draft"] = "draft"
    base: Digest
    draft: Draft
    comment: Text | None = None


class SubmitDraft(Frozen):
    """Hand exactly this version in for review and approval."""

    type: Literal["draft_submission"] = "draft_submission"
    message: Digest


class PublishCommunication(Frozen):
    """Publish exactly this version, which was approved."""

    type: Literal["publication"] = "publication"
    message: Digest


class CancelCommunication(Frozen):
    """Let nothing of it leave.

    To the incident, it names the `communication` whose workflow is no more: somebody has terminated
    it, so that nothing else could ever end it.
    """

    type: Literal["communication_cancellation"] = "communication_cancellation"
    because: Text
    communication: Count | None = Field(default=None, exclude_if=lambda given: given is None)


class RecordReply(Frozen):
    """Record what came back on a communication, or without one; who and what are sealed.

    `due_at` is until when a regulator wants the answer.
    """

    type: Literal["reply"] = "reply"
    reply: ReplyKind
    communication: Count | None = None
    received_at: Instant
    due_at: Instant | None = None
    answered: Identifier | None = None
    """The id of the regulator's question that is answered by now."""
    sealed: dict[Token, SealedValue] = Field(default_factory=dict, max_length=10)
