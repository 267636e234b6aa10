"""Mails as programs really send them: read whatever is wrong with them, and nothing is dropped."""

from __future__ import annotations

import time
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.domain.third_party.mail_text import html_text
from holdfast.domain.third_party.mails import escalation_in, read_mail

_NAMED = "INC-2026-000001/third-party-2"
_HEAD = (
    b"From: Duty <duty@provider.example>\r\nSubject: Re: [INC-2026-000001/third-party-2] Call\r\n"
)


def mail(**headers: str) -> EmailMessage:
    """A mail as a decent program writes it."""
    message = EmailMessage()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    return message


def test_a_decent_mail_is_read_with_all_that_is_in_it() -> None:
    """Sender, subject, text, and what came with it; not a file's name."""
    message = mail(
        From="Jörg <duty@provider.example>",
        Subject=f"Re: [{_NAMED}] Störung",
        Date="Wed, 04 Mar 2026 10:49:12 +0100",
        Message_ID="<a@provider.example>",
    )
    message.set_content("Wir sind dran — é")
    message.add_alternative("<p>Wir sind dran &mdash; &eacute;</p>", subtype="html")
    message.add_attachment(b"\x00\xff", maintype="application", subtype="pdf", filename="jo.pdf")
    read = read_mail(message.as_bytes())
    assert (read.sender, read.subject) == (
        "Jörg <duty@provider.example>",
        f"Re: [{_NAMED}] Störung",
    )
    assert read.text == "Wir sind dran — é"
    assert read.escalation == _NAMED
    assert [(each.media_type, each.content) for each in read.attachments] == [
        ("application/pdf", b"\x00\xff")
    ]
    assert str(read.dated_at) == "2026-03-04 09:49:12+00:00"
    assert not read.automatic
    assert "provider.example" not in repr(read)
    assert read.identity == read_mail(b"Received: later\r\n" + message.as_bytes()).identity


def test_what_only_the_html_says_is_kept_as_well() -> None:
    """Of two alternatives that differ, both are read."""
    message = mail(Subject="x")
    message.set_content("See the other part.")
    message.add_alternative(
        "<title>t</title><p>Payments <b>work</b>.<br>Since 9</p>", subtype="html"
    )
    assert read_mail(message.as_bytes()).text == (
        "See the other part.\n\n[As HTML:]\nPayments work.\nSince 9"
    )
    alone = (
        _HEAD
        + b"Content-Type: text/html; charset=latin1\r\n\r\n<div>caf\xe9</div><script>x</script>"
    )
    assert read_mail(alone).text == "café"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (b"Subject: Re: AW: [INC-2026-000001/third-party-2] x", _NAMED),
        (b"Subject: =?utf-8?q?=5BINC-2026-000001/third-party-2=5D?=", _NAMED),
        (b"Subject: Re: [INC-2026-000001/third-\r\n party-2] x", None),
        (b"In-Reply-To: <INC-2026-000001/third-party-2.4@holdfast.example>", _NAMED),
        (b"References: <a@b>\r\n <INC-2026-000001/third-party-2@x>", _NAMED),
        (b"Subject: [INC-2026-000001/third-party-0]", None),
        (b"Subject: [INC-2026-000001/third-party-12345678901]", None),
        (b"Subject: INC-2026-000001", None),
        (b"To: INC-2026-000001/third-party-2@bank.example", None),
    ],
)
def test_the_escalation_is_named_in_the_subject_or_in_what_is_answered(
    header: bytes, found: str | None
) -> None:
    """Nowhere else: what is quoted in a text may be of another."""
    assert read_mail(header + b"\r\n\r\n[INC-2026-000009/third-party-9]").escalation == found


@pytest.mark.parametrize(
    ("header", "automatic"),
    [
        (b"Auto-Submitted: auto-replied", True),
        (b"Auto-Submitted: auto-generated; x=1", True),
        (b"Auto-Submitted: no", False),
        (b"Precedence: auto_reply", True),
        (b"X: y", False),
    ],
)
def test_an_automatic_answer_is_known_as_one(header: bytes, automatic: bool) -> None:  # noqa: FBT001 - a parameter
    """RFC 3834: it is no acknowledgement."""
    assert read_mail(header + b"\r\n\r\nAway").automatic is automatic


_BROKEN = {
    "nothing": b"",
    "no header": b"\r\n\r\n",
    "no text": _HEAD,
    "bytes": b"\x00\xff\xfe" * 50,
    "unknown charset": _HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nSAID \xe9",
    "wrong charset": _HEAD + b"Content-Type: text/plain; charset=ascii\r\n\r\nSAID \xc3\xa9",
    "charset as a joke": _HEAD + b"Content-Type: text/plain; charset=rot13\r\n\r\nSAID",
    "bad base64": _HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n%%%",
    "unknown encoding": _HEAD + b"Content-Transfer-Encoding: odd\r\n\r\nSAID",
    "no boundary": _HEAD + b"Content-Type: multipart/mixed\r\n\r\nSAID",
    "never closed": _HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nSAID",
    "no parts": _HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--",
    "bad type": _HEAD + b"Content-Type: ///;;;=\r\n\r\nSAID",
    "bad words": b"Subject: =?utf-8?b?!!!?= =?x?q?a?= =?utf-8?q?=ff?=\r\n\r\nSAID",
    "bad date": b"Date: yesterday, 99:99\r\n\r\nSAID",
    "far date": b"Date: Wed, 04 Mar 9999 23:59:59 -2359\r\n\r\nSAID",
    "raw bytes in a header": b"Subject: St\xf6rung \xff\r\nFrom: \xe9\r\n\r\nSAID",
    "a mail within": _HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nSAID",
    "a report": _HEAD
    + b"Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nContent-Type: message/"
    + b"delivery-status\r\n\r\nA: b\r\n\r\nC: d\r\n\r\n--x--",
    "nul": _HEAD + b"\r\n\x00\x07h\x1bi\xed\xa0\x80",
    "huge header": b"Subject: " + b"a" * 2_000_000 + b"\r\n\r\nSAID",
    "many headers": b"X: y\r\n" * 100_000 + b"\r\nSAID",
    "deep": _HEAD
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n)
        for n in range(1_500)
    ),
    "many parts": _HEAD
    + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"--x\r\nContent-Type: image/png\r\n\r\na\r\n" * 100_000,
    "many parameters": b"Content-Type: multipart/mixed;" + b"a=b;" * 500_000 + b"\r\n\r\nx",
    "tags that nobody closes": b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 200_000,
    "comments that nobody closes": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
    "empty lines": _HEAD + b"\r\n" + b"\n" * 2_000_000,
}


@pytest.mark.parametrize("raw", _BROKEN.values(), ids=_BROKEN)
def test_a_broken_mail_is_read_all_the_same(raw: bytes) -> None:
    """In a moment, whatever it is; its text can be written down, and nothing of it is dropped."""
    began = time.perf_counter()
    read = read_mail(raw)
    assert time.perf_counter() - began < 3
    assert read.size == len(raw)
    for text in (read.sender, read.subject, read.text):
        assert "\x00" not in text
        assert text.encode().decode() == text
    assert len(read.subject) <= 1_000
    if b"SAID" in raw:
        assert "SAID" in read.text or any(b"SAID" in each.content for each in read.attachments)


def test_what_takes_too_long_to_read_is_kept_whole() -> None:
    """With its head, which says whose it is."""
    raw = _BROKEN["many parts"]
    read = read_mail(raw)
    assert read.escalation == _NAMED
    assert [(each.media_type, each.content) for each in read.attachments] == [
        ("message/rfc822", raw)
    ]


def test_what_is_beyond_the_limits_is_counted() -> None:
    """Fifty attachments, and a long text: the rest is said to be missing."""
    message = mail(Subject="x")
    message.set_content("é" * 200_000)
    for number in range(53):
        message.add_attachment(b"%d" % number, maintype="image", subtype="png")
    read = read_mail(message.as_bytes())
    assert (len(read.attachments), read.left_out) == (50, 3)
    assert read.cut
    assert len(read.text.encode()) == 280_000


def test_a_mail_without_an_id_is_known_by_all_of_it() -> None:
    """The same bytes are the same mail; one more letter is another."""
    assert read_mail(_HEAD + b"\r\na").identity == read_mail(_HEAD + b"\r\na").identity
    assert read_mail(_HEAD + b"\r\na").identity != read_mail(_HEAD + b"\r\nab").identity


@given(st.binary(max_size=400))
def test_no_bytes_at_all_are_too_odd(raw: bytes) -> None:
    """Anything may be sent as a mail."""
    assert read_mail(raw).size == len(raw)


@given(st.text(alphabet="<>!-/abph1 &;\n\"'=", max_size=200))
def test_no_markup_is_too_odd(html: str) -> None:
    """And of what has no markup, nothing is lost."""
    seen = html_text(html)
    if "<" not in html and "&" not in html:
        assert "".join(seen.split()) == "".join(html.split())


def test_a_name_is_found_in_words() -> None:
    """Only a whole one."""
    assert escalation_in(f"x{_NAMED}.") == _NAMED
    assert escalation_in("INC-2026-1/third-party-2") is None
