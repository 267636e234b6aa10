"""Keys of the log changed under a sequencer that runs: none signs before it is vouched for."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from holdfast.errors import Conflict, InvalidInput, NotFound, Unavailable
from holdfast.evidence.log.checkpoint import open_checkpoint
from holdfast.evidence.log.note import VerifierKey, open_note
from holdfast.evidence.log.succession import names_successor
from holdfast.evidence.log_keys import LogKeys
from holdfast.sequencer.key_rotation import list_keys, retire, rotate
from holdfast.sequencer.rounds import Rounds
from holdfast.settings import Settings, environment_of
from holdfast.store.log.checkpoints import StoredCheckpoint
from holdfast.store.log.publication import await_published
from tests.growing_log import GrowingLog, record, sequencing

_SOON = timedelta(seconds=10)
_AT_ONCE = timedelta(0)


@pytest_asyncio.fixture
async def rounds(log: GrowingLog, installation: Settings) -> AsyncIterator[Rounds]:
    """A sequencer that runs."""
    del log
    async with sequencing(installation) as rounds:
        yield rounds


async def _published(log: GrowingLog) -> StoredCheckpoint:
    """The checkpoint of a record that is made now."""
    entry = await record(log.application)
    return (await await_published(log.application, entry, _SOON)).checkpoint


def _signed_by(note: str, key: str) -> bool:
    return bool(open_note(note, [VerifierKey.parse(key)]).by)


async def _records(log: GrowingLog, kind: str) -> list[dict[str, str]]:
    statement = text("SELECT body FROM evidence.record WHERE kind = :kind ORDER BY position")
    async with log.application.connect() as connection:
        rows = await connection.execute(statement, {"kind": kind})
        return [json.loads(bytes(row.body))["payload"] for row in rows]


async def test_a_new_key_signs_after_the_old_one_has_vouched_for_it(
    log: GrowingLog, rounds: Rounds
) -> None:
    """The record is published under the old key only; from then on both sign."""
    del rounds
    (old,) = log.known
    before = await _published(log)

    rotated = await rotate(log.application, log.keys, "two years old", _SOON)
    after = await _published(log)

    assert rotated.rotation is not None
    vouching = (await await_published(log.application, rotated.rotation, _SOON)).checkpoint
    assert not _signed_by(before.note, rotated.vkey)
    assert not _signed_by(vouching.note, rotated.vkey)
    assert rotated.from_size >= vouching.size > before.size
    for known in (old, VerifierKey.parse(rotated.vkey)):
        assert open_checkpoint(after.note, [known]).size == after.size

    payload = (await _records(log, "log_key.rotated"))[-1]
    assert (payload["old_key"], payload["new_key"]) == (old.vkey, rotated.vkey)
    assert payload["reason"] == "two years old"
    assert names_successor(payload["vouched"], old, VerifierKey.parse(rotated.vkey))


async def test_a_retired_key_signs_no_longer_once_the_log_says_so(
    log: GrowingLog, rounds: Rounds
) -> None:
    """What says so is still signed by it."""
    del rounds
    old, new = log.known
    with pytest.raises(NotFound):
        await retire(log.application, log.keys, "00000000", "no such key", _SOON)

    assert await retire(log.application, log.keys, old.key_id.hex(), "replaced", _SOON) == old

    standings = {each.vkey: each for each in await list_keys(log.application, log.keys)}
    assert (standings[new.vkey].retirement, standings[new.vkey].is_here) == (None, True)
    assert not standings[old.vkey].is_here
    retirement = standings[old.vkey].retirement
    assert retirement is not None
    saying = (await await_published(log.application, retirement, _SOON)).checkpoint
    assert _signed_by(saying.note, old.vkey)
    async with asyncio.timeout(_SOON.total_seconds()):
        while _signed_by((await _published(log)).note, old.vkey):
            pass
    assert _signed_by((await _published(log)).note, new.vkey)


async def test_the_only_key_is_not_retired_and_nothing_says_it_was(
    log: GrowingLog, rounds: Rounds
) -> None:
    """The log could not go on."""
    del rounds
    (only,) = log.known
    before = await _records(log, "log_key.retired")
    with pytest.raises(Conflict, match="rotate first"):
        await retire(log.application, log.keys, only.vkey, "a mistake", _SOON)
    assert await _records(log, "log_key.retired") == before


async def test_a_rotation_that_broke_off_goes_on_with_the_same_key(
    log: GrowingLog, installation: Settings
) -> None:
    """Its record is written once, whoever died in between."""
    before = len(await _records(log, "log_key.rotated"))
    for _ in range(2):
        with pytest.raises(Unavailable, match="is the sequencer running"):
            await rotate(log.application, log.keys, "broke off", _AT_ONCE)
    assert len(log.known) == 1
    waiting = (await list_keys(log.application, log.keys))[-1]
    assert (waiting.from_size, waiting.is_here) == (None, False)

    async with sequencing(installation):
        rotated = await rotate(log.application, log.keys, "and again", _SOON)

    assert rotated.vkey == waiting.vkey
    records = await _records(log, "log_key.rotated")
    assert [each["reason"] for each in records[before:]] == ["broke off"]


async def test_a_key_that_no_sequencer_took_up_is_waited_for_and_not_replaced(
    log: GrowingLog, installation: Settings, tmp_path: Path
) -> None:
    """It runs with a copy of the folder, where the new key is not."""
    copy = installation.model_copy(update={"state_folder": tmp_path})
    shutil.copytree(installation.log_keys_folder, copy.log_keys_folder)
    before, records = log.known, len(await _records(log, "log_key.rotated"))
    async with sequencing(copy):
        refused = "is the sequencer running"
        while "is the sequencer running" in refused:
            with pytest.raises(Unavailable) as slow:
                await rotate(log.application, log.keys, "to a copy", timedelta(seconds=0.5))
            refused = slow.value.message
        assert "with this folder" in refused
    (placed,) = set(log.known) - set(before)

    # Asked before there is a sequencer that could take it up meanwhile: then it would be a new one.
    with pytest.raises(Unavailable):
        await rotate(log.application, log.keys, "again", timedelta(seconds=0.5))
    assert set(log.known) - set(before) == {placed}
    again = asyncio.create_task(rotate(log.application, log.keys, "again", _SOON))
    await asyncio.sleep(0.2)
    async with sequencing(installation):
        rotated = await again
    assert rotated.vkey == placed.vkey
    assert len(await _records(log, "log_key.rotated")) == records + 1


async def test_a_retirement_that_broke_off_goes_on(log: GrowingLog, installation: Settings) -> None:
    """Without a sequencer, the file stays where it was; the list says what to do."""
    known = log.known
    with pytest.raises(Unavailable, match="is the sequencer running"):
        await retire(log.application, log.keys, known[0].vkey, "too early", _AT_ONCE)
    assert log.known == known
    (standing,) = (
        each for each in await list_keys(log.application, log.keys) if each.vkey == known[0].vkey
    )
    assert (standing.retirement is not None, standing.is_here) == (True, True)

    async with sequencing(installation):
        await retire(log.application, log.keys, known[0].vkey, "and again", _SOON)
    assert log.known == known[1:]
    reasons = [each["reason"] for each in await _records(log, "log_key.retired")]
    assert reasons[-1] == "too early"


async def test_keys_are_changed_where_the_sequencer_has_them(
    log: GrowingLog, rounds: Rounds, installation: Settings
) -> None:
    """In another folder than the sequencer's, the next key would never sign."""
    del rounds
    elsewhere = LogKeys(installation.state_folder / "elsewhere", installation.log_origin)
    elsewhere.create_first()
    with pytest.raises(Conflict, match="run this where it runs"):
        await rotate(log.application, elsewhere, "on another host", _SOON)
    assert len(elsewhere.signers()) == 1


@pytest.mark.parametrize("reason", ["", "two\nlines", "x" * 201])
async def test_a_reason_is_one_line(log: GrowingLog, reason: str) -> None:
    """It is shown in lists."""
    with pytest.raises(InvalidInput, match="one line"):
        await rotate(log.application, log.keys, reason, _AT_ONCE)


async def test_the_command_lists_rotates_and_retires(
    log: GrowingLog, rounds: Rounds, installation: Settings
) -> None:
    """As an operator does it."""
    del rounds
    before = log.known
    listed = await _holdfast(installation, "log-key", "list")
    assert all(f"{key.vkey}\n    key id {key.key_id.hex()}; signs" in listed for key in before)
    assert "; retired by log-key/" in listed

    rotated = await _holdfast(installation, "log-key", "rotate", "--reason", "by hand")
    new = next(key for key in log.known if key not in before)
    assert f"{new.vkey}\n    signs from size " in rotated

    retired = await _holdfast(installation, "log-key", "retire", before[0].vkey, "--reason", "old")
    assert retired.startswith(f"{before[0].vkey}\n    signs no longer")


async def test_the_command_says_what_to_do_without_a_sequencer(
    log: GrowingLog, installation: Settings
) -> None:
    """Start it, and give the same command again."""
    del log
    arguments = ("log-key", "rotate", "--reason", "no sequencer", "--wait", "0")
    said = await _holdfast(installation, *arguments, code=3)
    assert "holdfast sequencer" in said
    assert "same command again" in said


async def _holdfast(settings: Settings, *arguments: str, code: int = 0) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "holdfast.cli.main", *arguments),
        env={**os.environ, **environment_of(settings)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    assert process.returncode == code, output.decode()
    return output.decode()
