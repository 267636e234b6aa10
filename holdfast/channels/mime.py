"""A mail as bytes: for one message and recipient they are the same at every attempt.

The headers are written here, not by the library, which would decode encoded words that somebody
wrote into a subject. Every line is ASCII, ends with CRLF, and is short enough for every server.
"""

from __future__ import annotations

import re
from datetime import UTC
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from urllib.parse import quote

from holdfast.channels.outgoing import Attachment, Outgoing, reference
from holdfast.domain.communication.mail_addresses import Mailbox

__all__ = ["MailWriter", "message_id"]

_POLICY = SMTP.clone(refold_source="none")
_LONGEST_LINE = 78
_MEDIA_TYPE = re.compile(r"([a-z0-9][a-z0-9.+-]{0,63})/([a-z0-9][a-z0-9.+-]{0,63})")
_WHOLE_MESSAGES = {"message", "multipart"}
_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,50}")
_NAME_PIECE = 50
_NO_ID = re.compile(r"[^!-~]")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class MailWriter:
    """Writes mails of one sender; what all recipients of a delivery share is encoded once."""

    def __init__(self, sender: Mailbox, reply_to: Mailbox | None = None) -> None:
        """Write in the name of `sender`."""
        self._sender = sender
        self._reply_to = reply_to
        self._shared: tuple[tuple[str, str, str], bytes] | None = None

    def write(self, outgoing: Outgoing, recipient: str) -> bytes:
        """Write the mail to a recipient, whose address is as `wire_address` gives it."""
        own = [
            _line("To", recipient),
            _line("Message-ID", message_id(outgoing, self._sender.domain)),
        ]
        return "".join(own).encode() + self._shared_part(outgoing)

    def _shared_part(self, outgoing: Outgoing) -> bytes:
        shared_by = (outgoing.key, outgoing.digest, outgoing.language)
        if self._shared is None or self._shared[0] != shared_by:
            headers = "".join(self._headers(outgoing))
            self._shared = (shared_by, headers.encode() + _content(outgoing))
        return self._shared[1]

    def _headers(self, outgoing: Outgoing) -> list[str]:
        headers = [
            _mailbox("From", self._sender),
            _text("Subject", outgoing.subject),
            _line("Date", format_datetime(outgoing.released_at.astimezone(UTC))),
            _line("Auto-Submitted", "auto-generated"),
            _line("Content-Language", _NO_ID.sub("?", outgoing.language)),
            _line("Holdfast-Message", _NO_ID.sub("?", outgoing.message_id)),
            _line("Holdfast-Digest", _NO_ID.sub("?", outgoing.digest)),
        ]
        if self._reply_to is not None:
            headers.insert(1, _mailbox("Reply-To", self._reply_to))
        return headers


def message_id(outgoing: Outgoing, domain: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4): the same whenever the same message is sent."""
    return f"<{outgoing.reference[:40]}@{domain}>"


def _line(name: str, value: str) -> str:
    """A header whose value is ASCII by its making."""
    return f"{name}: {value}\r\n"


def _text(name: str, text: str) -> str:
    """A header of free text in ASCII; nothing in it can begin another header (RFC 2047)."""
    clean = _UNPRINTABLE.sub(" ", text).strip()
    fits = len(name) + 2 + len(clean) <= _LONGEST_LINE
    plain = clean.isascii() and fits and "=?" not in clean
    return _line(name, clean if plain else _encoded(clean, name))


def _encoded(text: str, name: str) -> str:
    header = Header(text, "utf-8", maxlinelen=_LONGEST_LINE, header_name=name)
    return header.encode(linesep="\r\n")


def _mailbox(name: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return _line(name, mailbox.address)
    if mailbox.name.isascii() and "=?" not in mailbox.name:
        escaped = mailbox.name.replace("\\", "\\\\")
        return _line(name, f'"{escaped}"\r\n <{mailbox.address}>')
    return _line(name, f"{_encoded(mailbox.name, name)}\r\n <{mailbox.address}>")


def _content(outgoing: Outgoing) -> bytes:
    """The headers of MIME, the text, and the attachments."""
    mail = EmailMessage(policy=_POLICY)
    mail.set_content(outgoing.body, charset="utf-8", cte="quoted-printable")
    for attachment in outgoing.attachments:
        _attach(mail, attachment)
    if mail.is_multipart():
        # "=_" stands in no text in quoted-printable and in no base64 (RFC 2045 section 6.7).
        mail.set_boundary(f"=_holdfast_{reference(outgoing.key, 0)[:32]}")
    return mail.as_bytes(policy=_POLICY)


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    name, media_type, content = attachment
    found = _MEDIA_TYPE.fullmatch(media_type.lower())
    main, sub = found.groups() if found else ("application", "octet-stream")
    if main in _WHOLE_MESSAGES:
        # These are never in base64 (RFC 2046 section 5.2.1), but here every attachment is.
        main, sub = "application", "octet-stream"
    mail.add_attachment(content, maintype=main, subtype=sub, cte="base64")
    part = list(mail.iter_attachments())[-1]
    del part["Content-Disposition"]
    part.set_raw("Content-Disposition", f"attachment;{_file_name(name)}")


def _file_name(name: str) -> str:
    """The parameter for the name, in pieces where it is long (RFC 2231 sections 3 and 4)."""
    if _PLAIN_NAME.fullmatch(name):
        return f' filename="{name}"'
    pieces = [""]
    for character in _UNPRINTABLE.sub(" ", name):
        written = quote(character, safe="")
        if len(pieces[-1]) + len(written) > _NAME_PIECE:
            pieces.append("")
        pieces[-1] += written
    pieces[0] = f"utf-8''{pieces[0]}"
    return ";".join(f"\r\n filename*{number}*={piece}" for number, piece in enumerate(pieces))
