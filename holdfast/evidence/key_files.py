"""Key files: 32 bytes each, readable by their owner only, complete or not there at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from holdfast.errors import Fatal

__all__ = ["KEY_BYTES", "create_key_file", "read_key_file", "replace_key_file"]

KEY_BYTES = 32
"""The length of an Ed25519 seed (RFC 8032) and of an AES-256 key alike."""


def create_key_file(path: Path, key: bytes) -> bool:
    """Write a key where there is none, and say whether it was written; what exists is kept.

    Of two processes that start at once, one writes and the other keeps what the first wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return False
    draft = _draft(path, key)
    try:
        # A link never replaces what is there, as a rename would.
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def replace_key_file(path: Path, key: bytes) -> None:
    """Put a key in the place of another; at every moment one of them is there, whole."""
    _draft(path, key).rename(path)


def read_key_file(path: Path) -> bytes:
    """Read a key.

    Raises:
        Fatal: the file is not there, or does not hold 32 bytes.
    """
    try:
        key = path.read_bytes()
    except OSError as error:
        message = f"cannot read {path}: 'holdfast migrate' makes it; {error.strerror}"
        raise Fatal(message, path=str(path)) from error
    if len(key) != KEY_BYTES:
        message = f"{path} does not hold a key of {KEY_BYTES} bytes: restore it from its backup"
        raise Fatal(message, path=str(path))
    return key


def _draft(path: Path, key: bytes) -> Path:
    """Write a key beside its place, durably: one cut short would stop every later start."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return draft
