"""The keys that sign the log's checkpoints: files in one folder, numbered, readable by their owner.

The folder belongs to the sequencer; no other process reads the private halves. While a key is being
rotated, checkpoints carry the signatures of both.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from holdfast.errors import Conflict, Fatal, NotFound
from holdfast.evidence.log.note import NoteSigner
from holdfast.evidence.signature import create_signing_key, load_signing_key

__all__ = ["LogKeys"]

_SUFFIX = ".ed25519"
_WAITING = ".waiting"
_RETIRED = ".retired"


class LogKeys:
    """The signing keys of one log, oldest first."""

    def __init__(self, folder: Path, origin: str) -> None:
        """Use the keys in that folder for the log of that name."""
        self.origin = origin
        self._folder = folder
        self._read: dict[Path, NoteSigner] = {}

    def create_first(self) -> None:
        """Make the first key, unless there has ever been one."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not any(self._folder.iterdir()):
            create_signing_key(self._file(1))

    def signers(self) -> list[NoteSigner]:
        """Return those that sign now; a key file that came or went since is noticed.

        Raises:
            Fatal: there is no key, or a file does not hold one.
        """
        files = sorted(self._folder.glob(f"*{_SUFFIX}"))
        self._read = {
            file: self._read.get(file) or NoteSigner(self.origin, load_signing_key(file))
            for file in files
        }
        if not self._read:
            message = f"no key to sign the log with in {self._folder}: restore it from its backup"
            raise Fatal(message, path=str(self._folder))
        return list(self._read.values())

    def prepare_next(self) -> NoteSigner:
        """Make the next key, which does not sign yet; one that waits already is taken.

        A rotation that broke off between its record and its key goes on with the same key.
        """
        waiting = sorted(self._folder.glob(f"*{_WAITING}"))
        if not waiting:
            number = 1 + max(int(file.name.split(".")[0]) for file in self._folder.iterdir())
            waiting = [self._file(number).with_suffix(_WAITING)]
            create_signing_key(waiting[0])
        key: Ed25519PrivateKey = load_signing_key(waiting[0])
        return NoteSigner(self.origin, key)

    def install_next(self) -> None:
        """Let the key that waits sign from now on."""
        for waiting in self._folder.glob(f"*{_WAITING}"):
            waiting.rename(waiting.with_suffix(_SUFFIX))

    def retire(self, vkey: str) -> None:
        """Let a key sign no longer; its file stays, renamed.

        Raises:
            NotFound: no key that signs has that verifier key.
            Conflict: it is the only one that signs.
        """
        signers = self.signers()
        found = [file for file, signer in self._read.items() if signer.verifier.vkey == vkey]
        if not found:
            message = f"no key that signs is {vkey}"
            raise NotFound(message)
        if len(signers) == 1:
            message = "the only key that signs cannot be retired: rotate first"
            raise Conflict(message)
        found[0].rename(found[0].with_suffix(_RETIRED))

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:04d}{_SUFFIX}"
