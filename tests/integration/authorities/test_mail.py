"""A mailbox of an authority, through a real mail server that fails as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome
from holdfast.channels.authorities import AuthorityChannel
from holdfast.domain.reporting.documents import DocumentFormat
from tests.authority_ways import KEY, REPORT, a_document, sent, the_way
from tests.faulty_smtp import FaultySmtp, SmtpFault, faulty_smtp

TAKEN, REFUSED = AnswerOutcome.TAKEN, AnswerOutcome.REFUSED
NOT_NOW, UNKNOWN = AnswerOutcome.NOT_NOW, AnswerOutcome.UNKNOWN


@pytest.fixture
def server() -> Iterator[FaultySmtp]:
    """A mail server without faults, yet."""
    with faulty_smtp() as running:
        yield running


def mailbox(folder: Path, server: FaultySmtp, **changes: object) -> AuthorityChannel:
    """The way to a mailbox through that server."""
    configured = {
        "kind": "mail",
        "to": "BaFin <reports@bafin.test>",
        "host": "127.0.0.1",
        "port": server.port,
        "security": "none",
        "sender": "DORA <dora@bank.test>",
        "reply_to": "compliance@bank.test",
        "timeout_seconds": 1,
        "accept_seconds": 0.3,
    }
    return the_way(folder, configured | changes)


async def test_the_report_is_attached_to_one_mail(tmp_path: Path, server: FaultySmtp) -> None:
    """To the mailbox of the configuration, in every format that it wants."""
    way = mailbox(tmp_path, server, formats=["json", "pdf"], subject="DORA: Bank AG")
    answer = await sent(way, a_document(), a_document(DocumentFormat.PDF, b"%PDF"))

    assert (answer.outcome, answer.said) == (TAKEN, b"2.0.0 Ok: queued as Q1")
    assert list(server.times_taken) == ["reports@bafin.test"]
    mail = message_from_bytes(server.mails[0].content, policy=default)
    assert mail["Subject"] == "DORA: Bank AG: INC-2026-000001/reporting-1/report-1 (initial)"
    assert (mail["From"], mail["Reply-To"]) == (
        "DORA <dora@bank.test>",
        "compliance@bank.test",
    )
    assert [each.get_content_type() for each in mail.iter_attachments()] == [
        "application/json",
        "application/pdf",
    ]
    assert [each.get_payload(decode=True) for each in mail.iter_attachments()] == [REPORT, b"%PDF"]


async def test_a_repeat_is_the_same_mail(tmp_path: Path, server: FaultySmtp) -> None:
    """By its Message-ID, whatever became of the first one; another key is another mail."""
    way = mailbox(tmp_path, server)
    server.fail_next(SmtpFault.DIES_AFTER_MAIL)
    first, repeat = await sent(way), await sent(way, again=True)
    other = await sent(way, key=f"{KEY}-2")

    mails = [each.content for each in server.mails]
    ids = [message_from_bytes(each)["Message-ID"] for each in mails]
    assert [each.outcome for each in (first, repeat, other)] == [UNKNOWN, TAKEN, TAKEN]
    assert mails[0] == mails[1]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (SmtpFault.REFUSES_RECIPIENT, REFUSED),
        (SmtpFault.REFUSES_MAIL, REFUSED),
        (SmtpFault.PUTS_RECIPIENT_OFF, NOT_NOW),
        (SmtpFault.PUTS_MAIL_OFF, NOT_NOW),
        (SmtpFault.HANGS_AFTER_MAIL, UNKNOWN),
    ],
)
async def test_only_a_no_is_for_good(
    tmp_path: Path, server: FaultySmtp, fault: SmtpFault, outcome: AnswerOutcome
) -> None:
    """And what a mail server says repeats no address."""
    server.fail_next(fault)
    answer = await sent(mailbox(tmp_path, server))

    assert answer.outcome is outcome
    assert answer.because is not None
    assert "bafin.test" not in answer.because


async def test_a_password_is_read_at_each_use(tmp_path: Path) -> None:
    """One that is away is not now, and stands in the way by its file."""
    secret = tmp_path / "password"
    with faulty_smtp() as server:
        way = mailbox(tmp_path, server, user="us", password_file=str(secret))
        away = await sent(way)

    assert (away.outcome, away.because) == (NOT_NOW, way.fault())
    assert away.because == f"the secret in {secret} cannot be read: No such file or directory"
    assert server.mails == []


async def test_a_server_that_is_down_is_not_now(tmp_path: Path) -> None:
    """Nothing has left."""
    with faulty_smtp() as server:
        pass
    answer = await sent(mailbox(tmp_path, server))

    assert answer.outcome is NOT_NOW
    assert "the connection is refused" in str(answer.because)
