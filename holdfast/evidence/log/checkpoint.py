"""C2SP tlog-checkpoint: the log's name, size and root, as the text of a signed note."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from holdfast.errors import InvalidInput
from holdfast.evidence.log.merkle import HASH_BYTES
from holdfast.evidence.log.note import NoteSigner, VerifierKey, open_note, sign_note
from holdfast.evidence.log.text_forms import read_base64, read_number

__all__ = ["Checkpoint", "open_checkpoint"]

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log commits to: `size` leaves under `root` (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a checkpoint; lines after the third are extensions, and ignored.

        Raises:
            InvalidInput: it is none.
        """
        *lines, end = text.split("\n")
        if len(lines) < _LINES or end or not all(lines):
            raise _no_checkpoint()
        try:
            checkpoint = cls(lines[0], read_number(lines[1]), read_base64(lines[2]))
        except ValueError as error:
            raise _no_checkpoint() from error
        if len(checkpoint.root) != HASH_BYTES:
            raise _no_checkpoint()
        return checkpoint

    def signed(self, signers: Iterable[NoteSigner]) -> str:
        """Write the signed note."""
        return sign_note(self.text, signers)


def open_checkpoint(note: str, known: Sequence[VerifierKey]) -> Checkpoint:
    """Read a signed checkpoint, which at least one of the known keys must have signed.

    Raises:
        InvalidInput: it is no checkpoint, no known key has signed it, or one has not as it claims.
    """
    opened = open_note(note, known)
    checkpoint = Checkpoint.parse(opened.text)
    if not any(key.name == checkpoint.origin for key in opened.by):
        message = f"no known key of {checkpoint.origin} has signed the checkpoint"
        raise InvalidInput(message, origin=checkpoint.origin)
    return checkpoint


def _no_checkpoint() -> InvalidInput:
    return InvalidInput("this is no checkpoint: origin, size and root, a line each")
