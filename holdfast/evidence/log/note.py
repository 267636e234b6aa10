"""C2SP signed-note: a text, and lines of Ed25519 signatures by named keys.

Signatures by unknown keys are ignored; a bad one by a known key makes the note invalid.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from holdfast.errors import InvalidInput
from holdfast.evidence.log.noted_key import KEY_ID_BYTES, NotedKey
from holdfast.evidence.log.text_forms import read_base64

__all__ = ["NoteSignature", "NoteSigner", "OpenedNote", "VerifierKey", "open_note", "sign_note"]

_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile(rf"— ({_NAME.pattern}) ([A-Za-z0-9+/]+={{0,2}})\n")
_UNCLEAN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""What no note has: control characters, and what is no UTF-8."""

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
class VerifierKey(NotedKey):
    """The public half of a note key, Ed25519."""

    type = b"\x01"
    whose = "for Ed25519"

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
    if not separator or len(note) > _LARGEST_NOTE or _UNCLEAN.search(note):
        raise _no_note()
    lines = list(_SIGNATURE.finditer(tail))
    if not lines or "".join(match[0] for match in lines) != tail:
        raise _no_note()
    text = f"{head}\n"
    signatures = tuple(_signature(match[1], match[2]) for match in lines)
    # A key counts once, however often its line stands there.
    verified: dict[VerifierKey, None] = {}
    for signature in signatures:
        for key in known:
            if (key.name, key.key_id) != (signature.name, signature.key_id):
                continue
            if not key.has_signed(text, signature):
                message = f"the signature of {key.name} on the note is not genuine"
                raise InvalidInput(message, name=key.name)
            verified[key] = None
    return OpenedNote(text, signatures, tuple(verified))


def _signature(name: str, encoded: str) -> NoteSignature:
    try:
        content = read_base64(encoded)
    except ValueError as error:
        raise _no_note() from error
    if len(content) <= KEY_ID_BYTES:
        raise _no_note()
    return NoteSignature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def _no_note() -> InvalidInput:
    return InvalidInput("this is no signed note: a text, an empty line, signature lines")
