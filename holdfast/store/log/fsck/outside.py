"""The file of checkpoints outside of the database, held against the checkpoints inside.

Only what the file held before the check's snapshot counts: every one of those checkpoints was
committed before it left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.domain.values import rfc3339
from holdfast.evidence.check_report import FindingCode
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.fsck.distrust import read_json
from holdfast.store.log.fsck.findings import Findings

__all__ = ["OutsideCheckpoints", "OutsideFile"]


@dataclass(frozen=True, slots=True)
class OutsideFile:
    """The file, and how many bytes of it count."""

    path: Path
    length: int

    @classmethod
    def as_of_now(cls, path: Path | None) -> OutsideFile | None:
        """Note how long the file is; call it before the snapshot. None if there is no file."""
        if path is None or not path.exists():
            return None
        return cls(path, path.stat().st_size)


@dataclass(frozen=True, slots=True)
class _Line:
    size: int
    made_at: str
    note: str


class OutsideCheckpoints:
    """Reads the file along with the checkpoints of the database, which come in order."""

    def __init__(self, file: OutsideFile | None, after: int, findings: Findings) -> None:
        """Compare what is beyond the size `after`."""
        self._findings = findings
        self._lines = iter(()) if file is None else self._read(file)
        self._next = next(self._lines, None)
        while self._next is not None and self._next.size <= after:
            self._next = next(self._lines, None)

    def compare(self, stored: StoredCheckpoint) -> None:
        """Hold the line of a stored checkpoint against it; lines before it have none."""
        self._missing_below(stored.size)
        if self._next is None or self._next.size != stored.size:
            return
        name = f"checkpoint {stored.size}"
        if self._next.note != stored.note:
            words = f"{name} left the database with another note than it has now"
            self._findings.add(FindingCode.CHECKPOINT_OUTSIDE, name, words)
        elif self._next.made_at != rfc3339(stored.made_at):
            words = f"{name} was made {self._next.made_at} by the file outside of the database"
            self._findings.add(FindingCode.CHECKPOINT_OUTSIDE, name, words)
        self._next = next(self._lines, None)

    def finish(self, end: int, size: int) -> None:
        """Tell what the file has up to `end` and the database has not, and what beyond its `size`.

        What lies in between was logged since the check began.
        """
        self._missing_below(end + 1)
        last = None
        while self._next is not None:
            last, self._next = self._next, next(self._lines, None)
        if last is not None and last.size > size:
            name = f"checkpoint {last.size}"
            words = (
                f"{name} left the database, which has {size} leaves now: it was restored from an "
                f"older state, or the log was cut off"
            )
            self._findings.add(FindingCode.LOG_ROLLED_BACK, name, words)

    def _missing_below(self, size: int) -> None:
        while self._next is not None and self._next.size < size:
            name = f"checkpoint {self._next.size}"
            words = f"{name} left the database, and is not in it any more"
            self._findings.add(FindingCode.CHECKPOINT_REMOVED, name, words)
            self._next = next(self._lines, None)

    def _read(self, file: OutsideFile) -> Iterator[_Line]:
        last = 0
        for number, content in enumerate(_whole_lines(file), 1):
            line = _parsed(content)
            if line is None or line.size <= last:
                words = f"line {number} of {file.path} is no checkpoint, or not in order"
                self._findings.add(FindingCode.CHECKPOINT_FILE, f"line {number}", words)
            else:
                last = line.size
                yield line


def _whole_lines(file: OutsideFile) -> Iterator[bytes]:
    left = file.length
    with file.path.open("rb") as opened:
        for line in opened:
            left -= len(line)
            # A line that is not finished yet belongs to a checkpoint that is being written.
            if left < 0 or not line.endswith(b"\n"):
                return
            yield line


def _parsed(content: bytes) -> _Line | None:
    try:
        line = read_json(content)
        return _Line(int(line["size"]), str(line["made_at"]), str(line["note"]))
    except (ValueError, KeyError, TypeError):
        return None
