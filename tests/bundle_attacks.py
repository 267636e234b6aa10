"""Ways to make a bundle false, each a change of its files."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from holdfast.domain.values import JsonValue, canonical_json
from tests.evidence_bundles import Files, changed

__all__ = ["Attack", "bad_signature", "member", "replaced", "rows", "swapped", "triple", "without"]

Attack = Callable[[Files], object]


def member(name: str, **members: JsonValue) -> Attack:
    """Set members of a JSON file."""
    return lambda files: files.update({name: changed(**members)(files[name])})


def replaced(name: str, old: bytes, new: bytes) -> Attack:
    """Replace bytes of a file."""

    def attack(files: Files) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return attack


def rows(name: str, edit: Callable[[list[JsonValue]], object]) -> Attack:
    """Edit a file that is a JSON array."""

    def attack(files: Files) -> None:
        content = json.loads(files[name])
        edit(content)
        files[name] = canonical_json(content)

    return attack


def without(*names: str) -> Attack:
    """Remove files."""
    return lambda files: [files.pop(name) for name in names]


def triple(seq: int) -> list[str]:
    """The files of one record."""
    return [f"records/{seq:06d}.json", f"leaves/{seq:06d}.json", f"proofs/{seq:06d}.tlog-proof"]


def swapped(*names: tuple[str, str]) -> Attack:
    """Exchange files."""

    def attack(files: Files) -> None:
        for one, other in names:
            files[one], files[other] = files[other], files[one]

    return attack


def bad_signature(name: str) -> Attack:
    """Change the last signature of a note in its middle, and keep it base64."""

    def attack(files: Files) -> None:
        head, _, line = files[name].rstrip(b"\n").rpartition(b" ")
        content = bytearray(base64.b64decode(line))
        content[40] ^= 1
        files[name] = head + b" " + base64.b64encode(content) + b"\n"

    return attack
