"""A message: exactly what is approved and what leaves, as one document with one digest.

The digest covers the texts in every language, the recipients of every channel, the attachments,
and when it leaves. Nothing else is read when it is published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from holdfast.domain.communication.kinds import Audience, ChannelKind, Language, Purpose
from holdfast.domain.events import PolicyPin
from holdfast.domain.values import (
    Count,
    Digest,
    Frozen,
    Identifier,
    Instant,
    Line,
    Text,
    Token,
    canonical_json,
    digest_of,
)

__all__ = [
    "ANSWER_LINK",
    "LARGEST_ATTACHMENTS",
    "MESSAGE_MEDIA_TYPE",
    "AnswerLink",
    "Attached",
    "Delivery",
    "Draft",
    "Message",
    "OnApproval",
    "OnCommand",
    "Release",
    "ScheduledFor",
    "TemplateUse",
    "TracedValue",
    "Variant",
    "draft_of",
    "marked_as_drill",
]

_NEXT_UPDATE = "next_update_due"
"""The value by which a template promises the next message; RFC 3339 as it is traced."""

MESSAGE_MEDIA_TYPE = "application/vnd.holdfast.message+json"

ANSWER_LINK = "[[answer-link]]"
"""What stands in an approved text where the link to answer it will stand."""

_MARK, _IN_WORDS = "DRILL", "This is a drill: nothing that it says has happened."
_LONGEST_SUBJECT, _LONGEST_BODY = 200, 10_000

LARGEST_ATTACHMENTS = 10 * 1024 * 1024
"""Bytes of all attachments of one message together: more is refused by mail servers."""


class Variant(Frozen):
    """The message in one language."""

    language: Language
    subject: Line
    body: Text


class Delivery(Frozen):
    """One channel and one group of recipients, in one language.

    `recipients` is the digest of the sealed list, where the channel needs one; `count` how many
    there are (1 for a channel that is addressed by its settings). `alternative` is a channel that
    was approved together with it, for when this one fails.
    """

    channel: Token
    kind: ChannelKind
    group: Token
    language: Language
    recipients: Digest | None = None
    count: Count
    alternative: Token | None = None
    alternative_kind: ChannelKind | None = None


class Attached(Frozen):
    """An attachment: its name for recipients, and its bytes by digest; `size` in bytes."""

    name: Line
    media_type: Line
    size: Count
    digest: Digest


class TracedValue(Frozen):
    """A value that a template took in, and the entry that it comes from.

    `entry` is None for what a person stated with the draft, and for what the policy says.
    """

    name: Identifier
    value: str = Field(max_length=10_000)
    entry: Identifier | None = None


class TemplateUse(Frozen):
    """Which template of which version of the policy the texts were made with."""

    policy: PolicyPin
    name: Token


class AnswerLink(Frozen):
    """That the texts carry a link by which a provider can answer a call, and until when.

    The link's signature is added when the message leaves, in the place of `ANSWER_LINK`: with it
    anybody could speak for the provider, so it stands in no evidence.
    """

    escalation: Identifier
    call: Identifier
    expires_at: Instant


class OnApproval(Frozen):
    """It leaves as soon as it is approved."""

    when: Literal["on_approval"] = "on_approval"


class OnCommand(Frozen):
    """It leaves when somebody says so after it is approved."""

    when: Literal["on_command"] = "on_command"


class ScheduledFor(Frozen):
    """It leaves at that moment, or at its approval if that comes later."""

    when: Literal["at"] = "at"
    at: Instant


Release = OnApproval | OnCommand | ScheduledFor
"""When it leaves."""


class Message(Frozen):
    """One version of one communication."""

    format: Literal[1] = 1
    incident: Identifier
    purpose: Purpose
    audience: Audience
    variants: tuple[Variant, ...] = Field(min_length=1, max_length=12)
    deliveries: tuple[Delivery, ...] = Field(min_length=1, max_length=50)
    attachments: tuple[Attached, ...] = Field(default=(), max_length=20)
    template: TemplateUse | None = None
    values: tuple[TracedValue, ...] = ()
    missing: tuple[Identifier, ...] = ()
    """Names of values that the template wants and nobody has stated: it cannot be approved so."""
    release: Release = Field(default=OnApproval(), discriminator="when")
    supersedes: Count | None = None
    """The number of the published communication that this one corrects."""
    answer: AnswerLink | None = Field(default=None, exclude_if=lambda answer: answer is None)

    @model_validator(mode="after")
    def _is_whole(self) -> Message:
        languages = [variant.language for variant in self.variants]
        if len(set(languages)) != len(languages):
            message = "a language has two texts"
            raise ValueError(message)
        if lost := sorted({each.language for each in self.deliveries} - set(languages)):
            message = f"no text in {', '.join(lost)}"
            raise ValueError(message)
        return self

    @property
    def content(self) -> bytes:
        """The exact bytes that are kept, approved and read back."""
        return canonical_json(self.model_dump(mode="json"))

    @property
    def digest(self) -> str:
        """The digest of `content`."""
        return digest_of(self.model_dump(mode="json"))

    def variant(self, language: str) -> Variant:
        """The text in a language of one of the deliveries."""
        return next(each for each in self.variants if each.language == language)


class Draft(Frozen):
    """A message in short, as entries and the workflow's state hold it: all but its texts."""

    message: Digest
    subject: Line
    languages: tuple[Language, ...]
    deliveries: tuple[Delivery, ...]
    attachments: tuple[Digest, ...] = ()
    template: TemplateUse | None = None
    missing: tuple[Identifier, ...] = ()
    release: Release = Field(default=OnApproval(), discriminator="when")
    supersedes: Count | None = None
    next_update_due: Instant | None = None
    """Until when the texts promise the next message, where they do."""


def draft_of(message: Message) -> Draft:
    """The message in short."""
    return Draft(
        message=message.digest,
        subject=message.variants[0].subject,
        languages=tuple(variant.language for variant in message.variants),
        deliveries=message.deliveries,
        attachments=tuple(each.digest for each in message.attachments),
        template=message.template,
        missing=message.missing,
        release=message.release,
        supersedes=message.supersedes,
        next_update_due=_promised(message),
    )


def marked_as_drill(message: Message) -> Message:
    """The message, with every text saying first that it belongs to a drill; once is enough."""
    variants = tuple(_marked(variant) for variant in message.variants)
    return message.model_copy(update={"variants": variants})


def _marked(variant: Variant) -> Variant:
    subject, body = variant.subject, variant.body
    if not subject.startswith(_MARK):
        subject = f"{_MARK}: {subject}"[:_LONGEST_SUBJECT].rstrip()
    if not body.startswith(_IN_WORDS) and len(body) + len(_IN_WORDS) + 2 <= _LONGEST_BODY:
        body = f"{_IN_WORDS}\n\n{body}"
    return variant.model_copy(update={"subject": subject, "body": body})


def _promised(message: Message) -> datetime | None:
    said = (each.value for each in message.values if each.name == _NEXT_UPDATE)
    return next((datetime.fromisoformat(value) for value in said), None)
