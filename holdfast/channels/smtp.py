"""One mail over SMTP, so that it is known exactly when the server has it (RFC 5321 section 6.1).

A server has a mail from its positive answer to the final dot on, and surely has not before that dot
was handed to the network. Lost between the two, nobody can tell.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum

from pydantic import SecretStr

from holdfast.channels.outgoing import Answer, AnswerOutcome

__all__ = ["Security", "SmtpAccess", "Unreachable", "connect", "hand_over", "is_open", "offer"]

_CHUNK = 256 * 1024
_LONGEST_ID = 200
_SERVICE_NOT_AVAILABLE, _GO_ON = 421, 354
# These refuse us, not the recipient (RFC 4954 section 6).
_LOGIN_REFUSALS = {530, 534, 535, 538}
_ENHANCED_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
_POSITIVE, _PERMANENT = 2, 5


class Security(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    """TLS after the greeting, always: where the server offers none, nothing is sent."""
    TLS = "tls"
    """TLS from the first byte (RFC 8314)."""
    NONE = "none"


class Unreachable(Exception):
    """The server cannot be used now; the words tell no secrets."""


@dataclass(frozen=True, slots=True)
class SmtpAccess:
    """Where a server is and how one gets in; times in seconds.

    `introduced_as` is our name in EHLO. `accepts_within` is how long the answer to the final dot is
    waited for: long, as giving up leaves nobody knowing.
    """

    host: str
    port: int
    security: Security
    introduced_as: str
    user: str | None
    password: SecretStr | None
    answers_within: float
    accepts_within: float
    authorities: str | None = None
    """A file of certificates (PEM) that are trusted; None: those of this machine."""


def connect(access: SmtpAccess) -> smtplib.SMTP:
    """Connect, protect the connection, and log in.

    Raises:
        Unreachable: it cannot be used now.
    """
    server = None
    try:
        server = _open(access)
        if access.password is not None:
            server.login(access.user or "", access.password.get_secret_value())
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if server is not None:
            server.close()
        raise Unreachable(_words(error, access)) from None
    return server


def is_open(server: smtplib.SMTP) -> bool:
    """Whether the connection stands, as far as anybody knows."""
    return server.sock is not None


def offer(server: smtplib.SMTP, sender: str, recipient: str, size: int) -> Answer | None:
    """Offer a mail of `size` bytes: None if the server wants its content now."""
    announced = f" SIZE={size}" if server.has_extn("size") else ""
    at = "the sender"
    try:
        code, text = server.docmd("MAIL", f"FROM:<{sender}>{announced}")
        if code // 100 != _POSITIVE:
            return _not_taken(server, code, text, at, final=False)
        at = "the recipient"
        code, text = server.docmd("RCPT", f"TO:<{recipient}>")
        if code // 100 != _POSITIVE:
            return _not_taken(server, code, text, at, final=code not in _LOGIN_REFUSALS)
        at = "the mail"
        code, text = server.docmd("DATA")
        if code != _GO_ON:
            return _not_taken(server, code, text, at, final=True)
    except (OSError, smtplib.SMTPException):
        server.close()
        return Answer(AnswerOutcome.NOT_NOW, because=f"the connection was lost at {at}")
    return None


def hand_over(server: smtplib.SMTP, content: bytes, access: SmtpAccess) -> Answer:
    """Send the content, after `offer`; every line of it ends with CRLF."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    try:
        for start in range(0, len(stuffed), _CHUNK):
            server.send(stuffed[start : start + _CHUNK])
    except (OSError, smtplib.SMTPException):
        server.close()
        return Answer(AnswerOutcome.NOT_NOW, because="the connection was lost within the mail")
    try:
        # Nothing is said of a mail whose final dot was handed to the network, but by the server.
        server.send(b".\r\n")
        _wait_up_to(server, access.accepts_within)
        code, text = server.getreply()
        _wait_up_to(server, access.answers_within)
    except (OSError, smtplib.SMTPException):
        server.close()
        return Answer(AnswerOutcome.UNKNOWN, because="no answer came after the end of the mail")
    if code // 100 == _POSITIVE:
        return Answer(AnswerOutcome.TAKEN, channel_id=_id_in(text))
    if code // 100 in {4, _PERMANENT}:
        return _not_taken(server, code, text, "the mail", final=True)
    server.close()
    return Answer(AnswerOutcome.UNKNOWN, because="the answer to the mail cannot be read")


def _open(access: SmtpAccess) -> smtplib.SMTP:
    where, name, within = (access.host, access.port), access.introduced_as, access.answers_within
    if access.security is Security.TLS:
        trusted = ssl.create_default_context(cafile=access.authorities)
        server: smtplib.SMTP = smtplib.SMTP_SSL(*where, name, timeout=within, context=trusted)
    else:
        server = smtplib.SMTP(*where, name, timeout=within)
    try:
        if server.sock is not None:
            # The final dot goes out by itself, and must not wait for the mail's acknowledgement.
            server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.ehlo_or_helo_if_needed()
        if access.security is Security.STARTTLS:
            server.starttls(context=ssl.create_default_context(cafile=access.authorities))
            server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _not_taken(server: smtplib.SMTP, code: int, text: bytes, what: str, *, final: bool) -> Answer:
    """A refusal: for good where the server says so and it is about the recipient or the mail."""
    permanent = code // 100 == _PERMANENT
    if code == _SERVICE_NOT_AVAILABLE or code // 100 not in {4, _PERMANENT}:
        server.close()
    else:
        _reset(server)
    outcome = AnswerOutcome.REFUSED if permanent and final else AnswerOutcome.NOT_NOW
    return Answer(outcome, because=f"the server refused {what}: {_status(code, text)}")


def _reset(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except (OSError, smtplib.SMTPException):
        server.close()


def _wait_up_to(server: smtplib.SMTP, seconds: float) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def _status(code: int, text: bytes) -> str:
    """The codes of an answer: its words may hold the recipient's address (RFC 3463)."""
    found = _ENHANCED_STATUS.match(text)
    return f"{code} {found[0].decode()}" if found else str(code)


def _id_in(text: bytes) -> str | None:
    """The line with which a server took a mail: it holds the mail's number in the queue there."""
    line = text.partition(b"\n")[0].decode(errors="replace")
    clean = "".join(c if c.isprintable() else " " for c in line).strip()
    return clean[:_LONGEST_ID] or None


def _words(error: Exception, access: SmtpAccess) -> str:
    """What is wrong, in words of our own: those of the server may repeat what it was told."""
    match error:
        case socket.gaierror():
            said = "its name is not known"
        case ssl.SSLCertVerificationError():
            said = f"its certificate is not valid: {error.verify_message}"
        case ssl.SSLError():
            said = "it does not speak TLS"
        case TimeoutError():
            said = f"no answer within {access.answers_within:g} s"
        case ConnectionRefusedError():
            said = "the connection is refused"
        case smtplib.SMTPAuthenticationError():
            said = f"the login is refused: {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            said = "it offers no TLS" if access.security is Security.STARTTLS else "it has no login"
        case smtplib.SMTPResponseException():
            said = f"it answers {error.smtp_code}"
        case smtplib.SMTPServerDisconnected():
            said = "it ends the connection, or does not answer"
        case _:
            said = f"it cannot be used ({type(error).__name__})"
    return f"the server {access.host}:{access.port}: {said}"
