"""Channels into folders: whole files, for their owner only, and they can tell what they took."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from holdfast.channels import AnswerOutcome, Channel, Found, FoundState
from holdfast.channels.configuration import (
    FilesSettings,
    MailFolderSettings,
    StatusPageSettings,
)
from holdfast.channels.files import FilesChannel
from holdfast.channels.mail_folder import MailFolderChannel
from holdfast.channels.mime import MailWriter
from holdfast.channels.status_page import StatusPageChannel
from holdfast.domain.communication.mail_addresses import read_mailbox
from tests.outgoing_messages import an_outgoing

_SENDER = "Holdfast <holdfast@bank.test>"


def _mails(folder: Path) -> MailFolderChannel:
    settings = MailFolderSettings(kind="mail_folder", sender=_SENDER)
    return MailFolderChannel("mail", settings, folder)


def _files(folder: Path) -> FilesChannel:
    return FilesChannel("notices", FilesSettings(kind="files"), folder)


@pytest.mark.parametrize("made", [_mails, _files])
def test_a_folder_can_tell_what_it_took(made: type[Channel], tmp_path: Path) -> None:
    """Before and after; a repeat is no second message, and nobody else can read it."""
    channel = made(tmp_path / "outbox" / "mail")  # type: ignore[call-arg]
    outgoing = an_outgoing(attachments=(("a.pdf", "application/pdf", b"%PDF"),))
    assert channel.find(outgoing.key, 0) == Found(FoundState.NOT_TAKEN)

    with channel.session() as session:
        first = session.send(outgoing)
        before = {path: path.stat().st_mtime_ns for path in (tmp_path / "outbox/mail").iterdir()}
        again = session.send(outgoing)

    assert first == again
    assert first.outcome is AnswerOutcome.TAKEN
    assert channel.find(outgoing.key, 0) == Found(FoundState.TAKEN, first.channel_id)
    assert channel.find(outgoing.key, 1) == Found(FoundState.NOT_TAKEN)
    assert channel.find(f"{outgoing.key}/other", 0) == Found(FoundState.NOT_TAKEN)
    after = {path: path.stat().st_mtime_ns for path in (tmp_path / "outbox/mail").iterdir()}
    assert after == before
    assert {path.stat().st_mode & 0o777 for path in after} == {0o600}
    assert (tmp_path / "outbox/mail").stat().st_mode & 0o777 == 0o700
    assert not any(path.name.startswith(".") for path in after)


@pytest.mark.parametrize("made", [_mails, _files])
def test_a_folder_that_cannot_be_written_takes_nothing(made: type[Channel], tmp_path: Path) -> None:
    """And says so: it may be sent again."""
    (tmp_path / "outbox").write_text("a file")
    channel = made(tmp_path / "outbox")  # type: ignore[call-arg]
    with channel.session() as session:
        answer = session.send(an_outgoing())

    assert answer.outcome is AnswerOutcome.NOT_NOW
    assert "cannot be written" in (answer.because or "")
    assert channel.find(an_outgoing().key, 0).state is FoundState.NOT_TAKEN


def test_a_mail_in_a_folder_has_the_bytes_of_a_mail(tmp_path: Path) -> None:
    """The same that a mail server would get."""
    channel = _mails(tmp_path)
    with channel.session() as session:
        answer = session.send(an_outgoing())

    expected = MailWriter(read_mailbox(_SENDER)).write(an_outgoing(), "anna@clients.test")
    assert (tmp_path / str(answer.channel_id)).read_bytes() == expected


@pytest.mark.parametrize("address", [None, "anna", "anna@clients.test\r\nBcc: eve@evil.test"])
def test_a_mail_in_a_folder_needs_an_address(tmp_path: Path, address: str | None) -> None:
    """As a mail server does."""
    with _mails(tmp_path).session() as session:
        assert session.send(an_outgoing(address=address)).outcome is AnswerOutcome.REFUSED
    assert list(tmp_path.iterdir()) == []


def test_a_text_file_stands_beside_its_ids(tmp_path: Path) -> None:
    """What it says, and of which message and incident it is."""
    outgoing = an_outgoing(address=None, attachments=(("Größe.txt", "text/plain", b"\xff"),))
    with _files(tmp_path).session() as session:
        answer = session.send(outgoing)

    ids = json.loads((tmp_path / str(answer.channel_id)).read_text())
    assert ids["message_id"] == outgoing.message_id
    assert ids["digest"] == outgoing.digest
    text = (tmp_path / ids["text"]).read_text()
    assert text == f"{outgoing.subject}\n\n{outgoing.body}\n"
    (attachment,) = ids["attachments"]
    assert attachment["name"] == "Größe.txt"
    assert (tmp_path / attachment["file"]).read_bytes() == b"\xff"


def test_a_message_without_its_ids_was_not_taken(tmp_path: Path) -> None:
    """A crash in between leaves no more than a text, and the repeat completes it."""
    channel, outgoing = _files(tmp_path), an_outgoing()
    (tmp_path / f"{outgoing.reference}.txt").write_text("half")
    assert channel.find(outgoing.key, 0).state is FoundState.NOT_TAKEN

    with channel.session() as session:
        session.send(outgoing)

    assert outgoing.body in (tmp_path / f"{outgoing.reference}.txt").read_text()
    assert channel.find(outgoing.key, 0).state is FoundState.TAKEN


def test_the_status_page_takes_everything_and_sends_nothing() -> None:
    """Its record is the publication, however often it is asked."""
    channel = StatusPageChannel("status-page", StatusPageSettings(kind="status_page"))
    with channel.session() as session:
        assert session.send(an_outgoing()) == session.send(an_outgoing())
        assert session.send(an_outgoing()).outcome is AnswerOutcome.TAKEN
    assert channel.find("key", 0).state is FoundState.NOT_TAKEN
