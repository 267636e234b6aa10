"""Requests over connections of their own: no redirects, no proxies, no cookies, answers cut."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import httpx

from holdfast.channels.authorities.submission import MOST_ANSWER
from holdfast.errors import Unavailable

__all__ = ["BoundedAnswer", "TlsFiles", "TlsUnusable", "ask", "new_client", "words_of"]

_CONNECTIONS = httpx.Limits(max_connections=1, max_keepalive_connections=0)
_CONNECTS_WITHIN_SECONDS = 10.0


class TlsUnusable(Unavailable):
    """A certificate or key of the configuration cannot be used; the message names the file."""

    code = "tls_unusable"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of TLS: our own certificate with its key, and whom we trust (None: the machine)."""

    certificate: Path | None = None
    key: Path | None = None
    trusted: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Read them.

        Raises:
            TlsUnusable: one of them is away, or is none.
        """
        try:
            context = ssl.create_default_context(cafile=self.trusted)
        except OSError:
            message = f"there are no certificates in {self.trusted}"
            raise TlsUnusable(message) from None
        if self.certificate is None:
            return context
        try:
            # Without a password given here, a key that has one would have it asked for.
            context.load_cert_chain(self.certificate, self.key, password="")
        except OSError:
            message = f"{self.certificate} and {self.key} are no certificate and its key"
            raise TlsUnusable(message) from None
        return context


@dataclass(frozen=True, slots=True)
class BoundedAnswer:
    """An answer as it came, at most so much of it; `cut` where there was more, or it broke off."""

    status: int
    headers: httpx.Headers
    content: bytes
    cut: bool


def new_client(context: ssl.SSLContext) -> httpx.AsyncClient:
    """A client that goes where it is told and nowhere else."""
    return httpx.AsyncClient(
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=_CONNECTS_WITHIN_SECONDS),
        limits=_CONNECTIONS,
        trust_env=False,
        verify=context,
    )


async def ask(client: httpx.AsyncClient, request: httpx.Request) -> BoundedAnswer:
    """Send a request, and read the beginning of its answer.

    Raises:
        httpx.TransportError: there is none.
    """
    response = await client.send(request, stream=True)
    content, cut = bytearray(), False
    try:
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > MOST_ANSWER:
                cut = True
                break
    except httpx.TransportError:
        # The status has come: what it says holds, however the rest ends.
        cut = True
    finally:
        await response.aclose()
    return BoundedAnswer(response.status_code, response.headers, bytes(content[:MOST_ANSWER]), cut)


def words_of(error: BaseException, whom: str) -> str | None:
    """What is wrong with TLS, in words of our own; None where it is something else."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"the certificate of {whom} is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            reason = (cause.reason or "unknown").replace("_", " ").lower()
            return f"TLS with {whom} failed: {reason}"
        cause = cause.__cause__ or cause.__context__
    return None
