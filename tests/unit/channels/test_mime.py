"""Mails as bytes: whatever a message says, every reader sees just that, and nothing else."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.channels.mime import MailWriter
from holdfast.domain.communication.mail_addresses import (
    Mailbox,
    address_fault,
    read_mailbox,
    wire_address,
)
from tests.outgoing_messages import an_outgoing

_SENDER = Mailbox("incidents@bank.test", "Beispielbank, Störungsdienst")
_HEADERS = [
    "To",
    "Message-ID",
    "From",
    "Subject",
    "Date",
    "Auto-Submitted",
    "Content-Language",
    "Holdfast-Message",
    "Holdfast-Digest",
]
_LINES = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]),
        min_size=1,
        max_size=200,
    )
    .map(str.strip)
    .filter(bool)
)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=500)


def _written(**changes: object) -> bytes:
    return MailWriter(_SENDER).write(an_outgoing(**changes), "anna@clients.test")


def _parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def _body(message: EmailMessage) -> str:
    text = message.get_body(("plain",))
    assert text is not None
    said: str = text.get_content()
    return said


@given(subject=_LINES, body=_TEXTS, name=_LINES, content=st.binary(max_size=300))
def test_every_message_arrives_as_it_was_approved(
    subject: str, body: str, name: str, content: bytes
) -> None:
    """Subject, text and attachment; on the way, only short lines of ASCII that end with CRLF."""
    written = _written(
        subject=subject, body=body, attachments=((name, "application/pdf", content),)
    )

    message = _parsed(written)
    assert message["Subject"] == subject
    assert _same_lines(_body(message), body)
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == name
    assert attachment.get_content() == content
    assert written.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", written)
    assert max(len(line) for line in written.split(b"\r\n")) <= 998
    assert message.defects == []


def _same_lines(arrived: str, sent: str) -> bool:
    """Whether two texts are the same but for how their lines end."""
    ends = re.compile("\r\n|\r")
    return ends.sub("\n", arrived).removesuffix("\n") == ends.sub("\n", sent).removesuffix("\n")


@pytest.mark.parametrize(
    "subject",
    [
        "Störung\r\nBcc: eve@evil.test",
        "Störung\nBcc: eve@evil.test",
        "Störung\rBcc: eve@evil.test",
        "Outage\r\n\r\nSend your password to eve@evil.test",
        "Outage\x85Bcc: eve@evil.test",
        "Outage\u2028Bcc: eve@evil.test",
        "=?utf-8?q?Outage=0D=0ABcc:_eve=40evil.test?=",
        "=?utf-8?b?T3V0YWdlDQpCY2M6IGV2ZQ==?=",
    ],
)
def test_a_subject_never_begins_another_header(subject: str) -> None:
    """Line breaks become blanks, and what looks encoded is shown as it was written."""
    message = _parsed(_written(subject=subject))

    assert list(dict.fromkeys(message.keys()))[: len(_HEADERS)] == _HEADERS
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"]
    assert len(message["Subject"]) >= len(subject) - 3
    assert _body(message).startswith("Guten Tag")


def test_the_same_message_has_the_same_bytes_at_every_attempt() -> None:
    """By another writer too; each recipient has an id of its own."""
    attachments = (("a.pdf", "application/pdf", b"%PDF"), ("Größe.txt", "text/plain", b"\xff"))
    first = _written(attachments=attachments)

    assert first == _written(attachments=attachments)
    writer = MailWriter(_SENDER)
    other = writer.write(an_outgoing(number=1, attachments=attachments), "bert@clients.test")
    assert writer.write(an_outgoing(attachments=attachments), "anna@clients.test") == first
    assert _parsed(other)["Message-ID"] != _parsed(first)["Message-ID"]
    assert _parsed(first)["Message-ID"].endswith("@bank.test>")
    assert first.partition(b"\r\nFrom")[2] == other.partition(b"\r\nFrom")[2]


def test_what_one_writer_wrote_before_is_in_no_other_message() -> None:
    """What recipients share is kept for one delivery, not for the next."""
    writer = MailWriter(_SENDER)
    writer.write(an_outgoing(), "anna@clients.test")
    for changes in ({"key": "another"}, {"digest": "another"}, {"language": "fr"}):
        written = writer.write(an_outgoing(body="Bonjour", **changes), "anna@clients.test")
        assert _body(_parsed(written)) == "Bonjour\r\n"


@pytest.mark.parametrize(
    "media_type", ["message/rfc822", "multipart/mixed", "nonsense", "a/b\r\nX:1"]
)
def test_an_attachment_of_a_strange_kind_is_bytes(media_type: str) -> None:
    """Its media type begins no header, and makes no reader look for parts in it."""
    message = _parsed(_written(attachments=(("a.eml", media_type, b"From: eve\r\n\r\n"),)))

    (attachment,) = message.iter_attachments()
    assert attachment.get_content_type() == "application/octet-stream"
    assert attachment.get_content() == b"From: eve\r\n\r\n"


def test_who_it_is_from_and_where_answers_go() -> None:
    """Names with signs and umlauts are shown as they are."""
    writer = MailWriter(_SENDER, Mailbox("press@bank.test", "Press \\ Office, Bank"))
    message = _parsed(writer.write(an_outgoing(), "anna@clients.test"))

    assert message["From"].addresses[0].display_name == _SENDER.name
    assert message["From"].addresses[0].addr_spec == _SENDER.address
    assert message["Reply-To"].addresses[0].display_name == "Press \\ Office, Bank"
    assert message["Reply-To"].addresses[0].addr_spec == "press@bank.test"


@given(st.text(max_size=300))
def test_no_text_but_an_address_is_taken_for_one(text: str) -> None:
    """Whatever is taken is ASCII without a sign that means something to a mail server."""
    fault = address_fault(text)
    if fault is None:
        assert re.fullmatch(
            r"[^\s<>()\[\],;:\\\"@\x00-\x20\x7f-\uffff]+@[A-Za-z0-9.-]+", wire_address(text)
        )
    else:
        with pytest.raises(ValueError, match=re.escape(fault)):
            wire_address(text)


@pytest.mark.parametrize(
    "text", ["Bank <incidents>", "Bank incidents@bank.test", "a\x00b <a@b.test>"]
)
def test_a_sender_is_a_name_and_an_address(text: str) -> None:
    """Anything else is refused when the channels are read."""
    with pytest.raises(ValueError, match=r"@|mailbox|printable"):
        read_mailbox(text)
