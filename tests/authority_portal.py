"""A real interface of an authority, over HTTPS with mutual TLS, that fails as it is told.

It knows a repeat by its Idempotency-Key: a report that it has taken is never taken twice.
"""

from __future__ import annotations

import base64
import contextlib
import json
import ssl
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from tests.certificates import Certificates
from tests.real_parts import free_port

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "TOKEN", "Portal", "PortalFault", "Said", "portal"]

CLIENT_ID, CLIENT_SECRET = "holdfast-client", "s3cret-of-the-client"
TOKEN = "t0ken.of-the-portal"  # noqa: S105 - looked for where it must not be
_PATIENCE = 30.0


class PortalFault(StrEnum):
    """What goes wrong with one request, besides an answer that says no."""

    HANGS = "the report is not taken, and no answer comes"
    DIES = "the connection is lost before the report is taken"
    TAKES_AND_DIES = "the report is taken, then the connection is lost without an answer"


@dataclass(frozen=True)
class Said:
    """What the portal says to one request instead of taking it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b'{"error": "no"}'


@dataclass(frozen=True)
class Arrived:
    """A request as it came; the names of its headers are in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes


@dataclass
class Portal:
    """The portal: what came, what it has taken by key, and what it will do next."""

    url: str
    wants_token: bool = False
    arrived: list[Arrived] = field(default_factory=list)
    taken: dict[str, bytes] = field(default_factory=dict)
    tokens: list[dict[str, str]] = field(default_factory=list)
    token_answer: Said | None = None
    answer: bytes | None = None
    _next: deque[PortalFault | Said] = field(default_factory=deque)
    ended: threading.Event = field(default_factory=threading.Event)

    def fail_next(self, *faults: PortalFault | Said) -> None:
        """Do that with the next reports, one each."""
        self._next.extend(faults)

    def fault(self) -> PortalFault | Said | None:
        """What to do with the report that has come now."""
        return self._next.popleft() if self._next else None

    def reference(self, key: str) -> str:
        """The reference under which it has taken the report of that key."""
        return f"P-{list(self.taken).index(key) + 1}"


@contextlib.contextmanager
def portal(
    certificates: Certificates, *, wants_certificate: bool = True, wants_token: bool = False
) -> Iterator[Portal]:
    """Run one on this machine."""
    port = free_port()
    running = Portal(f"https://127.0.0.1:{port}", wants_token)
    server = _Server(("127.0.0.1", port), _Handler)
    server.running = running
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificates.trusted)
    context.load_cert_chain(certificates.server, certificates.server_key)
    context.verify_mode = ssl.CERT_REQUIRED if wants_certificate else ssl.CERT_NONE
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield running
    finally:
        running.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    running: Portal


class _Handler(BaseHTTPRequestHandler):
    @property
    def running(self) -> Portal:
        assert isinstance(self.server, _Server)
        return self.server.running

    def handle(self) -> None:
        # A client without the certificate that is wanted ends here.
        with contextlib.suppress(OSError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the library calls it
        del format, args

    def do_PUT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.path == "/token":
            self._give_token(content)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            came = Arrived(self.command, self.path, headers, content)
            self.running.arrived.append(came)
            self._take(came, self.running.fault())

    def _take(self, came: Arrived, fault: PortalFault | Said | None) -> None:
        key = came.headers["idempotency-key"]
        if isinstance(fault, Said):
            self._say(fault)
        elif fault is PortalFault.HANGS:
            self.running.ended.wait(_PATIENCE)
        elif fault is PortalFault.DIES:
            pass
        elif self.running.wants_token and came.headers.get("authorization") != f"Bearer {TOKEN}":
            self._say(Said(401))
        else:
            self.running.taken.setdefault(key, came.content)
            if fault is None:
                found = {"receipt": {"numbers": [self.running.reference(key)]}}
                self._say(Said(201, {}, self.running.answer or json.dumps(found).encode()))

    def _give_token(self, content: bytes) -> None:
        asked = dict(parse_qsl(content.decode()))
        asked["credentials"] = base64.b64decode(
            self.headers.get("authorization", "").removeprefix("Basic ")
        ).decode()
        self.running.tokens.append(asked)
        known = asked["credentials"] == f"{CLIENT_ID}:{CLIENT_SECRET}"
        given = json.dumps({"access_token": TOKEN, "token_type": "Bearer"}).encode()
        refused = Said(401, {}, b'{"error": "invalid_client"}')
        self._say(self.running.token_answer or (Said(200, {}, given) if known else refused))

    def _say(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(said.content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(said.content)
