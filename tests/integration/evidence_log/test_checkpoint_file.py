"""The file of checkpoints outside of the database: whole, in order, and never behind for long."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import asyncpg
import pytest

from holdfast.errors import LogContradiction
from holdfast.sequencer.checkpoint_file import CheckpointFile, read_checkpoint_file
from holdfast.store.log.checkpoints import StoredCheckpoint
from tests.fresh_log import FreshLog


async def grow(log: FreshLog, *, by: int) -> list[StoredCheckpoint]:
    """Let the log grow by some checkpoints."""
    made = []
    for _ in range(by):
        await log.write("INC-1", len(await log.logged()))
        batch = await log.sequence()
        assert batch is not None
        made.append(batch.checkpoint)
    return made


def sizes(path: Path) -> list[int]:
    """The sizes in the file, line by line."""
    return [line["size"] for line in read_checkpoint_file(path)]


def content(path: Path) -> bytes:
    """What is in the file."""
    return path.read_bytes()


def put(path: Path, content: bytes) -> None:
    """Write the file as a crash or a stranger leaves it."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the file is; its folder is not there yet."""
    return tmp_path / "state" / "checkpoints.jsonl"


async def test_a_gap_is_filled_from_the_database(
    log: FreshLog, sequencer: asyncpg.Connection, path: Path
) -> None:
    """As a process that died between commit and file leaves one; from nothing at all as well."""
    file = CheckpointFile(path)
    await file.catch_up(sequencer)
    assert sizes(path) == []
    made = await grow(log, by=3)
    await file.take(made[0])
    await file.catch_up(sequencer)
    assert sizes(path) == [1, 2, 3]
    assert [line["note"] for line in read_checkpoint_file(path)] == [each.note for each in made]


async def test_a_checkpoint_stands_once_however_often_it_is_taken(
    log: FreshLog, sequencer: asyncpg.Connection, path: Path
) -> None:
    """One that leads and one that still believes so take the same, at the same time."""
    made = await grow(log, by=5)
    old, new = CheckpointFile(path), CheckpointFile(path)
    await asyncio.gather(
        new.catch_up(sequencer), *(old.take(each) for each in made), *map(new.take, made)
    )
    assert sizes(path) == sorted(set(sizes(path)))
    await new.catch_up(sequencer)
    await old.take(made[1])
    assert sizes(path)[-1] == 5
    assert len(sizes(path)) == len(set(sizes(path)))


async def test_a_line_that_a_crash_cut_off_is_written_anew(
    log: FreshLog, sequencer: asyncpg.Connection, path: Path
) -> None:
    """At whichever byte it was cut; a reader does not take it for a line meanwhile."""
    file = CheckpointFile(path)
    made = await grow(log, by=2)
    await file.catch_up(sequencer)
    whole = content(path)
    second = whole.index(b"\n") + 1
    for cut in (second, second + 1, len(whole) - 20, len(whole) - 1):
        put(path, whole[:cut])
        assert sizes(path) == [1]
        await file.catch_up(sequencer)
        assert content(path) == whole
        put(path, whole[:cut])
        await file.take(made[1])
        assert content(path) == whole


async def test_a_long_file_is_read_at_its_end_only(
    log: FreshLog, sequencer: asyncpg.Connection, path: Path
) -> None:
    """Years of checkpoints do not slow a start."""
    file = CheckpointFile(path)
    await grow(log, by=2)
    await file.catch_up(sequencer)
    lines = content(path)
    put(path, b"what stood here long ago\n" * 10_000 + lines)
    await grow(log, by=1)
    await file.catch_up(sequencer)
    assert content(path).startswith(b"what stood here long ago\n" * 10_000 + lines)
    assert json.loads(content(path).splitlines()[-1])["size"] == 3


@pytest.mark.parametrize("change", ["DELETE FROM", "UPDATE"], ids=["rolled back", "rewritten"])
async def test_a_database_that_has_lost_a_checkpoint_is_fatal(
    log: FreshLog, sequencer: asyncpg.Connection, path: Path, change: str
) -> None:
    """Restored from an older state, or changed: the log must not grow on top of that."""
    file = CheckpointFile(path)
    await grow(log, by=2)
    await file.catch_up(sequencer)
    rest = "" if change == "DELETE FROM" else " SET note = 'forged'"
    async with log.connected(log.urls.migration) as superuser:
        await superuser.execute("ALTER TABLE evidence.checkpoint DISABLE TRIGGER ALL")
        await superuser.execute(f"{change} evidence.checkpoint{rest} WHERE size = 2")
    with pytest.raises(LogContradiction, match="run `holdfast fsck`"):
        await file.catch_up(sequencer)
    assert sizes(path) == [1, 2]


async def test_another_checkpoint_of_the_same_size_is_fatal(log: FreshLog, path: Path) -> None:
    """Two logs must not share a file."""
    made = await grow(log, by=1)
    file = CheckpointFile(path)
    await file.take(made[0])
    other = StoredCheckpoint(1, made[0].root, "another note", made[0].made_at)
    with pytest.raises(LogContradiction, match="two logs use it"):
        await file.take(other)


@pytest.mark.parametrize("line", ["{}", "garbage", "[]", '{"size": "x", "made_at": 1, "note": 2}'])
async def test_a_file_that_is_none_of_ours_is_fatal(
    sequencer: asyncpg.Connection, path: Path, line: str
) -> None:
    """Nothing is written on top of it."""
    put(path, f"{line}\n".encode())
    with pytest.raises(LogContradiction, match="restore the file"):
        await CheckpointFile(path).catch_up(sequencer)
    with pytest.raises(LogContradiction, match="restore the file"):
        list(read_checkpoint_file(path))
    assert content(path) == f"{line}\n".encode()
