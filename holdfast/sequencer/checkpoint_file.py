"""The append-only file of checkpoints: the first place outside of the database that has each.

One JSON object a line: `size`, `made_at`, `note`. Written and forced to disk right after the batch
is committed; a process that dies in between leaves a gap that the next one fills from the database.
Put the file, or a copy that follows it, where administrators of the database cannot write.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import asyncpg

from holdfast.domain.values import rfc3339
from holdfast.errors import LogContradiction
from holdfast.store.log.checkpoints import StoredCheckpoint

__all__ = ["CheckpointFile", "read_checkpoint_file"]

_MISSED = """
    SELECT size, root, note, made_at FROM evidence.checkpoint WHERE size > $1 ORDER BY size
"""
_STORED = "SELECT note FROM evidence.checkpoint WHERE size = $1"


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
        last = await asyncio.to_thread(self._mend)
        if last is not None and await connection.fetchval(_STORED, last["size"]) != last["note"]:
            message = (
                f"{self._path} has a checkpoint of size {last['size']} that the database does not: "
                f"the database was restored from an older state, or changed; run `holdfast fsck`"
            )
            raise LogContradiction(message, size=last["size"])
        missed = await connection.fetch(_MISSED, last["size"] if last else -1)
        for row in missed:
            await self.take(StoredCheckpoint(*row))

    async def take(self, checkpoint: StoredCheckpoint) -> None:
        """Append a checkpoint, and force it to disk."""
        line = json.dumps(
            {
                "size": checkpoint.size,
                "made_at": rfc3339(checkpoint.made_at),
                "note": checkpoint.note,
            },
            ensure_ascii=False,
        )
        await asyncio.to_thread(self._append, f"{line}\n")

    def _append(self, line: str) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def _mend(self) -> dict[str, object] | None:
        """Cut off a line that a crash left unfinished, and return the last one."""
        if not self._path.exists():
            return None
        content = self._path.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(self._path, len(whole))
        last: dict[str, object] | None = None
        for last in read_checkpoint_file(self._path):  # noqa: B007 - the last is wanted
            pass
        return last


def read_checkpoint_file(path: Path) -> Iterator[dict[str, object]]:
    """Read the lines of such a file: `size`, `made_at`, `note` each.

    Raises:
        LogContradiction: a line is none of ours.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                entry = json.loads(line)
                yield {
                    "size": int(entry["size"]),
                    "made_at": entry["made_at"],
                    "note": entry["note"],
                }
            except (ValueError, KeyError, TypeError) as error:
                message = f"line {number} of {path} is no checkpoint: restore the file"
                raise LogContradiction(message, path=str(path)) from error
