"""The append-only file of checkpoints: the first place outside of the database that has each.

One JSON object a line: `size`, `made_at`, `note`. Written and forced to disk right after the batch
is committed; a process that dies in between leaves a gap that the next one fills from the database.
Put the file, or a copy that follows it, where administrators of the database cannot write.

Two sequencers on one host may reach for it at the same time, when the lead passes from one to the
other: each looks, under a lock, at how far it is before it appends.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypedDict

import asyncpg

from holdfast.domain.values import rfc3339
from holdfast.errors import LogContradiction
from holdfast.store.log.checkpoints import StoredCheckpoint

__all__ = ["CheckpointFile", "CheckpointLine", "read_checkpoint_file"]

_MISSED = """
    SELECT size, root, note, made_at FROM evidence.checkpoint WHERE size > $1 ORDER BY size
"""
_STORED = "SELECT note FROM evidence.checkpoint WHERE size = $1"
_LONGEST_LINE = 64 * 1024
"""Bytes; a line with the signatures of a hundred keys is shorter."""


class CheckpointLine(TypedDict):
    """A line of the file."""

    size: int
    made_at: str
    note: str


class CheckpointFile:
    """Takes checkpoints, each once, in order."""

    def __init__(self, path: Path) -> None:
        """Append to that file."""
        self._path = path

    async def catch_up(self, connection: asyncpg.Connection) -> None:
        """Append what the database has and the file has not.

        Raises:
            LogContradiction: the file has a checkpoint that the database has not, or has otherwise:
                the database was rolled back, or was tampered with.
        """
        last = await asyncio.to_thread(self._last)
        if last is not None and await connection.fetchval(_STORED, last["size"]) != last["note"]:
            message = (
                f"{self._path} has a checkpoint of size {last['size']} that the database does not: "
                f"the database was restored from an older state, or changed; run `holdfast fsck`"
            )
            raise LogContradiction(message, size=last["size"])
        for row in await connection.fetch(_MISSED, -1 if last is None else last["size"]):
            await self.take(StoredCheckpoint(*row))

    async def take(self, checkpoint: StoredCheckpoint) -> None:
        """Append a checkpoint unless it is there, and force it to disk.

        Raises:
            LogContradiction: the file has another one of that size.
        """
        await asyncio.to_thread(self._append, checkpoint)

    def _append(self, checkpoint: StoredCheckpoint) -> None:
        with self._locked() as file:
            last = _mended_end(file, self._path)
            if last is None or last["size"] < checkpoint.size:
                file.write(_line(checkpoint))
                file.flush()
                os.fsync(file.fileno())
            elif last["size"] == checkpoint.size and last["note"] != checkpoint.note:
                message = (
                    f"{self._path} has another checkpoint of size {checkpoint.size}: "
                    f"two logs use it, or the database was changed; run `holdfast fsck`"
                )
                raise LogContradiction(message, size=checkpoint.size)

    def _last(self) -> CheckpointLine | None:
        with self._locked() as file:
            return _mended_end(file, self._path)

    @contextlib.contextmanager
    def _locked(self) -> Iterator[BinaryIO]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def _mended_end(file: BinaryIO, path: Path) -> CheckpointLine | None:
    """Cut off a line that a crash left unfinished, and return the one before it."""
    start = max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE)
    file.seek(start)
    end = file.read()
    whole = end[: end.rfind(b"\n") + 1]
    if len(whole) < len(end):
        file.truncate(start + len(whole))
    return _parsed(whole.splitlines()[-1], path) if whole else None


def _line(checkpoint: StoredCheckpoint) -> bytes:
    line = CheckpointLine(
        size=checkpoint.size, made_at=rfc3339(checkpoint.made_at), note=checkpoint.note
    )
    return f"{json.dumps(line, ensure_ascii=False)}\n".encode()


def read_checkpoint_file(path: Path) -> Iterator[CheckpointLine]:
    """Read the lines of such a file.

    A last line without its end is being written, or was cut off by a crash: it is none yet.

    Raises:
        LogContradiction: a line is none of ours.
    """
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield _parsed(line, path)


def _parsed(line: bytes, path: Path) -> CheckpointLine:
    try:
        entry = json.loads(line)
        return CheckpointLine(
            size=int(entry["size"]), made_at=str(entry["made_at"]), note=str(entry["note"])
        )
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} has a line that is no checkpoint: restore the file"
        raise LogContradiction(message, path=str(path)) from error
