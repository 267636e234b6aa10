"""Files that are there whole or not at all, and that only their owner can read."""

from __future__ import annotations

import contextlib
import os
import uuid
from pathlib import Path

__all__ = ["is_kept", "keep_file", "make_folder"]


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, where there is none.

    Raises:
        OSError: it cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def keep_file(path: Path, content: bytes) -> None:
    """Write a file: after a crash at any moment it is there whole, or not at all.

    Two processes that write the same one leave one: whoever comes last replaces it.

    Raises:
        OSError: it cannot be written; then it is not there.
    """
    partial = path.with_name(f".{path.name[:80]}.{uuid.uuid4().hex}")
    try:
        with os.fdopen(_created(partial), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise
    _keep_name(path.parent)


def is_kept(path: Path) -> bool:
    """Whether a file is there, to stay: another process may have written it a moment ago.

    Raises:
        OSError: it is there, and its folder cannot be had on the disk.
    """
    if not path.exists():
        return False
    _keep_name(path.parent)
    return True


def _created(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _keep_name(folder: Path) -> None:
    """Have the folder itself on the disk, with the new name in it."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
