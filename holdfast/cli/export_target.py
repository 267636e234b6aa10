"""Where an export is written to: nothing is there before it is complete, nothing is overwritten."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from holdfast.errors import Conflict, InvalidInput
from holdfast.evidence.bundle.writing import BundleFolder, BundleZip

__all__ = ["ExportTarget", "require_free", "sha256_of"]

_CHUNK = 1024 * 1024


class ExportTarget:
    """A bundle's file or folder: written under another name in its place, then given its own."""

    def __init__(self, place: Path, *, folder: bool) -> None:
        """Write into that folder; a folder again, or a ZIP archive."""
        self._place = place
        self._folder = folder
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Begin under another name.

        Raises:
            InvalidInput: the place cannot be written to.
        """
        try:
            self._place.mkdir(parents=True, exist_ok=True)
            # In the same folder, as a file gets its name at once only within one file system.
            self._aside = Path(tempfile.mkdtemp(prefix=".holdfast-", dir=self._place))
            part = self._aside / "bundle"
            if self._folder:
                self._sink: BundleFolder | BundleZip = BundleFolder(part)
            else:
                self._file = part.open("xb")
                self._sink = BundleZip(self._file)
        except OSError as error:
            raise _unwritable(self._place, error) from error
        return self

    def add(self, name: str, content: bytes) -> None:
        """Take one file.

        Raises:
            InvalidInput: it cannot be written.
        """
        try:
            self._sink.add(name, content)
        except OSError as error:
            raise _unwritable(self._place, error) from error

    def finish(self, path: Path) -> None:
        """Give the complete bundle its name, in the place in which it was written.

        Raises:
            InvalidInput: it cannot be written.
            Conflict: there is something by now.
        """
        part = self._aside / "bundle"
        try:
            self._sink.close()
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
            _give_name(part, path)
        except FileExistsError as error:
            raise _taken(path) from error
        except OSError as error:
            raise _unwritable(path, error) from error

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind but what is finished."""
        # The archive first: it would write its end into a file that is closed.
        with contextlib.suppress(OSError):
            self._sink.close()
        if self._file is not None:
            self._file.close()
        shutil.rmtree(self._aside, ignore_errors=True)


def _give_name(part: Path, path: Path) -> None:
    """Rename, and replace nothing."""
    if part.is_file():
        try:
            # Unlike a renaming, a link fails where something is.
            os.link(part, path)
        except FileExistsError:
            raise
        except OSError:
            # A file system without links, as on many a stick.
            require_free(path)
            part.rename(path)
    else:
        require_free(path)
        part.rename(path)


def require_free(path: Path) -> None:
    """Refuse a place at which there is something.

    Raises:
        Conflict: there is.
    """
    if path.exists() or path.is_symlink():
        raise _taken(path)


def sha256_of(path: Path) -> str:
    """Hash a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _taken(path: Path) -> Conflict:
    message = f"{path} is there already, and nothing is overwritten: name another place with --to"
    return Conflict(message, path=str(path))


def _unwritable(path: Path, error: OSError) -> InvalidInput:
    message = f"cannot write {path}: {error.strerror or error}"
    return InvalidInput(message, path=str(path))
