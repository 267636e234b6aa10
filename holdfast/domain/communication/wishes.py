"""What is asked of a draft, before it is composed into a message."""

from __future__ import annotations

from pydantic import Field

from holdfast.domain.communication.kinds import Audience, Language, Purpose
from holdfast.domain.communication.message import OnApproval, Release
from holdfast.domain.roles import Role
from holdfast.domain.values import Count, Frozen, Identifier, Instant, Line, Text, Token

__all__ = ["DeliveryWish", "DraftWish", "VendorCall", "WrittenText"]


class WrittenText(Frozen):
    """A text in a person's own words; what is None comes from the template."""

    subject: Line | None = None
    body: Text | None = None


class DeliveryWish(Frozen):
    """Where it should go: a channel by name, and people of the directory or addresses.

    With neither, those of the directory's group of that name. A channel that is addressed by its
    own settings takes none of these.
    """

    channel: Token
    group: Token | None = None
    language: Language | None = None
    contacts: tuple[Identifier, ...] = ()
    addresses: tuple[Line, ...] = Field(default=(), max_length=20_000)
    alternative: Token | None = None


class VendorCall(Frozen):
    """A call of a provider whose escalation runs: what the message has to say, and how to answer.

    `entry` is that of the call; `about` is which of its times has passed, by the name of its clock
    (`restore`), with `due_at`; nothing has at the first call. It can be answered by link until
    `answer_until`.
    """

    escalation: Identifier
    provider: Line
    contract: Line
    entry: Identifier
    because: Text
    rung: Line | None = None
    about: Line | None = None
    due_at: Instant | None = None
    their_reference: Line | None = None
    answer_until: Instant


class DraftWish(Frozen):
    """Everything that a draft is composed from, besides the facts and the policies.

    Without `languages` or `deliveries` the policy's for the audience are taken; with `follows`
    those of the published communication of that number. `roles` and `because` are of an
    escalation: whom it brings in, and why.
    """

    purpose: Purpose
    audience: Audience
    languages: tuple[Language, ...] = ()
    texts: dict[Language, WrittenText] = Field(default_factory=dict)
    values: dict[Identifier, Text] = Field(default_factory=dict)
    deliveries: tuple[DeliveryWish, ...] = ()
    attachments: tuple[Identifier, ...] = ()
    release: Release = Field(default=OnApproval(), discriminator="when")
    supersedes: Count | None = None
    follows: Count | None = None
    roles: tuple[Role, ...] = ()
    because: Line | None = None
    call: VendorCall | None = Field(default=None, exclude_if=lambda call: call is None)
