"""One thing that may turn the answer: which facts would be what, and what that does."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from holdfast.dora.tally import Criterion, Move

__all__ = ["Change", "Development", "Ground", "Question", "bits"]

Change: TypeAlias = tuple[tuple[str, object], ...]
"""Facts by path, each with the value that it would have."""


class Development(NamedTuple):
    """Something that would make criteria hold; sorted by nearness, then by the law's order."""

    distance: float
    """How far it is to go, as a share of the way to the limit; 1 for what is or is not."""
    place: int
    service: str
    said: tuple[object, ...]
    """A template and what goes into it: only few are read, so that words are made on demand."""
    makes: int
    """The criteria that it makes hold, a bit each."""
    change: Change
    is_open: bool
    """It changes no fact that is known: it may already be so."""
    plural: bool = False
    weight: int = 1
    """Of how many separate facts it speaks, so that the simplest combination comes first."""

    @property
    def words(self) -> str:
        """It as a phrase."""
        template, *values = self.said
        return str(template).format(*values)


class Question(NamedTuple):
    """Something not known yet, and what follows if the condition holds, and if it does not."""

    place: int
    service: str
    subject: str
    """What to find out: `the downtime of x`, or `whether …` where no condition is given."""
    condition: str | None
    if_met: tuple[Move, ...]
    unless_met: tuple[Move, ...]
    change_met: Change
    change_unmet: Change


class Ground(NamedTuple):
    """A known fact on which the answer may rest, and what follows if it proved wrong."""

    distance: float
    place: int
    service: str
    words: str
    moves: tuple[Move, ...]
    change: Change


def bits(*criteria: Criterion) -> int:
    """These criteria as a set, a bit each."""
    return sum(1 << criterion for criterion in set(criteria))
