"""Sealing: text of one person under that person's key (`docs/evidence-format.md`, section 7).

AES-256-GCM (NIST SP 800-38D) with random nonces of 96 bits; section 8.3 there allows 2^32 of them
under one key, and a person's key seals a handful. Nothing here touches a database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from holdfast.domain.sealed_values import SealedValue
from holdfast.errors import Fatal
from holdfast.evidence.key_files import KEY_BYTES

__all__ = ["KeyEncryptionKey", "SealBroken", "SubjectKey", "WrappedKey"]

_NONCE_BYTES = 12
_NOT_BASE64 = "a sealed value is not base64 in its one form"
_KEK_ID_CONTEXT = b"holdfast/key-encryption-key-id/v1\n"
_FINGERPRINT_CONTEXT = b"holdfast/personal-fingerprint/v1\n"
"""Domain separation: what is made from a key here can serve for nothing else."""


class SealBroken(Fatal):
    """A ciphertext is not what was sealed, or not under this key, or not in its place."""

    code = "seal_broken"


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A person's key as the database keeps it: `nonce ‖ ciphertext`, under the key named `kek`."""

    name: str
    kek: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """The key of one person; `name` is a pseudonym that says nothing of them."""

    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> SubjectKey:
        """Make the key of a person."""
        return cls(name, secrets.token_bytes(KEY_BYTES))

    def seal(self, about: str, field_name: str, text: str) -> SealedValue:
        """Seal a text for one place: a field of one submission or attachment, named by `about`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        place = _place(about, field_name)
        return SealedValue(
            about=about,
            key=self.name,
            nonce=_encoded(nonce),
            ciphertext=_encoded(AESGCM(self.secret).encrypt(nonce, text.encode(), place)),
        )

    def unseal(self, field_name: str, sealed: SealedValue) -> str:
        """Read what was sealed for that field.

        Raises:
            SealBroken: it was sealed under another key or for another place, or was altered.
        """
        if sealed.key != self.name:
            message = f"'{field_name}' of {sealed.about} is sealed under {sealed.key}"
            raise SealBroken(message, key=sealed.key)
        nonce, ciphertext = _decoded(sealed.nonce), _decoded(sealed.ciphertext)
        return _decrypt(self.secret, nonce, ciphertext, _place(sealed.about, field_name)).decode()

    def fingerprint(self, content: bytes) -> str:
        """Return what tells this content from other content: 64 hex digits of HMAC-SHA-256.

        Without the key nobody can try guesses against it; with the key erased it says nothing.
        """
        own = hmac.digest(self.secret, _FINGERPRINT_CONTEXT, "sha256")
        return hmac.new(own, content, "sha256").hexdigest()


class KeyEncryptionKey:
    """The key, kept outside of the database, under which persons' keys are wrapped."""

    def __init__(self, secret: bytes) -> None:
        """Wrap under these 32 bytes; the id is derived from them and does not give them away."""
        self._cipher = AESGCM(secret)
        self.id = f"kek-{hashlib.sha256(_KEK_ID_CONTEXT + secret).hexdigest()[:16]}"

    def wrap(self, key: SubjectKey) -> WrappedKey:
        """Wrap a person's key, bound to its name."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        wrapped = nonce + self._cipher.encrypt(nonce, key.secret, self._place(key.name))
        return WrappedKey(key.name, self.id, wrapped)

    def unwrap(self, wrapped: WrappedKey) -> SubjectKey:
        """Read a person's key.

        Raises:
            SealBroken: it was wrapped under another key or name, or was altered.
        """
        nonce, ciphertext = wrapped.wrapped[:_NONCE_BYTES], wrapped.wrapped[_NONCE_BYTES:]
        try:
            secret = self._cipher.decrypt(nonce, ciphertext, self._place(wrapped.name))
        except (InvalidTag, ValueError) as error:
            message = f"the key {wrapped.name} does not open under {self.id}"
            raise SealBroken(message, key=wrapped.name) from error
        return SubjectKey(wrapped.name, secret)

    def _place(self, name: str) -> bytes:
        return f"{name}\n{self.id}".encode()


def _place(about: str, field_name: str) -> bytes:
    """The associated data: neither part can hold a line break, so no two places are the same."""
    return f"{about}\n{field_name}".encode()


def _decrypt(secret: bytes, nonce: bytes, ciphertext: bytes, place: bytes) -> bytes:
    try:
        return AESGCM(secret).decrypt(nonce, ciphertext, place)
    except (InvalidTag, ValueError) as error:
        message = "a sealed value does not open: altered, moved, or under another key"
        raise SealBroken(message) from error


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _decoded(text: str) -> bytes:
    """Read base64 in its one form: bits that decoders ignore would make two texts of one value."""
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SealBroken(_NOT_BASE64) from error
    if _encoded(content) != text:
        raise SealBroken(_NOT_BASE64)
    return content
