"""Mail to a real server: taken once, refused, put off, or honestly unknown."""

from __future__ import annotations

import email
import email.policy
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from holdfast.channels import AnswerOutcome, FoundState
from holdfast.channels.configuration import MailSettings
from holdfast.channels.mail import MailChannel
from tests.faulty_smtp import FaultySmtp, SmtpFault, faulty_smtp
from tests.outgoing_messages import an_outgoing

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN


@pytest.fixture
def server() -> Iterator[FaultySmtp]:
    """A mail server without faults, yet."""
    with faulty_smtp() as running:
        yield running


def mail_channel(server: FaultySmtp, **changes: object) -> MailChannel:
    """A channel to that server, with times short enough for a test."""
    settings: dict[str, object] = {
        "kind": "mail",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "sender": "Beispielbank Störungsdienst <incidents@bank.test>",
        "timeout_seconds": 10,
        "accept_seconds": 10,
    }
    return MailChannel("mail", MailSettings.model_validate({**settings, **changes}))


def parsed(content: bytes) -> EmailMessage:
    """A mail as its reader sees it."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_mail_arrives_as_it_was_written(server: FaultySmtp) -> None:
    """German and French, a line with a lone dot, and who it is from; the queue's id comes back."""
    outgoing = an_outgoing(attachments=(("Übersicht.pdf", "application/pdf", b"%PDF-\r\n.\r\n"),))
    with mail_channel(server).session() as session:
        answer = session.send(outgoing)

    assert answer.outcome is TAKEN
    assert answer.channel_id == "2.0.0 Ok: queued as Q1"
    (mail,) = server.mails
    assert mail.recipient == "anna@clients.test"
    message = parsed(mail.content)
    assert message["Subject"] == outgoing.subject
    assert message["From"].addresses[0].display_name == "Beispielbank Störungsdienst"
    assert message["To"] == "anna@clients.test"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == outgoing.released_at
    text = message.get_body(("plain",))
    assert text is not None
    assert text.get_content().replace("\r\n", "\n") == f"{outgoing.body}\n"
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "Übersicht.pdf"
    assert attachment.get_content() == b"%PDF-\r\n.\r\n"


def test_one_connection_serves_many_recipients(server: FaultySmtp) -> None:
    """Also past those who are refused in between."""
    server.for_recipient["b@clients.test"] = SmtpFault.REFUSES_RECIPIENT
    server.for_recipient["c@clients.test"] = SmtpFault.PUTS_RECIPIENT_OFF
    with mail_channel(server).session() as session:
        answers = [
            session.send(an_outgoing(number=number, address=f"{name}@clients.test"))
            for number, name in enumerate("abcd")
        ]

    assert [answer.outcome for answer in answers] == [TAKEN, REFUSED, NOT_NOW, TAKEN]
    assert [mail.recipient for mail in server.mails] == ["a@clients.test", "d@clients.test"]
    assert server.connections == 1
    assert answers[1].because == "the server refused the recipient: 550 5.1.1"
    assert answers[2].because == "the server refused the recipient: 451 4.3.0"


@pytest.mark.parametrize(
    ("fault", "outcome", "has_it"),
    [
        (SmtpFault.REFUSES_SENDER, NOT_NOW, False),
        (SmtpFault.WANTS_LOGIN_AT_RCPT, NOT_NOW, False),
        (SmtpFault.REFUSES_DATA, REFUSED, False),
        (SmtpFault.DIES_AT_MAIL, NOT_NOW, False),
        (SmtpFault.ENDS_SERVICE_AT_MAIL, NOT_NOW, False),
        (SmtpFault.HANGS_AT_MAIL, NOT_NOW, False),
        (SmtpFault.DIES_WITHIN_MAIL, NOT_NOW, False),
        (SmtpFault.REFUSES_MAIL, REFUSED, False),
        (SmtpFault.PUTS_MAIL_OFF, NOT_NOW, False),
        (SmtpFault.DIES_AFTER_MAIL, UNKNOWN, True),
        (SmtpFault.HANGS_AFTER_MAIL, UNKNOWN, True),
        (SmtpFault.ANSWERS_NONSENSE, UNKNOWN, True),
        (SmtpFault.NAMES_RECIPIENT, TAKEN, True),
    ],
)
def test_what_is_answered_is_what_is_known(
    server: FaultySmtp, fault: SmtpFault, outcome: AnswerOutcome, *, has_it: bool
) -> None:
    """Never "not taken" of a mail that the server has; and the next mail goes its way."""
    server.fail_next(fault)
    hangs = fault in {SmtpFault.HANGS_AT_MAIL, SmtpFault.HANGS_AFTER_MAIL}
    within = 0.5 if hangs else 10
    # More than the line holds: a mail whose whole is on its way could have arrived.
    size = 3_000_000 if fault is SmtpFault.DIES_WITHIN_MAIL else 3
    attachments = (("a.bin", "application/octet-stream", bytes(size)),)
    channel = mail_channel(server, timeout_seconds=within, accept_seconds=within)
    with channel.session() as session:
        answer = session.send(an_outgoing(attachments=attachments))
        after = session.send(an_outgoing(key="another", address="bert@clients.test"))

    assert answer.outcome is outcome
    assert (server.times_taken["anna@clients.test"] == 1) is has_it
    assert after.outcome is TAKEN
    assert server.times_taken["bert@clients.test"] == 1
    assert "anna" not in f"{answer}"


def test_nobody_listens(server: FaultySmtp) -> None:
    """Surely not taken; and thousands of recipients do not wait for it one by one."""
    server.stop()
    with mail_channel(server).session() as session:
        started = time.monotonic()
        answers = [session.send(an_outgoing(number=number)) for number in range(200)]
        took = time.monotonic() - started

    assert {answer.outcome for answer in answers} == {NOT_NOW}
    assert answers[0].because is not None
    assert answers[0].because.endswith("the connection is refused")
    assert took < 3


def test_a_connection_that_was_dropped_meanwhile_is_made_anew(server: FaultySmtp) -> None:
    """As nothing was offered yet, nobody is addressed twice; and the server is greeted again."""
    with mail_channel(server).session() as session:
        first = session.send(an_outgoing())
        server.drop_connections()
        second = session.send(an_outgoing(number=1, address="bert@clients.test"))

    assert (first.outcome, second.outcome) == (TAKEN, TAKEN)
    assert [mail.connection for mail in server.mails] == [1, 2]
    assert server.greetings == ["bank.test", "bank.test"]


@pytest.mark.parametrize(
    "address",
    [
        "anna@clients.test\r\nRCPT TO:<eve@evil.test>",
        "anna@clients.test> SIZE=1\nDATA",
        "<anna@clients.test>",
        "anna@clients.test,eve@evil.test",
        "anna clients@clients.test",
        "anna@clients..test",
        "anna@-clients.test",
        "änna@clients.test",
        "anna",
        "@clients.test",
        "",
        f"{'a' * 65}@clients.test",
        f"anna@{'a.' * 130}test",
    ],
)
def test_an_address_is_an_address_or_refused(server: FaultySmtp, address: str) -> None:
    """Nothing in it reaches the server, and the reason does not repeat it."""
    with mail_channel(server).session() as session:
        answer = session.send(an_outgoing(address=address))

    assert answer.outcome is REFUSED
    assert answer.because
    assert not address or address not in answer.because
    assert server.connections == 0


def test_a_domain_in_another_script_is_written_in_ascii(server: FaultySmtp) -> None:
    """As mail servers know it (RFC 5890)."""
    with mail_channel(server).session() as session:
        answer = session.send(an_outgoing(address="o'brien+dora@bücher.test"))

    assert answer.outcome is TAKEN
    assert server.mails[0].recipient == "o'brien+dora@xn--bcher-kva.test"


def test_without_tls_nothing_is_sent_where_it_is_wanted(server: FaultySmtp) -> None:
    """A server, or somebody in between, that offers none gets nothing."""
    with mail_channel(server, security="starttls").session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is NOT_NOW
    assert answer.because is not None
    assert answer.because.endswith("it offers no TLS")
    assert server.mails == []


def test_afterwards_nobody_can_tell(server: FaultySmtp) -> None:
    """A mail server keeps nothing that one could ask for."""
    assert mail_channel(server).find("key", 0).state is FoundState.CANNOT_TELL
