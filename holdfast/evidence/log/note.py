"""C2SP signed-note: a text, and lines of Ed25519 signatures by named keys.

Signatures by unknown keys are ignored; a bad one by a known key makes the note invalid.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.errors import InvalidInput

__all__ = ["NoteSignature", "NoteSigner", "OpenedNote", "VerifierKey", "open_note", "sign_note"]

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_SIGNATURE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n", re.ASCII)
_LARGEST_NOTE = 1_000_000


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line: who, which key, and the bytes that follow the key id."""

    name: str
    key_id: bytes
    content: bytes

    @property
    def line(self) -> str:
        """The line, with its end."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.content).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """The public half of a note key; as text a vkey: `<name>+<key id>+<base64>`."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """Read a vkey.

        Raises:
            InvalidInput: it is none, or not of an Ed25519 key.
        """
        name, _, rest = vkey.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            content = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            content = b""
        key = cls(name, content[1:])
        if not name or content[:1] != _ED25519 or len(content) != 33 or key.key_id.hex() != key_id:  # noqa: PLR2004 - type and key
            message = "this is no verifier key of the form <name>+<key id>+<base64> for Ed25519"
            raise InvalidInput(message)
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name the key."""
        content = self.name.encode() + b"\n" + _ED25519 + self.public
        return hashlib.sha256(content).digest()[:_KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as text."""
        encoded = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{encoded}"

    def has_signed(self, text: str, signature: NoteSignature) -> bool:
        """Whether that signature over the text is genuine."""
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.content, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """The private half of a note key."""

    name: str
    key: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> NoteSignature:
        """Sign the text of a note."""
        return NoteSignature(self.name, self.verifier.key_id, self.key.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A note taken apart: its text, and all signatures, of which `by` are verified."""

    text: str
    signatures: tuple[NoteSignature, ...]
    by: tuple[VerifierKey, ...]


def sign_note(text: str, signers: Iterable[NoteSigner]) -> str:
    """Write the note: the text, which ends with a line break, and a line a signer."""
    return f"{text}\n{''.join(signer.sign(text).line for signer in signers)}"


def open_note(note: str, known: Sequence[VerifierKey]) -> OpenedNote:
    """Take a note apart and verify every signature by a known key.

    Raises:
        InvalidInput: it is no note, or a known key has not signed it as it claims.
    """
    head, separator, tail = note.rpartition("\n\n")
    text = f"{head}\n"
    lines = list(_SIGNATURE.finditer(tail))
    if not separator or "".join(match[0] for match in lines) != tail or not lines:
        raise _no_note()
    if len(note) > _LARGEST_NOTE or any(ord(sign) < ord(" ") and sign != "\n" for sign in note):
        raise _no_note()
    signatures = tuple(_signature(match[1], match[2]) for match in lines)
    verified = []
    for signature in signatures:
        for key in known:
            if (key.name, key.key_id) != (signature.name, signature.key_id):
                continue
            if not key.has_signed(text, signature):
                message = f"the signature of {key.name} on the note is not genuine"
                raise InvalidInput(message, name=key.name)
            verified.append(key)
    return OpenedNote(text, signatures, tuple(verified))


def _signature(name: str, encoded: str) -> NoteSignature:
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise _no_note() from error
    if len(content) <= _KEY_ID_BYTES:
        raise _no_note()
    return NoteSignature(name, content[:_KEY_ID_BYTES], content[_KEY_ID_BYTES:])


def _no_note() -> InvalidInput:
    return InvalidInput("this is no signed note: a text, an empty line, signature lines")
