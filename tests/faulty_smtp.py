"""A real mail server that fails as it is told: it refuses, puts off, hangs, and dies."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.real_parts import free_port

__all__ = ["FaultySmtp", "SmtpFault", "TakenMail", "faulty_smtp"]

HOST = "127.0.0.1"


class SmtpFault(StrEnum):
    """What goes wrong with one mail."""

    REFUSES_RECIPIENT = "550 at RCPT"
    PUTS_RECIPIENT_OFF = "451 at RCPT"
    WANTS_LOGIN_AT_RCPT = "530 at RCPT"
    REFUSES_SENDER = "553 at MAIL"
    DIES_AT_MAIL = "the connection is lost at MAIL"
    ENDS_SERVICE_AT_MAIL = "421 at MAIL"
    HANGS_AT_MAIL = "no answer to MAIL"
    REFUSES_DATA = "554 at DATA"
    DIES_WITHIN_MAIL = "the connection is lost before the final dot"
    REFUSES_MAIL = "554 after the final dot"
    PUTS_MAIL_OFF = "452 after the final dot"
    DIES_AFTER_MAIL = "taken, then the connection is lost without an answer"
    HANGS_AFTER_MAIL = "taken, but no answer comes"
    ANSWERS_NONSENSE = "taken, but the answer is none"
    NAMES_RECIPIENT = "taken, and the answer repeats the address"


_AT_RCPT = {
    SmtpFault.REFUSES_RECIPIENT: "550 5.1.1 <{}>: no such mailbox",
    SmtpFault.PUTS_RECIPIENT_OFF: "451 4.3.0 <{}>: try again later",
    SmtpFault.WANTS_LOGIN_AT_RCPT: "530 5.7.0 log in first",
}
_AT_MAIL = {
    SmtpFault.REFUSES_SENDER: "553 5.7.1 not in this name",
    SmtpFault.ENDS_SERVICE_AT_MAIL: "421 4.3.2 going down",
}
_AT_END = {
    SmtpFault.REFUSES_MAIL: "554 5.6.0 not such a mail",
    SmtpFault.PUTS_MAIL_OFF: "452 4.3.1 no room",
}


@dataclass(frozen=True)
class TakenMail:
    """A mail that the server has: to whom, its bytes, and on which connection it came (from 1)."""

    recipient: str
    content: bytes
    connection: int


@dataclass
class FaultySmtp:
    """The server: what it has, and what it will do next.

    `for_recipient` lasts; `fail_next` is for the next mails, one fault each.
    """

    port: int
    tls: ssl.SSLContext | None = None
    login: tuple[str, str] | None = None
    mails: list[TakenMail] = field(default_factory=list)
    for_recipient: dict[str, SmtpFault] = field(default_factory=dict)
    connections: int = 0
    greetings: list[str] = field(default_factory=list)
    _next: deque[SmtpFault] = field(default_factory=deque)
    _loop: asyncio.AbstractEventLoop | None = None
    _ended: asyncio.Event | None = None
    _thread: threading.Thread | None = None
    _open: list[_Line] = field(default_factory=list)

    def fail_next(self, *faults: SmtpFault) -> None:
        """Do that with the next mails, whoever they are for."""
        self._next.extend(faults)

    @property
    def times_taken(self) -> Counter[str]:
        """How many mails it has for each recipient."""
        return Counter(mail.recipient for mail in self.mails)

    def start(self) -> None:
        """Listen, on the same port as before."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)))
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """End all connections and listen no more: the next one is refused."""
        if self._loop is None or self._thread is None or self._ended is None:
            return
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop = None

    def drop_connections(self) -> None:
        """End all connections, as a server does with those that rest."""
        assert self._loop is not None
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._drop, done)
        assert done.wait(10)

    def _drop(self, done: threading.Event | None = None) -> None:
        for line in self._open:
            line.die()
        self._open.clear()
        if done is not None:
            done.set()

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        server = await self._loop.create_server(self._line, HOST, self.port)
        ready.set()
        await self._ended.wait()
        server.close()
        self._drop()

    def _line(self) -> _Line:
        self.connections += 1
        line = _Line(self, self.connections)
        self._open.append(line)
        return line

    def fault(self) -> SmtpFault | None:
        """What to do with the mail that begins now."""
        return self._next.popleft() if self._next else None


class _Line(SMTP):
    """One connection."""

    def __init__(self, faulty: FaultySmtp, number: int) -> None:
        self.faulty = faulty
        self.number = number
        self.planned: SmtpFault | None = None
        super().__init__(
            _Handler(),
            hostname="mail.test",
            tls_context=faulty.tls,
            authenticator=self._check_login if faulty.login else None,
            auth_required=faulty.login is not None,
            auth_require_tls=faulty.tls is not None,
        )

    def die(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - as the library calls it
        if self.planned is SmtpFault.REFUSES_DATA:
            await self.push("554 5.5.0 no mail now")
        elif self.planned is SmtpFault.DIES_WITHIN_MAIL:
            await self.push("354 go on")
            await self._reader.readline()
            self.die()
        else:
            await super().smtp_DATA(arg)

    def _check_login(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        said = (given.login.decode(), given.password.decode())
        return AuthResult(success=said == self.faulty.login, handled=False)


class _Handler:
    """What is said at each step, as planned for the mail."""

    async def handle_EHLO(  # noqa: N802 - as the library calls it
        self,
        server: _Line,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        server.faulty.greetings.append(hostname)
        return responses

    async def handle_MAIL(  # noqa: N802 - as the library calls it
        self, server: _Line, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server.planned = server.faulty.fault()
        if server.planned is SmtpFault.DIES_AT_MAIL:
            server.die()
        if server.planned is SmtpFault.HANGS_AT_MAIL:
            await asyncio.sleep(60)
        if server.planned in _AT_MAIL:
            return _AT_MAIL[server.planned]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802 - as the library calls it
        self,
        server: _Line,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        server.planned = server.faulty.for_recipient.get(address, server.planned)
        if server.planned in _AT_RCPT:
            return _AT_RCPT[server.planned].format(address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802 - as the library calls it
        self, server: _Line, _session: Session, envelope: Envelope
    ) -> str:
        if server.planned in _AT_END:
            return _AT_END[server.planned]
        content, (recipient,) = envelope.original_content, envelope.rcpt_tos
        assert content is not None
        server.faulty.mails.append(TakenMail(recipient, content, server.number))
        match server.planned:
            case SmtpFault.DIES_AFTER_MAIL:
                server.die()
            case SmtpFault.HANGS_AFTER_MAIL:
                await asyncio.sleep(60)
            case SmtpFault.ANSWERS_NONSENSE:
                return "what?"
            case SmtpFault.NAMES_RECIPIENT:
                return f"250 2.0.0 taken for {recipient}"
        return f"250 2.0.0 Ok: queued as Q{len(server.faulty.mails)}"


@contextlib.contextmanager
def faulty_smtp(
    *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None
) -> Iterator[FaultySmtp]:
    """Run the server on a free port of this machine; with `tls` it offers STARTTLS."""
    server = FaultySmtp(free_port(), tls, login)
    server.start()
    try:
        yield server
    finally:
        server.stop()
