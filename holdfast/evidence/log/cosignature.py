"""C2SP tlog-cosignature with Ed25519: a witness says that it saw a log grow, and when.

A cosignature is a signature line under a checkpoint; it is over the checkpoint's text and the time,
so the log's own signatures do not count in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from holdfast.errors import InvalidInput
from holdfast.evidence.log.note import NoteSignature, open_note
from holdfast.evidence.log.noted_key import NotedKey
from holdfast.evidence.log.text_forms import LARGEST_NUMBER

__all__ = ["Cosignature", "WitnessKey", "cosigned_bytes", "open_cosignature"]

_TIME_BYTES = 8
_CONTENT_BYTES = _TIME_BYTES + 64


@dataclass(frozen=True, slots=True)
class WitnessKey(NotedKey):
    """The public key of a witness, Ed25519 over a checkpoint and a time."""

    type = b"\x04"
    whose = "of a witness"

    def wrote(self, signature: NoteSignature) -> bool:
        """Whether a signature line says that it is this key's; it may say so falsely."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A genuine cosignature: the witness' time in POSIX seconds, and the line with its end."""

    time: int
    line: str


def cosigned_bytes(text: str, time: int) -> bytes:
    """What a witness signs for a checkpoint's text at that time, POSIX seconds."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def open_cosignature(note: str, lines: str, witness: WitnessKey) -> Cosignature:
    """Find the witness' cosignature of the checkpoint `note` among signature lines, verified.

    Lines of unknown keys are ignored.

    Raises:
        InvalidInput: they are no signature lines, none is of the witness, or one of the witness is
            not genuine.
    """
    opened = open_note(note + lines, ())
    cosignatures = [
        _verified(opened.text, signature, witness)
        for signature in opened.signatures
        if witness.wrote(signature)
    ]
    if not cosignatures:
        message = f"there is no cosignature of {witness.name}"
        raise InvalidInput(message, witness=witness.name)
    return cosignatures[0]


def _verified(text: str, signature: NoteSignature, witness: WitnessKey) -> Cosignature:
    time = int.from_bytes(signature.content[:_TIME_BYTES], "big")
    if not _is_genuine(text, time, signature.content, witness):
        message = f"the cosignature of {witness.name} is not genuine"
        raise InvalidInput(message, witness=witness.name)
    return Cosignature(time, signature.line)


def _is_genuine(text: str, time: int, content: bytes, witness: WitnessKey) -> bool:
    if len(content) != _CONTENT_BYTES or time > LARGEST_NUMBER:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(witness.public)
        key.verify(content[_TIME_BYTES:], cosigned_bytes(text, time))
    except InvalidSignature:
        return False
    return True
