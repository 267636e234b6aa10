"""`holdfast fsck` as an operator runs it: plain words, exit codes, and going on after a break."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from holdfast.settings import Settings, environment_of
from holdfast.store.log.fsck import check_slice
from tests.tampering.victim import Victim

_KIND = "UPDATE evidence.record SET kind = $2 WHERE entry_id = $1"


@dataclass(frozen=True, slots=True)
class _Ended:
    code: int
    output: str
    errors: str


async def _fsck(settings: Settings, *options: str) -> _Ended:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "holdfast.cli.main", "fsck", *options),
        env={**os.environ, **environment_of(settings)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return _Ended(process.returncode or 0, output.decode(), errors.decode())


def _state_file(victim: Victim) -> Path:
    return victim.log.settings.state_folder / "fsck.json"


async def test_a_sound_log_ends_with_zero(victim: Victim) -> None:
    """In one line: the range, the root, and how many records wait."""
    ended = await _fsck(victim.log.settings)
    leaves, waiting = len(victim.facts.leaves), len(victim.facts.pending)
    assert (ended.code, ended.errors) == (0, "")
    assert f"everything holds: leaves 0 to {leaves} of {leaves}" in ended.output
    assert f"{waiting} record(s) wait" in ended.output
    assert not _state_file(victim).exists()


async def test_a_tampered_log_ends_with_one_and_names_the_record(victim: Victim) -> None:
    """In words on the terminal, and as JSON for programs."""
    leaf = victim.facts.readable[50]
    await victim.driver.execute(_KIND, leaf.entry_id, "incident.forged")
    try:
        ended = await _fsck(victim.log.settings)
        machine = await _fsck(victim.log.settings, "--json", "--from", str(leaf.index))
        elsewhere = await _fsck(victim.log.settings, "--to", "1")
    finally:
        await victim.driver.execute(_KIND, leaf.entry_id, leaf.kind)
    assert ended.code == machine.code == 1
    assert f"record {leaf.entry_id} (leaf {leaf.index}) itself says another kind" in ended.output
    report = json.loads(machine.output)
    assert report["count"] == 1
    assert report["findings"][0]["code"] == "record_columns"
    assert report["findings"][0]["record"] == leaf.entry_id
    assert elsewhere.code == 0


async def test_an_interrupted_check_goes_on(victim: Victim) -> None:
    """Where it was, over the range that it had; then its file is gone."""
    half = await check_slice(victim.log.engine, victim.log.known, start=None, leaves=100)
    content = {"log": victim.log.settings.log_origin, "progress": half.model_dump(mode="json")}
    _state_file(victim).write_text(json.dumps(content))
    ended = await _fsck(victim.log.settings, "--resume", "--json")
    assert ended.code == 0
    assert json.loads(ended.output)["end"] == len(victim.facts.leaves)
    assert not _state_file(victim).exists()


async def test_nothing_to_resume_is_a_check_from_the_beginning(victim: Victim) -> None:
    """Whoever always says --resume never leaves anything out."""
    ended = await _fsck(victim.log.settings, "--resume", "--json")
    assert json.loads(ended.output)["first"] == 0


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("{", ["--resume"], "cannot be read"),
        ('{"log": "other.example/log"}', ["--resume"], "other.example/log"),
        (None, ["--resume", "--from", "3"], "leave out --from"),
        (None, ["--from", "1000000"], "give a range"),
    ],
    ids=["damaged", "of another log", "with a range", "beyond the end"],
)
async def test_what_cannot_be_checked_ends_with_two(
    victim: Victim, content: str | None, options: list[str], said: str
) -> None:
    """And one sentence."""
    if content is not None:
        _state_file(victim).write_text(content)
    ended = await _fsck(victim.log.settings, *options)
    _state_file(victim).unlink(missing_ok=True)
    assert (ended.code, ended.output) == (2, "")
    assert said in ended.errors
    assert len(ended.errors.splitlines()) == 1


async def test_a_database_that_is_away_ends_with_three(victim: Victim) -> None:
    """The check may succeed later."""
    away = victim.log.settings.model_copy(
        update={"database_url": "postgresql://holdfast_app@/holdfast?host=/nowhere"}
    )
    ended = await _fsck(away)
    assert ended.code == 3
    assert "does not answer" in ended.errors
