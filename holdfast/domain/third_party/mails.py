"""A mail that came in from a provider, or from anybody who says so: read, whatever shape it has.

What programs send as mail breaks every rule there is, so nothing here refuses a mail: what cannot
be read in one way is read in another, and what is no text is an attachment.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import Compat32
from email.utils import parsedate_to_datetime

from holdfast.domain.third_party.mail_text import header_text, html_text, readable
from holdfast.domain.third_party.naming import escalation_named

__all__ = ["MailAttachment", "ReceivedMail", "escalation_in", "read_mail"]

_MOST_ATTACHMENTS = 50
_LONGEST_TEXT = 280_000
"""Bytes in UTF-8 of what is kept as the mail's text; a mail that says more is kept cut."""
_LONGEST_HEADER = 1_000
_MOST_DIVISIONS, _MOST_LINES = 2_000, 600_000
"""Lines that may divide parts, and lines at all: each costs the standard library a while."""
_LARGEST_HEAD = 65_536
_LARGEST_FIELD = 16_000
"""Characters of one header that are looked at."""
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_LONGEST_HTML = 200_000
"""Characters that are read as HTML: what is never closed is searched for again and again."""
_NAMED = re.compile(r"INC-[0-9]{4}-[0-9]{6,12}/third-party-[1-9][0-9]{0,8}(?![0-9])")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_UNKNOWN_TYPE = "application/octet-stream"


class _Bounded(Compat32):
    """Headers cut to a length at which taking apart their parameters takes no time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LARGEST_FIELD]


_BOUNDED = _Bounded()


@dataclass(frozen=True, slots=True)
class MailAttachment:
    """A part of a mail that is no text of it; its file name is not read, as it may name people."""

    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """What a mail says. `identity` is the digest of its Message-ID, or of all of it without one.

    `dated_at` is what it says of itself; `automatic` that a program has answered (RFC 3834).
    `left_out` says how many attachments are beyond what is kept, `cut` that its text is.
    """

    identity: str
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    size: int
    escalation: str | None = None
    dated_at: datetime | None = None
    automatic: bool = False
    cut: bool = False
    attachments: tuple[MailAttachment, ...] = ()
    left_out: int = 0


def read_mail(raw: bytes) -> ReceivedMail:
    """Read a mail (RFC 5322, MIME)."""
    message, parts = _taken_apart(raw)
    known = str(message.get("message-id", "")).strip().encode(errors="replace") or raw
    text, cut = _cut(parts.words())
    return ReceivedMail(
        identity=f"sha256:{hashlib.sha256(known).hexdigest()}",
        sender=header_text(message.get("from", ""), _LONGEST_HEADER),
        subject=header_text(message.get("subject", ""), _LONGEST_HEADER),
        text=text,
        size=len(raw),
        escalation=_named_in(message),
        dated_at=_dated(message),
        automatic=_automatic(message),
        cut=cut or parts.cut,
        attachments=tuple(parts.files[:_MOST_ATTACHMENTS]),
        left_out=max(0, len(parts.files) - _MOST_ATTACHMENTS),
    )


def _taken_apart(raw: bytes) -> tuple[Message, _Parts]:
    """The mail and its parts; of one that would take too long to read, head and whole."""
    lines = raw.count(b"\n") + raw.count(b"\r")
    if raw.count(b"\n--") <= _MOST_DIVISIONS and lines <= _MOST_LINES:
        parts = _Parts()
        with suppress(RecursionError, ValueError, LookupError, AttributeError, TypeError):
            message = message_from_bytes(raw, policy=_BOUNDED)
            parts.take(message)
            return message, parts
    head = _HEAD_ENDS.split(raw[:_LARGEST_HEAD], maxsplit=1)[0]
    return message_from_bytes(head, policy=_BOUNDED), _Parts(
        files=[MailAttachment("message/rfc822", raw)]
    )


def escalation_in(text: str) -> str | None:
    """The first escalation that a text names, such as `[INC-2026-000001/third-party-1]`."""
    found = _NAMED.search(text)
    return found[0] if found and escalation_named(found[0]) else None


@dataclass(slots=True)
class _Parts:
    """The parts of a mail, told apart: plain text, HTML, and files."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[MailAttachment] = field(default_factory=list)
    cut: bool = False

    def take(self, message: Message) -> None:
        """Sort in a mail with all that is in it."""
        for part in _leaves(message):
            kind = part.get_content_type()
            as_file = part.get_content_disposition() == "attachment" or part.get_filename()
            if kind == "text/plain" and not as_file:
                self.plain.append(_words_of(part))
            elif kind == "text/html" and not as_file:
                html = _words_of(part)
                self.html.append(html_text(html[:_LONGEST_HTML]))
                self.cut = self.cut or len(html) > _LONGEST_HTML
            else:
                content = _content_of(part)
                if content:
                    self.files.append(MailAttachment(_media_type(kind), content))

    def words(self) -> str:
        """The mail's text: what it says plainly, and what only its HTML says."""
        plain = "\n\n".join(each.strip() for each in self.plain if each.strip())
        html = "\n\n".join(each for each in self.html if each)
        if not html or _squeezed(html) == _squeezed(plain):
            return plain
        return f"{plain}\n\n[As HTML:]\n{html}" if plain else html


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something; a mail within the mail is one of them, and stays whole."""
    waiting = deque([message])
    while waiting:
        part = waiting.popleft()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            waiting.extendleft(each for each in reversed(inner) if isinstance(each, Message))
        else:
            yield part


def _content_of(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return b"\r\n".join(each.as_bytes() for each in inner if isinstance(each, Message))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _words_of(part: Message) -> str:
    content = _content_of(part)
    try:
        return readable(content.decode(part.get_content_charset() or "utf-8"))
    except (LookupError, ValueError):
        return readable(content.decode("utf-8", "replace"))


def _named_in(message: Message) -> str | None:
    """The escalation in the subject, else in what the mail answers."""
    for name in ("subject", "in-reply-to", "references"):
        for value in message.get_all(name, []):
            if named := escalation_in(header_text(value, 8 * _LONGEST_HEADER)):
                return named
    return None


def _dated(message: Message) -> datetime | None:
    try:
        at = parsedate_to_datetime(str(message.get("date", "")))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _automatic(message: Message) -> bool:
    said = str(message.get("auto-submitted", "no")).partition(";")[0].strip().lower()
    return said != "no" or str(message.get("precedence", "")).strip().lower() == "auto_reply"


def _media_type(kind: str) -> str:
    return kind if _MEDIA_TYPE.fullmatch(kind) else _UNKNOWN_TYPE


def _cut(text: str) -> tuple[str, bool]:
    content = text.encode()
    if len(content) <= _LONGEST_TEXT:
        return text, False
    return content[:_LONGEST_TEXT].decode("utf-8", "ignore"), True


def _squeezed(text: str) -> str:
    return "".join(text.split())
