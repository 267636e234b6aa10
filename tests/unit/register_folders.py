"""A copy of the register that comes along and of its templates, for tests that change them."""

from __future__ import annotations

import shutil
from pathlib import Path

from holdfast.dora.register import Register
from holdfast.settings import Settings
from holdfast.store.register_files import checked_register, read_register_folder
from holdfast.store.register_import import Import

__all__ = [
    "EXAMPLE",
    "GOLDEN",
    "bytes_of",
    "copy_of",
    "lines_of",
    "register_of",
    "replace",
]

EXAMPLE = Settings().policies_folder / "register"
GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "register"


def copy_of(folder: Path, to: Path) -> Path:
    """The copy, in a folder of that name."""
    shutil.copytree(folder, to)
    return to


def register_of(folder: Path) -> Register:
    """The register, checked."""
    return checked_register(read_register_folder(folder))


def bytes_of(folder: Path) -> dict[str, bytes]:
    """All files by name."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def replace(file: Path, old: str, new: str) -> None:
    """Change the one place where that text stands."""
    text = file.read_text()
    assert text.count(old) == 1, old
    file.write_text(text.replace(old, new))


def lines_of(ready: Import) -> list[str]:
    """What an import says of its changes."""
    return [line for section in ready.changes for line in section.lines()]
