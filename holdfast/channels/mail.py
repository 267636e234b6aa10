"""Mail over SMTP: one transaction a recipient, over one connection as long as it stands."""

from __future__ import annotations

import contextlib
import smtplib
import time
from collections.abc import Iterator

from holdfast.channels.channel import ChannelSession
from holdfast.channels.configuration import MailSettings
from holdfast.channels.mime import MailWriter
from holdfast.channels.outgoing import Answer, AnswerOutcome, Found, FoundState, Outgoing
from holdfast.channels.smtp import (
    SmtpAccess,
    Unreachable,
    connect,
    hand_over,
    is_open,
    offer,
)
from holdfast.domain.communication.kinds import Audience, ChannelKind
from holdfast.domain.communication.mail_addresses import wire_address

__all__ = ["MailChannel", "MailSession"]

# Servers hang up on a connection that rests for five minutes (RFC 5321 section 4.5.3.2.7), and what
# stands between often sooner.
_RESTS_AT_MOST = 60.0
# A server that has just not answered is not asked again for each of thousands of recipients.
_ASKED_AGAIN_AFTER = 5.0
_GOODBYE_WITHIN = 2.0


class MailChannel:
    """A mail server. It cannot tell afterwards what it has taken."""

    kind = ChannelKind.MAIL
    attaches = True

    def __init__(self, name: str, settings: MailSettings) -> None:
        """Send by that server; nothing is connected before the first message."""
        self.name = name
        self.audiences: frozenset[Audience] | None = settings.audiences
        self._settings = settings

    @contextlib.contextmanager
    def session(self) -> Iterator[ChannelSession]:
        """Keep one connection for all messages."""
        settings = self._settings
        session = MailSession(settings.access, settings.sender_mailbox.address, self.writer())
        try:
            yield session
        finally:
            session.end()

    def writer(self) -> MailWriter:
        """What writes its mails."""
        return MailWriter(self._settings.sender_mailbox, self._settings.reply_to_mailbox)

    def find(self, key: str, number: int) -> Found:
        """A mail server keeps nothing that one could ask for."""
        del key, number
        return Found(FoundState.CANNOT_TELL)

    def fault(self, within: float) -> str | None:
        """Why the server cannot be used now; each answer is waited for that many seconds."""
        settings = self._settings
        access, sender = settings.access_within(within), settings.sender_mailbox.address
        session = MailSession(access, sender, self.writer())
        try:
            session.open()
        except Unreachable as error:
            return str(error)
        finally:
            session.end()
        return None


class MailSession:
    """One connection at a time, made anew where it was lost or has rested."""

    def __init__(self, access: SmtpAccess, sender: str, writer: MailWriter) -> None:
        """Send with that address as the envelope's sender."""
        self._access = access
        self._sender = sender
        self._writer = writer
        self._server: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._failed_at = 0.0
        self._failure: str | None = None

    def send(self, outgoing: Outgoing) -> Answer:
        """Send one mail; a connection that was lost meanwhile is made anew once."""
        if outgoing.address is None:
            return Answer(AnswerOutcome.REFUSED, because="mail needs an address")
        try:
            recipient = wire_address(outgoing.address)
        except ValueError as error:
            return Answer(AnswerOutcome.REFUSED, because=str(error))
        content = self._writer.write(outgoing, recipient)
        try:
            server = self._offered(recipient, len(content), again=self._rests_well())
        except Unreachable as error:
            return Answer(AnswerOutcome.NOT_NOW, because=str(error))
        if isinstance(server, Answer):
            return server
        answer = hand_over(server, content, self._access)
        self._used_at = time.monotonic()
        return _without(answer, recipient)

    def open(self) -> smtplib.SMTP:
        """Give the connection, made now if need be.

        Raises:
            Unreachable: the server cannot be used now.
        """
        if self._server is not None and self._rests_well():
            return self._server
        self.end()
        if self._failure and time.monotonic() - self._failed_at < _ASKED_AGAIN_AFTER:
            raise Unreachable(self._failure)
        try:
            self._server = connect(self._access)
        except Unreachable as error:
            self._failed_at, self._failure = time.monotonic(), str(error)
            raise
        self._used_at = time.monotonic()
        return self._server

    def end(self) -> None:
        """Take leave, if the server still listens."""
        server, self._server = self._server, None
        if server is None or server.sock is None:
            return
        server.sock.settimeout(_GOODBYE_WITHIN)
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()

    def _rests_well(self) -> bool:
        rested = time.monotonic() - self._used_at
        return self._server is not None and is_open(self._server) and rested < _RESTS_AT_MOST

    def _offered(self, recipient: str, size: int, *, again: bool) -> smtplib.SMTP | Answer:
        """Give the server once it wants the mail, or its refusal.

        With `again`, what fails because the connection was lost is offered anew: nothing has left.

        Raises:
            Unreachable: the server cannot be used now.
        """
        server = self.open()
        refusal = offer(server, self._sender, recipient, size)
        if refusal is None:
            return server
        if again and not is_open(server):
            return self._offered(recipient, size, again=False)
        self._used_at = time.monotonic()
        return refusal


def _without(answer: Answer, recipient: str) -> Answer:
    """The answer; without the server's line if that repeats the recipient's address."""
    given = answer.channel_id
    if given is not None and recipient.casefold() in given.casefold():
        return Answer(answer.outcome, None, answer.because)
    return answer
