"""The tampering game: whatever single change a superuser makes, a check finds and names it."""

from __future__ import annotations

from random import Random

import pytest

from tests.tampering.columns import MOVES
from tests.tampering.facts import missing_names
from tests.tampering.victim import Victim

_OF_EACH_KIND = 12
_AT_LENGTH = 10_000


async def _play(victim: Victim, rounds: int, seed: int) -> None:
    for number in range(rounds):
        move = MOVES[number % len(MOVES)]
        tampering = move(Random(f"{seed}-{number}"), victim.facts)  # noqa: S311 - a game
        report = await victim.check_after(tampering)
        unnamed = missing_names(report, tampering.named)
        assert not unnamed, f"round {number}, {move.__name__}: {tampering.statements}"


async def test_every_single_change_is_found_and_named(victim: Victim) -> None:
    """The record, the leaf, the tile, the checkpoint: whatever was changed, by its name."""
    await _play(victim, _OF_EACH_KIND * len(MOVES), seed=1)


@pytest.mark.lengthy
async def test_every_single_change_is_found_and_named_at_length(victim: Victim) -> None:
    """The same, ten thousand times: `make tampering`."""
    await _play(victim, _AT_LENGTH, seed=2)


async def test_nothing_is_found_where_nothing_was_changed(victim: Victim) -> None:
    """After all that was taken back, and without the guards, the log is as it was."""
    async with victim.taken_back():
        report = await victim.check(outside=True)
    assert report.findings == ()
    assert report.sound
