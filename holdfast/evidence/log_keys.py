"""The keys that sign the log's checkpoints: files in one folder, numbered, readable by their owner.

`0002.waiting` is a key whose rotation is not published yet, `0002.ed25519` one that signs,
`0002.retired` one that signed; `0002.pub` is the public half all along. The folder belongs to the
sequencer; no other process reads the private halves. While a key is being rotated, checkpoints
carry the signatures of both.
"""

from __future__ import annotations

import os
from pathlib import Path

from holdfast.errors import Conflict, Fatal, NotFound
from holdfast.evidence.key_files import read_key_file
from holdfast.evidence.log.note import NoteSigner, VerifierKey
from holdfast.evidence.signature import create_signing_key, load_signing_key

__all__ = ["LogKeys"]

_SUFFIX = ".ed25519"
_WAITING = ".waiting"
_RETIRED = ".retired"
_PUBLIC = ".pub"


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
        if not self._numbers():
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

    def verifiers(self) -> list[VerifierKey]:
        """Return the public halves of all keys that ever signed; none where they are elsewhere."""
        if not os.access(self._folder, os.R_OK | os.X_OK):
            return []
        public = sorted(self._folder.glob(f"*{_PUBLIC}"))
        return [VerifierKey(self.origin, read_key_file(file)) for file in public]

    def prepare_next(self) -> NoteSigner:
        """Make the next key, which does not sign yet; one that waits already is taken.

        A rotation that broke off between its record and its key goes on with the same key.
        """
        waiting = self._waiting()
        if not waiting:
            following = 1 + max(self._numbers(), default=0)
            waiting = [self._file(following).with_suffix(_WAITING)]
        # Of a key that is there, this makes the public half that a crash may have left out.
        create_signing_key(waiting[0])
        return NoteSigner(self.origin, load_signing_key(waiting[0]))

    def waiting(self) -> NoteSigner | None:
        """Return the key that waits for its rotation to be published, if one does."""
        waiting = self._waiting()
        return NoteSigner(self.origin, load_signing_key(waiting[0])) if waiting else None

    def install_next(self) -> None:
        """Let the key that waits sign from now on."""
        for waiting in self._waiting():
            waiting.rename(waiting.with_suffix(_SUFFIX))

    def retirable(self, key: str) -> NoteSigner:
        """Find a key that signs, by its vkey or key id, which the log can do without.

        Raises:
            NotFound: no key that signs is that one.
            Conflict: it is the only one that signs.
        """
        return self._retirable(key)[1]

    def retire(self, key: str) -> None:
        """Let a key sign no longer; its file stays, renamed.

        Raises:
            NotFound, Conflict: as `retirable`.
        """
        file, _ = self._retirable(key)
        file.rename(file.with_suffix(_RETIRED))

    def _retirable(self, key: str) -> tuple[Path, NoteSigner]:
        signers = self.signers()
        found = [
            (file, signer)
            for file, signer in self._read.items()
            if key in {signer.verifier.vkey, signer.verifier.key_id.hex()}
        ]
        if not found:
            message = f"no key that signs is {key}: `holdfast log-key list` shows them"
            raise NotFound(message)
        if len(signers) == 1:
            message = "the only key that signs cannot be retired: rotate first"
            raise Conflict(message)
        return found[0]

    def _waiting(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_WAITING}"))

    def _numbers(self) -> set[int]:
        """Which numbers are taken: what a crash left half written, and strangers, take none."""
        return {
            int(file.stem)
            for file in self._folder.iterdir()
            if file.suffix in {_SUFFIX, _WAITING, _RETIRED, _PUBLIC} and file.stem.isdecimal()
        }

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:04d}{_SUFFIX}"
