"""What the file of authorities may say, kind by kind; a mistake is told by authority and field.

It holds no secrets, only the files in which they are.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

import httpx
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from holdfast.channels.authorities.file_names import DEFAULT_PATTERN, fault_of_pattern
from holdfast.channels.authorities.schema_check import fault_of_schema
from holdfast.channels.smtp import Security
from holdfast.domain.communication.mail_addresses import Mailbox, read_mailbox
from holdfast.domain.reporting.documents import DocumentFormat
from holdfast.domain.values import Line

__all__ = [
    "AuthoritiesFile",
    "AuthoritySettings",
    "FolderSettings",
    "HttpsSettings",
    "MailSettings",
    "OAuthSettings",
]

_LOOPBACK = re.compile(r"localhost|127(\.\d{1,3}){3}|::1")
_OURS = {
    *("host", "content-length", "content-type", "content-disposition", "transfer-encoding"),
    *("connection", "idempotency-key", "user-agent", "accept-encoding"),
}
_SECRET = {"authorization", "proxy-authorization", "cookie"}


def _web_address(value: str) -> str:
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        message = "it is no URL"
        raise ValueError(message) from None
    if not url.host or url.scheme not in {"http", "https"}:
        message = "it is no URL of the web"
        raise ValueError(message)
    if url.userinfo or url.fragment:
        message = "no password and no fragment belong in it"
        raise ValueError(message)
    if url.scheme == "http" and not _LOOPBACK.fullmatch(url.host):
        message = "https is needed: http is for this machine only"
        raise ValueError(message)
    return value


def _pattern(value: str) -> str:
    if fault := fault_of_pattern(value):
        raise ValueError(fault)
    return value


def _mailbox_text(value: str) -> str:
    read_mailbox(value)
    return value


def _absolute(path: Path) -> Path:
    if not path.is_absolute():
        message = "give the whole path, from the root on"
        raise ValueError(message)
    return path


def _schema(path: Path) -> Path:
    if fault := fault_of_schema(path):
        raise ValueError(fault)
    return path


AuthorityId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$")]
Host = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.:_-]{1,253}$")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,60}$")]
MailboxText = Annotated[Line, AfterValidator(_mailbox_text)]
Pattern = Annotated[Line, AfterValidator(_pattern)]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]{0,100}){1,10}$")]
SchemaPath = Annotated[Path, AfterValidator(_absolute), AfterValidator(_schema)]
Seconds = Annotated[float, Field(gt=0, le=180)]
"""An attempt as a whole has five minutes (`workflows.reporting`)."""
WebAddress = Annotated[
    str, StringConstraints(max_length=2_000, pattern=r"^\S+$"), AfterValidator(_web_address)
]
WholePath = Annotated[Path, AfterValidator(_absolute)]


class _Settings(BaseModel):
    """One authority: `formats` are what it wants, the main one first."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    title: Line | None = None
    formats: tuple[DocumentFormat, ...] = Field(
        default=(DocumentFormat.JSON,), min_length=1, max_length=3
    )
    schema_file: SchemaPath | None = None
    file_name: Pattern = DEFAULT_PATTERN

    @model_validator(mode="after")
    def _formats_differ(self) -> Self:
        if len(set(self.formats)) != len(self.formats):
            message = "formats: one stands there for the second time"
            raise ValueError(message)
        if self.schema_file is not None and DocumentFormat.JSON not in self.formats:
            message = "schema_file: a schema is for json, which is not among the formats"
            raise ValueError(message)
        return self


class FolderSettings(_Settings):
    """A folder on this machine, from which people or another program take the files further."""

    kind: Literal["folder"]
    folder: Path | None = None


class OAuthSettings(BaseModel):
    """A token for each submission: client credentials (RFC 6749 section 4.4)."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token_url: WebAddress
    client_id: Annotated[str, StringConstraints(pattern=r"^[!-~]{1,200}$")]
    client_secret_file: WholePath
    scope: Line | None = None
    client_authentication: Literal["client_secret_basic", "client_secret_post"] = (
        "client_secret_basic"
    )


class HttpsSettings(_Settings):
    """An interface of the authority: one request a submission.

    `reference` is the JSON pointer (RFC 6901) to the authority's reference in its answer;
    `trial_url` is where `holdfast authority try` sends to, `url` itself without it.
    """

    kind: Literal["https"]
    url: WebAddress
    trial_url: WebAddress | None = None
    method: Literal["POST", "PUT"] = "POST"
    client_certificate_file: WholePath | None = None
    client_key_file: WholePath | None = None
    authorities_file: WholePath | None = None
    oauth: OAuthSettings | None = None
    headers: dict[HeaderName, Line] = Field(default_factory=dict, max_length=20)
    secret_headers: dict[HeaderName, WholePath] = Field(default_factory=dict, max_length=20)
    reference: Pointer | None = None
    part_name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")] = "file"
    timeout_seconds: Seconds = 60

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.client_certificate_file is None) != (self.client_key_file is None):
            message = "client_key_file: certificate and key belong together"
            raise ValueError(message)
        secret = {name.lower() for name in self.secret_headers}
        for name in {*map(str.lower, self.headers), *secret}:
            if name in _OURS:
                message = f"headers: {name} is set by Holdfast itself"
                raise ValueError(message)
        for name in map(str.lower, self.headers):
            if name in _SECRET or name in secret:
                message = f"headers: {name} belongs in `secret_headers`, and its value in a file"
                raise ValueError(message)
        if self.oauth is not None and "authorization" in secret:
            message = "secret_headers: authorization is what `oauth` sets"
            raise ValueError(message)
        return self


class MailSettings(_Settings):
    """A mailbox of the authority, through a mail server as `docs/communications.md` describes."""

    kind: Literal["mail"]
    to: MailboxText
    subject: Line | None = None
    host: Host
    port: int | None = Field(default=None, ge=1, le=65535)
    security: Security = Security.STARTTLS
    user: Line | None = None
    password_file: WholePath | None = None
    sender: MailboxText
    reply_to: MailboxText | None = None
    introduced_as: Host | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=30)] = 20
    accept_seconds: Seconds = 120
    authorities_file: WholePath | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        if (self.user is None) != (self.password_file is None):
            message = "password_file: user and password belong together"
            raise ValueError(message)
        if self.security is Security.NONE and not _LOOPBACK.fullmatch(self.host):
            message = "security: what goes to an authority does not travel without TLS"
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


AuthoritySettings = Annotated[
    FolderSettings | HttpsSettings | MailSettings, Field(discriminator="kind")
]


class AuthoritiesFile(BaseModel):
    """The whole file: authorities by id."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    authorities: dict[AuthorityId, AuthoritySettings] = Field(max_length=100)
