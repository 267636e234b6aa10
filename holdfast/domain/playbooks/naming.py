"""How plays, their steps and the clocks of these are called."""

from __future__ import annotations

import re

__all__ = ["STEP_CLOCKS", "play_id", "play_of_clock", "step_clock"]

STEP_CLOCKS = "play-"
"""What the ids of the clocks of steps begin with."""

_CLOCK = re.compile(rf"{STEP_CLOCKS}([1-9][0-9]*):([a-z0-9_-]+)-([1-9][0-9]*)")


def play_id(incident_id: str, number: int) -> str:
    """The id under which entries speak of a play; that of a step begins with it."""
    return f"{incident_id}/play-{number}"


def step_clock(play: int, step: str, attempt: int) -> str:
    """The id of the clock of an attempt."""
    return f"{STEP_CLOCKS}{play}:{step}-{attempt}"


def play_of_clock(clock_id: str) -> tuple[int, str, int] | None:
    """The play, the step and the attempt of a clock; None for clocks of anything else."""
    found = _CLOCK.fullmatch(clock_id)
    return (int(found[1]), found[2], int(found[3])) if found else None
