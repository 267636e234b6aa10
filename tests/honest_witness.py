"""A witness as C2SP tlog-witness describes it: it remembers, checks, and then cosigns."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import InvalidInput
from holdfast.evidence.log.checkpoint import Checkpoint, open_checkpoint
from holdfast.evidence.log.merkle import EMPTY_ROOT, verify_consistency
from holdfast.evidence.log.note import VerifierKey
from tests.strangers import Received, Reply

__all__ = ["HonestWitness"]


@dataclass
class HonestWitness:
    """Watches one log, of which it knows the keys; `seen` is what it cosigned last."""

    name: str
    origin: str
    known: Sequence[VerifierKey]
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    seen: tuple[int, bytes] = (0, EMPTY_ROOT)

    @property
    def vkey(self) -> str:
        """Its verifier key, written down from the specification."""
        public = b"\x04" + self.key.public_key().public_bytes_raw()
        return f"{self.name}+{self._key_id().hex()}+{base64.b64encode(public).decode()}"

    def answer(self, received: Received) -> Reply:
        """Answer `POST /add-checkpoint`."""
        if received.path != "/add-checkpoint":
            return Reply(404)
        head, _, note = received.content.decode().partition("\n\n")
        old_line, *hashes = head.split("\n")
        old = int(old_line.removeprefix("old "))
        if note.split("\n")[0] != self.origin:
            return Reply(404)
        try:
            checkpoint = open_checkpoint(note, self.known)
        except InvalidInput:
            return Reply(403)
        return self._judge(old, [base64.b64decode(each) for each in hashes], checkpoint)

    def cosign(self, checkpoint: Checkpoint, at: int | None = None) -> bytes:
        """Write its signature line for a checkpoint, whatever it saw before."""
        at = int(time.time()) if at is None else at
        signature = self.key.sign(f"cosignature/v1\ntime {at}\n{checkpoint.text}".encode())
        content = base64.b64encode(self._key_id() + at.to_bytes(8, "big") + signature)
        return f"— {self.name} {content.decode()}\n".encode()

    def _judge(self, old: int, proof: list[bytes], checkpoint: Checkpoint) -> Reply:
        if old > checkpoint.size:
            return Reply(400)
        if old != self.seen[0]:
            return Reply(409, f"{self.seen[0]}\n".encode(), "text/x.tlog.size")
        if old == checkpoint.size and self.seen[1] != checkpoint.root:
            return Reply(409)
        if not verify_consistency(*self._both(checkpoint), proof):
            return Reply(422)
        self.seen = (checkpoint.size, checkpoint.root)
        return Reply(200, self.cosign(checkpoint))

    def _both(self, checkpoint: Checkpoint) -> tuple[int, int, bytes, bytes]:
        return self.seen[0], checkpoint.size, self.seen[1], checkpoint.root

    def _key_id(self) -> bytes:
        public = self.key.public_key().public_bytes_raw()
        return hashlib.sha256(self.name.encode() + b"\n\x04" + public).digest()[:4]
