"""Whom a communication is for, what it is for, and where it stands (DORA Art. 14, 17(3)(d))."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

__all__ = ["Audience", "ChannelKind", "Language", "Purpose", "ReplyKind", "Stage"]

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
"""A language tag (BCP 47): language, and region where it matters."""


class Audience(StrEnum):
    """To whom a communication is addressed."""

    STAFF = "staff"
    MANAGEMENT_BODY = "management_body"
    CLIENTS = "clients"
    COUNTERPARTS = "counterparts"
    MEDIA = "media"
    AUTHORITY = "authority"
    VENDOR = "vendor"

    @property
    def internal(self) -> bool:
        """Whether it stays within the financial entity."""
        return self in {Audience.STAFF, Audience.MANAGEMENT_BODY}


class Purpose(StrEnum):
    """What a communication is for; each but `other` has a template of that name."""

    HOLDING_STATEMENT = "holding_statement"
    SITUATION_UPDATE = "situation_update"
    CLIENT_NOTICE = "client_notice"
    """With the protective measures that clients may take (DORA Art. 19(3))."""
    MANAGEMENT_BRIEF = "management_brief"
    """Impact, response and additional controls (DORA Art. 17(3)(e))."""
    ESCALATION_BRIEF = "escalation_brief"
    VENDOR_NOTICE = "vendor_notice"
    VENDOR_REQUEST = "vendor_request"
    """The first call of a provider whose escalation begins, or begins again."""
    VENDOR_CALL = "vendor_call"
    """A further call: a time of the contract has passed, or the next rung of its ladder is due."""
    MEDIA_STATEMENT = "media_statement"
    ALL_CLEAR = "all_clear"
    OTHER = "other"

    @property
    def calls_a_provider(self) -> bool:
        """Whether its messages carry the link by which a provider answers."""
        return self in {Purpose.VENDOR_REQUEST, Purpose.VENDOR_CALL}


class Stage(StrEnum):
    """Where one communication stands."""

    DRAFT = "draft"
    REVIEW = "review"
    APPROVAL = "approval"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    CANCELLED = "cancelled"

    @property
    def settled(self) -> bool:
        """Whether nothing more will leave."""
        return self in {Stage.PUBLISHED, Stage.CANCELLED}

    @property
    def editable(self) -> bool:
        """Whether nothing has left yet."""
        return self in {Stage.DRAFT, Stage.REVIEW, Stage.APPROVAL, Stage.APPROVED}


class ChannelKind(StrEnum):
    """How a channel carries messages."""

    MAIL = "mail"
    """One message a recipient over SMTP (RFC 5321)."""
    MAIL_FOLDER = "mail_folder"
    """As `mail`, into a folder on this machine: one file a message."""
    WEBHOOK = "webhook"
    """One signed request a recipient (Standard Webhooks)."""
    APPRISE = "apprise"
    """Chat, SMS and the like, as the channel itself is addressed."""
    FILES = "files"
    """One file on this machine."""
    STATUS_PAGE = "status_page"
    """The public feed that the API serves."""

    @property
    def addressed(self) -> bool:
        """Whether it needs recipients; the others are addressed by their own settings."""
        return self in {ChannelKind.MAIL, ChannelKind.MAIL_FOLDER}


class ReplyKind(StrEnum):
    """What came back."""

    ACKNOWLEDGEMENT = "acknowledgement"
    REPLY = "reply"
    COMPLAINT = "complaint"
    REGULATOR_QUESTION = "regulator_question"
