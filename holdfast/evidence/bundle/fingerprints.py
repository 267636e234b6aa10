"""What a reader compares with what they got elsewhere: keys, root, manifest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from holdfast.evidence.bundle.contents import BundleContents
from holdfast.evidence.log.checkpoint import Checkpoint
from holdfast.evidence.log.merkle import leaf_hash
from holdfast.evidence.log.note import VerifierKey, open_note

__all__ = ["Fingerprints", "fingerprints_of"]


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """Hashes in hexadecimal; `keys` are the vkeys of the log, each with the hash of its key."""

    keys: tuple[tuple[str, str], ...]
    root: str
    checkpoint: str
    manifest: str


def fingerprints_of(contents: BundleContents) -> Fingerprints:
    """Work out the fingerprints of a bundle.

    Raises:
        InvalidInput: its checkpoint or a key in it is none.
    """
    keys = [VerifierKey.parse(key.vkey) for key in contents.log_keys]
    note = open_note(contents.checkpoint, ())
    return Fingerprints(
        keys=tuple((key.vkey, hashlib.sha256(key.public).hexdigest()) for key in keys),
        root=Checkpoint.parse(note.text).root.hex(),
        checkpoint=hashlib.sha256(contents.checkpoint.encode()).hexdigest(),
        manifest=leaf_hash(contents.manifest.leaf).hex(),
    )
