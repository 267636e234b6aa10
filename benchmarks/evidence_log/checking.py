"""How fast the log is checked: the hashing alone, and the whole of `holdfast fsck`."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import psutil

from benchmarks.evidence_log.database import record_rows
from holdfast.evidence.log.leaf import Leaf
from holdfast.settings import Settings, environment_of
from holdfast.store.log.fsck.recomputation import Recomputation
from holdfast.store.log.fsck.rows import Row

__all__ = ["Checked", "measure_fsck", "measure_hashing"]

_AT = "2026-03-04T09:30:00.000000Z"
_BLOCK = 2_048
_RECORDS = 200_000
_ROUNDS = 5
_LOOK_EVERY = 0.2


def measure_hashing() -> float:
    """Return records per second of one core, from records to the root; the best of some rounds."""
    rows = list(_rows())
    best = 0.0
    for _ in range(_ROUNDS):
        work = Recomputation()
        started = time.process_time()
        for first in range(0, len(rows), _BLOCK):
            work.add(rows[first : first + _BLOCK], _AT)
            if work.suspects:
                message = "the rows that were made for this are not as a log's are"
                raise RuntimeError(message)
            work.seal()
        best = max(best, len(rows) / (time.process_time() - started))
    return best


def _rows() -> Iterator[Row]:
    heads: dict[str, tuple[int, str | None]] = {}
    for index, row in enumerate(record_rows(_RECORDS)):
        entry_id, incident, writer, number, kind, occurred, body = row
        seq, previous = heads.get(incident, (0, None))
        digest = hashlib.sha256(body).digest()
        leaf = Leaf(index, _AT, incident, seq, previous, entry_id, digest.hex())
        heads[incident] = (seq + 1, leaf.hash.hex())
        stored = (index, entry_id, incident, seq, leaf.content, leaf.hash)
        yield Row(*stored, body, digest, index, occurred, writer, number, kind, occurred, incident)


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole check: its seconds, and the most memory that it had, MiB."""

    seconds: float
    memory: float


def measure_fsck(settings: Settings) -> Checked:
    """Run the command as an operator does."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "holdfast.cli.main", "fsck"],
        env={**os.environ, **environment_of(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    # Looked at while it runs: what the kernel remembers of a child begins with its parent's memory.
    peak = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            peak = max(peak, watched.memory_info().rss)
            time.sleep(_LOOK_EVERY)
    if process.wait():
        message = f"fsck ended with {process.returncode}"
        raise RuntimeError(message)
    return Checked(time.monotonic() - started, peak / 2**20)
