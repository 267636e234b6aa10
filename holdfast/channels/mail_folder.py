"""Mails as files in a folder on this machine: the same bytes that a mail server would get."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import MailFolderSettings
from holdfast.channels.kept_files import is_kept, keep_file, make_folder
from holdfast.channels.mime import MailWriter
from holdfast.channels.outgoing import (
    Answer,
    AnswerOutcome,
    Found,
    FoundState,
    Outgoing,
    reference,
)
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.communication.mail_addresses import read_mailbox, wire_address

__all__ = ["MailFolderChannel", "MailFolderSession"]


class MailFolderChannel:
    """A folder of mails. What is there was taken: it can tell, and a repeat is no second mail."""

    kind = ChannelKind.MAIL_FOLDER
    attaches = True

    def __init__(self, name: str, settings: MailFolderSettings, folder: Path) -> None:
        """Write into that folder."""
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences
        self._folder = folder
        self._sender = read_mailbox(settings.sender)
        self._reply_to = None if settings.reply_to is None else read_mailbox(settings.reply_to)

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Write some mails."""
        yield MailFolderSession(self._folder, self.writer())

    def writer(self) -> MailWriter:
        """What writes its mails."""
        return MailWriter(self._sender, self._reply_to)

    def find(self, key: str, number: int) -> Found:
        """Look whether the mail is in the folder."""
        path = _path(self._folder, reference(key, number))
        if is_kept(path):
            return Found(FoundState.TAKEN, path.name)
        return Found(FoundState.NOT_TAKEN)


class MailFolderSession:
    """A folder that is written to."""

    def __init__(self, folder: Path, writer: MailWriter) -> None:
        """Write mails into that folder."""
        self._folder = folder
        self._writer = writer

    def send(self, outgoing: Outgoing) -> Answer:
        """Write one mail, unless it is there already."""
        if outgoing.address is None:
            return Answer(AnswerOutcome.REFUSED, because="mail needs an address")
        try:
            recipient = wire_address(outgoing.address)
        except ValueError as error:
            return Answer(AnswerOutcome.REFUSED, because=str(error))
        path = _path(self._folder, outgoing.reference)
        try:
            if not is_kept(path):
                make_folder(self._folder)
                keep_file(path, self._writer.write(outgoing, recipient))
        except OSError as error:
            because = f"the folder of mails cannot be written: {error.strerror}"
            return Answer(AnswerOutcome.NOT_NOW, because=because)
        return Answer(AnswerOutcome.TAKEN, channel_id=path.name)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.eml"
