"""A real receiver of webhooks that fails as it is told: it refuses, hangs, and dies."""

from __future__ import annotations

import base64
import contextlib
import threading
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

from holdfast.domain.values import JsonValue
from tests.real_parts import free_port

__all__ = ["SECRET", "FaultyReceiver", "ReceivedRequest", "ReceiverFault", "faulty_receiver"]

HOST = "127.0.0.1"
SECRET = f"whsec_{base64.b64encode(bytes(range(32))).decode()}"
"""The secret that the receiver shares with the sender."""


class ReceiverFault(StrEnum):
    """What goes wrong with one request, besides a status."""

    HANGS = "the request is read, but no answer comes"
    DIES = "the request is read, then the connection is lost without an answer"
    REDIRECTS = "302 to another path of the same receiver"


@dataclass(frozen=True)
class ReceivedRequest:
    """A request as it arrived; the names of its headers are in lower case."""

    path: str
    headers: dict[str, str]
    content: bytes
    method: str = "POST"

    @property
    def identity(self) -> str:
        """The id by which a repeat is known."""
        return self.headers["webhook-id"]

    def verified(self, secret: str = SECRET) -> JsonValue:
        """What it says, if the signature holds.

        Raises:
            WebhookVerificationError: it does not.
        """
        return Webhook(secret).verify(self.content, self.headers)


@dataclass
class FaultyReceiver:
    """The receiver: what it was sent, and what it will do next.

    `fail_next` is for the next requests, one each; a number is a status. `always` lasts.
    """

    port: int
    requests: list[ReceivedRequest] = field(default_factory=list)
    always: ReceiverFault | int | None = None
    answer_headers: dict[str, str] = field(default_factory=lambda: {"x-request-id": "request-1"})
    answer: bytes = b""
    _next: deque[ReceiverFault | int] = field(default_factory=deque)
    _server: ThreadingHTTPServer | None = None
    _thread: threading.Thread | None = None
    _released: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HOST}:{self.port}/hooks"

    @property
    def times_sent(self) -> Counter[str]:
        """How often each message has arrived, by its id."""
        return Counter(request.identity for request in self.requests)

    def fail_next(self, *faults: ReceiverFault | int) -> None:
        """Do that with the next requests."""
        self._next.extend(faults)

    def fault(self) -> ReceiverFault | int | None:
        """What to do with the request that has arrived."""
        return self._next.popleft() if self._next else self.always

    def start(self) -> None:
        """Listen, on the same port as before."""
        self._released.clear()
        self._server = _Server((HOST, self.port), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    def stop(self) -> None:
        """Listen no more: the next connection is refused."""
        if self._server is None or self._thread is None:
            return
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._server = None

    def wait_for_the_end(self) -> None:
        """Hang until it is stopped."""
        self._released.wait(60)


class _Server(ThreadingHTTPServer):
    """Waits for no connection when it ends, and keeps quiet about those that were lost."""

    daemon_threads = True
    block_on_close = True

    def handle_error(self, *_: object) -> None:
        """A sender who has given up is no error of the test."""


def _handler(receiver: FaultyReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"] or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append(ReceivedRequest(self.path, headers, content, self.command))
            fault = receiver.fault()
            if fault is ReceiverFault.HANGS:
                receiver.wait_for_the_end()
            elif fault is ReceiverFault.REDIRECTS:
                self._answer(302, {"Location": f"http://{HOST}:{receiver.port}/elsewhere"})
            elif fault is not ReceiverFault.DIES:
                self._answer(200 if fault is None else int(fault), receiver.answer_headers)

        def do_GET(self) -> None:
            self.do_POST()

        def _answer(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(receiver.answer)))
            self.end_headers()
            self.wfile.write(receiver.answer)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler


@contextlib.contextmanager
def faulty_receiver() -> Iterator[FaultyReceiver]:
    """Run the receiver on a free port of this machine."""
    receiver = FaultyReceiver(free_port())
    receiver.start()
    try:
        yield receiver
    finally:
        receiver.stop()
