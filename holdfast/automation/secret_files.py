"""Secrets, from files at the worker: read at each use, and taken out of all that is said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from holdfast.errors import Unavailable

__all__ = ["SecretAway", "fault_of_secrets", "read_secrets", "without_secrets"]

_HIDDEN = b"[secret]"
_LARGEST = 16 * 1024
_SHORTEST_HIDDEN = 4
"""A shorter one would take half of the words away, and is none."""


class SecretAway(Unavailable):
    """A secret cannot be read here, or is none."""

    code = "secret_away"


def read_secrets(files: Mapping[str, Path]) -> dict[str, str]:
    """Read each secret by its name, without the line break at its end.

    Raises:
        SecretAway: names the file, and what is wrong with it.
    """
    return {name: _read(path) for name, path in files.items()}


def fault_of_secrets(files: Mapping[str, Path]) -> str | None:
    """Why one of them cannot be used; None where all can."""
    try:
        read_secrets(files)
    except SecretAway as error:
        return error.message
    return None


def without_secrets(said: bytes, secrets: Iterable[str]) -> bytes:
    """The same with every secret, as a whole, taken out."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_HIDDEN:
            said = said.replace(secret.encode(), _HIDDEN)
    return said


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        message = f"the secret in {path} cannot be read: {error.strerror}"
        raise SecretAway(message) from None
    try:
        secret = content.decode().rstrip("\r\n")
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > _LARGEST or not secret.isprintable() or not secret.isascii():
        message = f"the secret in {path} is not one printable line of ASCII"
        raise SecretAway(message)
    return secret
