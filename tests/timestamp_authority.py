"""A timestamp authority as OpenSSL runs it, with a certificate of its own."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.strangers import Received, Reply

__all__ = ["OPENSSL", "OpensslAuthority"]

OPENSSL = shutil.which("openssl")

_CONFIGURATION = """
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = certificate.pem
signer_key = key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""
_CERTIFICATE = (
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=tsa.test"
    " -addext extendedKeyUsage=critical,timeStamping -keyout key.pem -out certificate.pem"
)


@dataclass(frozen=True)
class OpensslAuthority:
    """Stamps and verifies in a folder of its own."""

    folder: Path

    @classmethod
    def found_in(cls, folder: Path) -> OpensslAuthority:
        """Make its certificate."""
        authority = cls(folder)
        (folder / "tsa.cnf").write_text(_CONFIGURATION)
        (folder / "serial").write_text("01\n")
        authority._openssl(*_CERTIFICATE.split())
        return authority

    def stamp(self, query: bytes) -> bytes:
        """Answer a TimeStampReq."""
        (self.folder / "query.tsq").write_bytes(query)
        return self._openssl("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq")

    def stamp_of(self, content: bytes) -> bytes:
        """Stamp content that nobody asked to have stamped."""
        (self.folder / "content").write_bytes(content)
        query = self._openssl("ts", "-query", "-data", "content", "-sha256", "-cert")
        return self.stamp(query)

    def reject(self) -> bytes:
        """Answer that it does not stamp: what it was sent is no query."""
        return self.stamp(b"no query")

    def vouches(self, response: bytes, content: bytes) -> bool:
        """Whether OpenSSL finds that the response is the authority's, and about that content."""
        (self.folder / "response.tsr").write_bytes(response)
        (self.folder / "content").write_bytes(content)
        verify = ["-in", "response.tsr", "-data", "content", "-CAfile", "certificate.pem"]
        return b"Verification: OK" in self._openssl("ts", "-verify", *verify)

    def door(self) -> Callable[[Received], Reply]:
        """Answer queries over HTTP (RFC 3161 section 3.4)."""
        return lambda received: Reply(
            200, self.stamp(received.content), "application/timestamp-reply"
        )

    def _openssl(self, *arguments: str) -> bytes:
        assert OPENSSL is not None
        program = [OPENSSL, *arguments]
        return subprocess.run(program, cwd=self.folder, check=True, capture_output=True).stdout
