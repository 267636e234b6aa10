"""Ed25519 (RFC 8032) over submissions: the API signs, the worker verifies, nobody else counts."""

from __future__ import annotations

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.domain.submissions import SignedSubmission, Submission, signing_bytes
from holdfast.evidence.key_files import create_key_file, read_key_file

__all__ = [
    "PrincipalSigner",
    "PrincipalVerifier",
    "create_signing_key",
    "load_signing_key",
    "load_verifying_key",
]


def create_signing_key(path: Path) -> None:
    """Create the key, readable by its owner only, and its public half beside it as `.pub`.

    What exists is kept: a new key would make every submission under way look forged.
    """
    create_key_file(path, Ed25519PrivateKey.generate().private_bytes_raw())
    public = load_signing_key(path).public_key().public_bytes_raw()
    path.with_suffix(".pub").write_bytes(public)


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """Read the private key.

    Raises:
        Fatal: the file does not hold a 32-byte Ed25519 seed.
    """
    return Ed25519PrivateKey.from_private_bytes(read_key_file(path))


def load_verifying_key(path: Path) -> Ed25519PublicKey:
    """Read the public key.

    Raises:
        Fatal: the file does not hold a 32-byte Ed25519 public key.
    """
    return Ed25519PublicKey.from_public_bytes(read_key_file(path))


def _key_id(public_key: Ed25519PublicKey) -> str:
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


class PrincipalSigner:
    """Signs submissions; held by the API only."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Sign with that key; its id is derived from the public key."""
        self._key = key
        self._key_id = _key_id(key.public_key())

    def sign(self, submission: Submission) -> SignedSubmission:
        """Sign exactly these bytes."""
        signature = self._key.sign(signing_bytes(submission)).hex()
        return SignedSubmission(submission=submission, key_id=self._key_id, signature=signature)


class PrincipalVerifier:
    """Verifies submissions; needs the public key only."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        """Believe that key only."""
        self._key = key
        self._key_id = _key_id(key)

    def is_genuine(self, signed: SignedSubmission) -> bool:
        """Whether the API signed exactly this submission."""
        if signed.key_id != self._key_id:
            return False
        try:
            self._key.verify(bytes.fromhex(signed.signature), signing_bytes(signed.submission))
        except InvalidSignature:
            return False
        return True
