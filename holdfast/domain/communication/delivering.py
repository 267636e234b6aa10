"""What the workflow orders of a channel, and what became of it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from holdfast.domain.communication.kinds import ChannelKind
from holdfast.domain.values import Count, Digest, Frozen, Identifier, Line, Token

__all__ = ["DeliveryOrder", "DeliveryReport", "DeliveryState", "Outcome"]


class Outcome(StrEnum):
    """What became of the message to one recipient."""

    SENT = "sent"
    """The channel has taken it."""
    REFUSED = "refused"
    """The channel has said no for good, such as to an address that does not exist."""
    FAILED = "failed"
    """It surely has not left, after all attempts."""
    UNKNOWN = "unknown"
    """It may have left: the channel cannot tell, so that somebody has to look by hand."""


class DeliveryOrder(Frozen):
    """One delivery of one approved message.

    `key` is the idempotency key: under it nobody is addressed twice. `released` is the entry that
    says that the message was approved and may leave. `round` counts how often people have said to
    send again what failed or is unknown; within a round each recipient is tried once more at most.
    """

    incident: Identifier
    communication: Count
    workflow: Identifier
    released: Identifier
    message: Digest
    number: Count
    channel: Token
    kind: ChannelKind
    key: Identifier
    round: Count = 0


class DeliveryReport(Frozen):
    """What became of a delivery, in numbers of recipients.

    `channel_ids` are ids that the channel gave, the first few; `outcomes` is the digest of the
    list of all outcomes by the recipients' numbers; `because` says why not, without secrets.
    """

    sent: Count = 0
    refused: Count = 0
    failed: Count = 0
    unknown: Count = 0
    channel_ids: tuple[Line, ...] = Field(default=(), max_length=5)
    outcomes: Digest | None = None
    because: Line | None = None
    diverted: bool = Field(default=False, exclude_if=lambda diverted: not diverted)
    """Whether it was kept in the house, as it belongs to a drill."""

    @property
    def posted(self) -> bool:
        """Whether anything of it has really left."""
        return bool(self.sent) and not self.diverted

    @property
    def complete(self) -> bool:
        """Whether nothing of it has to be looked after: it left, or a few were refused for good."""
        nobody = bool(self.refused) and not self.sent
        return not (self.failed or self.unknown or nobody)


class DeliveryState(Frozen):
    """How a delivery stands in the workflow: under way, or reported."""

    number: Count
    channel: Token
    kind: ChannelKind
    round: Count = 0
    under_way: bool = True
    report: DeliveryReport | None = None
    settled: bool = False
