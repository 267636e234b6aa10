"""C2SP tlog-proof: an inclusion proof with its checkpoint in one text file."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.errors import InvalidInput
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.evidence.log.merkle import HASH_BYTES, verify_inclusion
from holdfast.evidence.log.note import VerifierKey
from holdfast.evidence.log.text_forms import read_base64, read_number

__all__ = ["InclusionProof", "verify_proof_file"]

_MAGIC = "c2sp.org/tlog-proof@v1"
_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That leaf number `index` is under the checkpoint's root: hashes bottom up, and the note."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """The file's content."""
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"{_MAGIC}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> InclusionProof:
        """Read a proof file; an `extra` line is allowed and ignored.

        Raises:
            InvalidInput: it is none.
        """
        head, separator, checkpoint = text.partition("\n\n")
        magic, *lines = head.split("\n")
        try:
            if lines and lines[0].startswith(_EXTRA):
                read_base64(lines.pop(0).removeprefix(_EXTRA))
            number, *hashes = lines
            if magic != _MAGIC or not separator or not number.startswith(_INDEX):
                raise _no_proof()
            index = read_number(number.removeprefix(_INDEX))
            proof = cls(index, tuple(read_base64(line) for line in hashes), checkpoint)
        except ValueError as error:
            raise _no_proof() from error
        if any(len(each) != HASH_BYTES for each in proof.hashes):
            raise _no_proof()
        return proof


def verify_proof_file(text: str, leaf: bytes, known: Sequence[VerifierKey]) -> bool:
    """Whether the file proves that the leaf hash `leaf` is in a log that a known key signed.

    Raises:
        InvalidInput: it is no proof file, or no known key has signed its checkpoint.
    """
    proof = InclusionProof.parse(text)
    checkpoint = open_checkpoint(proof.checkpoint, known)
    return verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root)


def _no_proof() -> InvalidInput:
    return InvalidInput("this is no tlog-proof: its magic line, an index, hashes, a checkpoint")
