"""What is handed to a channel for one recipient, and what the channel answers."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from holdfast.domain.values import canonical_json

__all__ = ["Answer", "AnswerOutcome", "Attachment", "Found", "FoundState", "Outgoing", "reference"]

Attachment = tuple[str, str, bytes]
"""Its name for recipients, its media type, its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Outgoing:
    """One approved message to one recipient.

    `key` is the idempotency key of the delivery and `number` the recipient's number in it, from 0:
    both together name this message for ever. `address` is None where the channel is addressed by
    its own settings. `message_id` is Holdfast's own id, such as `INC-…/communication-2/v3`, and
    `digest` that of the approved message.
    """

    key: str
    number: int
    address: str | None
    message_id: str
    digest: str
    subject: str
    body: str
    language: str
    attachments: tuple[Attachment, ...]
    released_at: datetime
    incident: str
    purpose: str
    audience: str

    @property
    def reference(self) -> str:
        """The name under which a channel knows this message: see `reference`."""
        return reference(self.key, self.number)

    def __repr__(self) -> str:
        """Whom it is for, and what it says, belongs into no log."""
        return f"Outgoing({self.message_id!r}, number={self.number})"


class AnswerOutcome(StrEnum):
    """What a channel says of one message."""

    TAKEN = "taken"
    """The channel has it."""
    REFUSED = "refused"
    """No, for good, for this recipient; nothing has left."""
    NOT_NOW = "not_now"
    """Surely not taken, or a repeat does no harm: it may be sent again."""
    UNKNOWN = "unknown"
    """It may have been taken: sending again might address somebody twice."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A channel's answer: the id that it gave, and why not, without secrets or addresses."""

    outcome: AnswerOutcome
    channel_id: str | None = None
    because: str | None = None


class FoundState(StrEnum):
    """Whether a channel has a message, asked after the fact."""

    TAKEN = "taken"
    NOT_TAKEN = "not_taken"
    """It is not there yet, and a repeat is the same message: see `Channel.find`."""
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Found:
    """What a channel knows of a message that it may have been handed, with the id that it gave."""

    state: FoundState
    channel_id: str | None = None


def reference(key: str, number: int) -> str:
    """Name a message of one delivery to one recipient: 64 hexadecimal digits, always the same."""
    return hashlib.sha256(canonical_json([key, number])).hexdigest()
