"""What replay needs of a bundle: its records in order, and the contents of the pinned policies.

A bundle comes from anywhere: nothing outside of it is read, nothing is decompressed, and every size
is bounded. Whether its records are the original ones is for the bundle's own verifier to say.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NoReturn, Protocol

from pydantic import BaseModel, ConfigDict, Field, StrictInt, TypeAdapter

from holdfast.domain.replay.shelf import pinned_digests
from holdfast.domain.replay.verdicts import JudgedEvent
from holdfast.domain.values import Identifier
from holdfast.errors import InvalidInput
from holdfast.evidence.entry import entry_from_bytes

__all__ = ["ReplayInput", "read_bundle"]

_LARGEST_FILE = 64 * 1024 * 1024
_LARGEST_BUNDLE = 512 * 1024 * 1024
_MOST_RECORDS = 1_000_000

_RECORD = re.compile(r"records/([0-9]{1,9})\.json")
_IDENTIFIER = TypeAdapter[str](Identifier)

# What json and pydantic raise on bytes that were made to be read by somebody else, or by nobody.
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class ReplayInput:
    """A bundle as replay is given it: entries in order, withheld ones without their event."""

    incident: str
    events: tuple[JudgedEvent, ...]
    policies: dict[str, str]


class _Manifest(BaseModel):
    """`bundle.json`, as far as replay needs it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: Literal["holdfast-bundle"]
    v: Literal[1]
    incident: Identifier
    count: StrictInt = Field(ge=1, le=_MOST_RECORDS)


def read_bundle(path: Path) -> ReplayInput:
    """Read a bundle: a folder, or a ZIP archive whose members are all stored.

    Raises:
        InvalidInput: it is no such bundle, or is larger than 512 MiB in what is read of it, or than
            64 MiB in one file; or a file in it contradicts its name.
    """
    if path.is_dir():
        return _read(_Folder(path))
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(_Archive(archive, path.stat().st_size))
    except OSError as error:
        message = f"cannot read {path}: {error.strerror or error}"
        raise InvalidInput(message, path=str(path)) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        message = f"{path} is neither a folder nor a ZIP archive that can be read: {error}"
        raise InvalidInput(message, path=str(path)) from error


class _Members(Protocol):
    """The files of a bundle, by name."""

    def names(self) -> list[str]:
        """The names of its files, such as `records/000000.json`."""
        ...

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        ...

    def content(self, name: str) -> bytes:
        """The bytes of a file."""
        ...


class _Folder:
    """The files of a bundle in a folder; a link could lead out of it, so there is none."""

    _FOLDERS = (".", "records", "leaves", "artifacts")

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> list[str]:
        folders = [self._root / name for name in self._FOLDERS]
        return [
            path.relative_to(self._root).as_posix()
            for folder in folders
            if stat.S_ISDIR(self._mode(folder))
            for path in folder.iterdir()
            if stat.S_ISREG(self._mode(path))
        ]

    def size(self, name: str) -> int:
        return (self._root / name).lstat().st_size

    def content(self, name: str) -> bytes:
        with (self._root / name).open("rb") as file:
            return file.read(_LARGEST_FILE + 1)

    def _mode(self, path: Path) -> int:
        if path != self._root and path.is_symlink():
            _refuse(f"{path.name} is a link")
        return path.lstat().st_mode if path.exists() else 0


class _Archive:
    """The files of a bundle in a ZIP archive."""

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._members = {member.filename: member for member in archive.infolist()}
        if len(self._members) != len(archive.infolist()):
            _refuse("two files have the same name")
        for member in self._members.values():
            _require_plain(member)
        # Members that lie over each other would make more of an archive than it holds.
        if sum(member.file_size for member in self._members.values()) > size:
            _refuse("its files are larger than the archive")

    def names(self) -> list[str]:
        return list(self._members)

    def size(self, name: str) -> int:
        return self._members[name].file_size

    def content(self, name: str) -> bytes:
        with self._archive.open(self._members[name]) as file:
            return file.read(_LARGEST_FILE + 1)


def _require_plain(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = name.removesuffix("/").split("/")
    if "\\" in name or ":" in name or any(part in {"", ".", ".."} for part in parts):
        _refuse(f"the name {name!r} leads out of the bundle")
    encrypted = member.flag_bits & 1
    if encrypted or member.compress_type != zipfile.ZIP_STORED:
        _refuse(f"{name!r} is compressed or encrypted: every file of a bundle is stored")
    if member.compress_size != member.file_size:
        _refuse(f"{name!r} has two sizes")


class _Reader:
    """Reads files of a bundle, and stops where one or all of them are too large."""

    def __init__(self, members: _Members) -> None:
        self._members = members
        self._left = _LARGEST_BUNDLE
        self.names = frozenset(members.names())

    def read(self, name: str) -> bytes:
        if name not in self.names:
            _refuse(f"{name} is missing")
        size = self._members.size(name)
        if size > min(_LARGEST_FILE, self._left):
            _refuse(f"{name} is too large ({size} bytes)")
        content = self._members.content(name)
        if len(content) != size:
            _refuse(f"{name} is not as large as it says")
        self._left -= size
        return content


def _read(members: _Members) -> ReplayInput:
    reader = _Reader(members)
    try:
        manifest = _Manifest.model_validate_json(reader.read("bundle.json"))
    except ValueError as error:
        message = "bundle.json is not that of a bundle of version 1"
        raise InvalidInput(message) from error
    events = tuple(_events(reader, manifest))
    policies = dict(_policies(reader, pinned_digests(events)))
    return ReplayInput(manifest.incident, events, policies)


def _events(reader: _Reader, manifest: _Manifest) -> Iterator[JudgedEvent]:
    records = _records(reader.names, manifest.count)
    seen = set[str]()
    for number in range(manifest.count):
        name = records.get(number)
        judged = _withheld(reader, number) if name is None else _judged(reader, name, manifest)
        if judged.entry in seen:
            _refuse(f"record {judged.entry} is there twice")
        seen.add(judged.entry)
        yield judged


def _records(names: frozenset[str], count: int) -> dict[int, str]:
    records = dict[int, str]()
    for name in sorted(names):
        if not name.startswith("records/") or name == "records/":
            continue
        match = _RECORD.fullmatch(name)
        number = int(match[1]) if match else -1
        if not 0 <= number < count or number in records:
            _refuse(f"{name!r} is no record of a bundle of {count}")
        records[number] = name
    return records


def _judged(reader: _Reader, name: str, manifest: _Manifest) -> JudgedEvent:
    try:
        entry = entry_from_bytes(reader.read(name))
    except _UNREADABLE as error:
        message = f"{name} is no record that this release can read"
        raise InvalidInput(message) from error
    if entry.incident != manifest.incident:
        _refuse(f"{name} belongs to {entry.incident}, not to {manifest.incident}")
    return JudgedEvent(entry.id, entry.occurred_at, entry.event)


def _withheld(reader: _Reader, number: int) -> JudgedEvent:
    """A record that is not there; its leaf still says which one it is."""
    name = f"leaves/{number:06d}.json"
    if name not in reader.names:
        return JudgedEvent(f"record-{number:06d}", None, None)
    try:
        record = _IDENTIFIER.validate_python(json.loads(reader.read(name))["record"])
    except _UNREADABLE as error:
        message = f"{name} is no leaf"
        raise InvalidInput(message) from error
    return JudgedEvent(record, None, None)


def _policies(reader: _Reader, digests: frozenset[str]) -> Iterator[tuple[str, str]]:
    for digest in sorted(digests):
        name = f"artifacts/{digest.removeprefix('sha256:')}"
        if name not in reader.names:
            continue  # replay says of each judgement under it that the policy is not at hand
        content = reader.read(name)
        if f"sha256:{hashlib.sha256(content).hexdigest()}" != digest:
            _refuse(f"{name} holds other bytes than its name says")
        try:
            yield digest, content.decode()
        except UnicodeDecodeError as error:
            message = f"{name} is no policy"
            raise InvalidInput(message) from error


def _refuse(why: str) -> NoReturn:
    raise InvalidInput(why)
