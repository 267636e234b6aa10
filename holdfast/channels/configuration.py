"""What the file of channels may say, kind by kind; every mistake is told by channel and field.

The file holds passwords: no error repeats a value of it.
"""

from __future__ import annotations

import base64
import binascii
import re
import ssl
from pathlib import Path
from typing import Annotated, Literal, Self

import httpx
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from holdfast.channels.smtp import Security, SmtpAccess
from holdfast.domain.communication.kinds import Audience
from holdfast.domain.communication.mail_addresses import Mailbox, read_mailbox
from holdfast.domain.values import Line, Token

__all__ = [
    "AppriseSettings",
    "ChannelSettings",
    "ChannelsFile",
    "FilesSettings",
    "MailFolderSettings",
    "MailSettings",
    "StatusPageSettings",
    "WebhookSettings",
    "read_signing_secret",
    "web_address",
]

_PORTS = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}
_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_PUBLIC = frozenset({Audience.CLIENTS, Audience.COUNTERPARTS, Audience.MEDIA})
_WEBHOOK_SECRET = "whsec_"  # noqa: S105 - what each begins with
_SECRET_BYTES = range(24, 65)


def _mailbox_text(value: str) -> str:
    read_mailbox(value)
    return value


def web_address(value: SecretStr) -> SecretStr:
    """An address to which something may be sent: encrypted, unless it stays on this machine.

    Raises:
        ValueError: it is none; the message repeats nothing of it.
    """
    try:
        url = httpx.URL(value.get_secret_value())
    except httpx.InvalidURL:
        message = "it is no URL"
        raise ValueError(message) from None
    if not url.host or url.scheme not in {"http", "https"}:
        message = "it is no URL of the web"
        raise ValueError(message)
    if url.scheme == "http" and not _LOOPBACK.fullmatch(url.host):
        message = "https is needed: http is for this machine only"
        raise ValueError(message)
    return value


def read_signing_secret(value: SecretStr) -> bytes:
    """The bytes of a secret of Standard Webhooks.

    Raises:
        ValueError: it is none; the message repeats nothing of it.
    """
    text = value.get_secret_value()
    try:
        if not text.startswith(_WEBHOOK_SECRET):
            raise ValueError  # noqa: TRY301 - said below, as for every other fault of it
        key = base64.b64decode(text.removeprefix(_WEBHOOK_SECRET), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) not in _SECRET_BYTES:
        message = "it is not `whsec_` and 24 to 64 bytes in base64"
        raise ValueError(message) from None
    return key


def _signing_secret(value: SecretStr) -> SecretStr:
    read_signing_secret(value)
    return value


def _has_certificates(path: Path) -> bool:
    try:
        return bool(ssl.create_default_context(cafile=path).get_ca_certs())
    except OSError:
        return False


Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
MailboxText = Annotated[Line, AfterValidator(_mailbox_text)]
Seconds = Annotated[float, Field(gt=0, le=600)]
WebAddress = Annotated[SecretStr, AfterValidator(web_address)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]


class _Settings(BaseModel):
    """One channel; `audiences` restricts whom it may serve."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    audiences: frozenset[Audience] | None = Field(default=None, min_length=1)


class MailSettings(_Settings):
    """A mail server: by default with TLS after the greeting, on the port for submission."""

    kind: Literal["mail"]
    host: Host
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = Security.STARTTLS
    user: Line | None = None
    password: SecretStr | None = None
    sender: MailboxText
    reply_to: MailboxText | None = None
    introduced_as: Host | None = None
    timeout_seconds: Seconds = 30
    accept_seconds: Seconds = 120
    authorities_file: Path | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.user is None) != (self.password is None):
            message = "password: user and password belong together"
            raise ValueError(message)
        bare = self.security is Security.NONE and not _LOOPBACK.fullmatch(self.host)
        if bare and self.password is not None:
            message = "security: without TLS the password would be readable on the way"
            raise ValueError(message)
        if self.authorities_file is not None and not _has_certificates(self.authorities_file):
            message = "authorities_file: there are no certificates in PEM"
            raise ValueError(message)
        return self

    @property
    def sender_mailbox(self) -> Mailbox:
        """In whose name mails are written."""
        return read_mailbox(self.sender)

    @property
    def reply_to_mailbox(self) -> Mailbox | None:
        """Where answers go, if not to the sender."""
        return None if self.reply_to is None else read_mailbox(self.reply_to)

    @property
    def access(self) -> SmtpAccess:
        """Where the server is, and how one gets in."""
        return self.access_within(self.timeout_seconds)

    def access_within(self, seconds: float) -> SmtpAccess:
        """The same with another limit for each answer."""
        return SmtpAccess(
            host=self.host,
            port=self.port or _PORTS[self.security],
            security=self.security,
            introduced_as=self.introduced_as or self.sender_mailbox.domain,
            user=self.user,
            password=self.password,
            answers_within=seconds,
            accepts_within=self.accept_seconds,
            authorities=None if self.authorities_file is None else str(self.authorities_file),
        )


class MailFolderSettings(_Settings):
    """Mails as files, instead of a mail server; by default in the outbox."""

    kind: Literal["mail_folder"]
    folder: Path | None = None
    sender: MailboxText = "Holdfast <holdfast@localhost>"
    reply_to: MailboxText | None = None


class FilesSettings(_Settings):
    """One text file a message; by default in the outbox."""

    kind: Literal["files"]
    folder: Path | None = None


class WebhookSettings(_Settings):
    """A signed request (Standard Webhooks); with `repeatable`, it knows repeats by their id."""

    kind: Literal["webhook"]
    url: WebAddress
    secrets: tuple[SigningSecret, ...] = Field(min_length=1, max_length=5)
    repeatable: bool = False
    timeout_seconds: Seconds = 15
    id_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")] = "x-request-id"


class AppriseSettings(_Settings):
    """Any service that Apprise knows, by its URL."""

    kind: Literal["apprise"]
    url: SecretStr
    repeatable: bool = False
    timeout_seconds: Seconds = 30

    @model_validator(mode="after")
    def _repeats_stay_inside(self) -> Self:
        inside = self.audiences is not None and all(each.internal for each in self.audiences)
        if self.repeatable and not inside:
            message = "repeatable: for internal audiences only; restrict `audiences` to them"
            raise ValueError(message)
        return self


class StatusPageSettings(_Settings):
    """The public feed; what stays inside has no place on it."""

    kind: Literal["status_page"]
    audiences: frozenset[Audience] | None = Field(default=_PUBLIC, min_length=1)

    @model_validator(mode="after")
    def _is_public(self) -> Self:
        if self.audiences is None or any(each.internal for each in self.audiences):
            message = "audiences: the page is public, and internal audiences have no place on it"
            raise ValueError(message)
        return self


ChannelSettings = Annotated[
    MailSettings
    | MailFolderSettings
    | WebhookSettings
    | AppriseSettings
    | FilesSettings
    | StatusPageSettings,
    Field(discriminator="kind"),
]


class ChannelsFile(BaseModel):
    """The whole file: channels by name."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    channels: dict[Token, ChannelSettings] = Field(min_length=1, max_length=50)
