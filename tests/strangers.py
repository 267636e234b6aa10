"""Strangers on this machine: HTTP and SMTP servers that keep what they were sent."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["HttpStranger", "Mailbox", "Received", "Reply", "http_stranger", "mailbox"]


@dataclass(frozen=True)
class Received:
    """A POST that arrived."""

    path: str
    headers: dict[str, str]
    content: bytes


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    content: bytes = b""
    media_type: str = "text/plain"


@dataclass
class HttpStranger:
    """A web server: `answer` decides, and may be changed at any time."""

    answer: Callable[[Received], Reply]
    port: int = 0
    name: str = field(default_factory=lambda: uuid.uuid4().hex)
    """Unlike its port, never that of a stranger of an earlier test."""
    received: list[Received] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def http_stranger(
    answer: Callable[[Received], Reply] = lambda _: Reply(),
) -> Iterator[HttpStranger]:
    """Run a web server on a free port."""
    stranger = HttpStranger(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            received = Received(self.path, dict(self.headers), content)
            stranger.received.append(received)
            reply = stranger.answer(received)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stranger.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield stranger
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Mailbox:
    """A mail server that takes everything: the mails as they came over the line."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)


@contextlib.asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    """Run a mail server on a free port: as much of RFC 5321 as a mail takes."""
    box = Mailbox()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.test ESMTP\r\n")
        while line := await reader.readline():
            match line.split(maxsplit=1)[0].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    box.mails.append(mail.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."))
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 ok\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        box.port = server.sockets[0].getsockname()[1]
        yield box
