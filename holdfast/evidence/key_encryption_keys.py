"""The key-encryption keys of an installation: one file that wraps, and older ones that only unwrap.

They stand outside of the database, so that no dump of it can be read without them. Rotation makes
a new one; when every person's key is wrapped under it, destroying the older file ends what older
copies of the database can be read with.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from holdfast.errors import Fatal
from holdfast.evidence.key_files import (
    KEY_BYTES,
    create_key_file,
    read_key_file,
    replace_key_file,
)
from holdfast.evidence.sealing import KeyEncryptionKey, SubjectKey, WrappedKey

__all__ = ["KeyEncryptionKeys"]


class KeyEncryptionKeys:
    """The key in one file, and older ones beside it, each named by its id.

    Files are read at each use, which is rare: after a rotation no process goes on with what it
    had read before, and wraps under a key that is about to be destroyed.
    """

    def __init__(self, path: Path) -> None:
        """Wrap under the key in that file."""
        self._path = path

    @property
    def current(self) -> KeyEncryptionKey:
        """The key that wraps.

        Raises:
            Fatal: its file is missing, or does not hold 32 bytes.
        """
        return KeyEncryptionKey(read_key_file(self._path))

    def create_first(self) -> None:
        """Make the key, unless there is one."""
        create_key_file(self._path, secrets.token_bytes(KEY_BYTES))

    def rotate(self) -> None:
        """Make a new key that wraps from now on; the one before stays beside it.

        A crash in between leaves the present key in place, and a second copy of it.

        Raises:
            Fatal: as `current`.
        """
        present = read_key_file(self._path)
        create_key_file(self._older(KeyEncryptionKey(present).id), present)
        replace_key_file(self._path, secrets.token_bytes(KEY_BYTES))

    def older_files(self) -> list[Path]:
        """Return the files of keys that no longer wrap."""
        return sorted(self._path.parent.glob(self._older("*").name))

    def wrap(self, key: SubjectKey) -> WrappedKey:
        """Wrap a person's key under the current key.

        Raises:
            Fatal: as `current`.
        """
        return self.current.wrap(key)

    def unwrap(self, wrapped: WrappedKey) -> SubjectKey:
        """Read a person's key.

        Raises:
            Fatal: the file of the key that wraps it is not here.
            SealBroken: as `KeyEncryptionKey.unwrap`.
        """
        kek = self.current
        if kek.id != wrapped.kek:
            older = self._older(wrapped.kek)
            if not older.exists():
                message = f"{wrapped.name} is wrapped under {wrapped.kek}: restore that key's file"
                raise Fatal(message, kek=wrapped.kek)
            kek = KeyEncryptionKey(read_key_file(older))
        return kek.unwrap(wrapped)

    def _older(self, kek_id: str) -> Path:
        return self._path.with_name(f"{self._path.stem}-{kek_id}{self._path.suffix}")
