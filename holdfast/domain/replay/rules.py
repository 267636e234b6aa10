"""How judgements of one kind are made again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from holdfast.domain.replay.course import Course
from holdfast.domain.replay.shelf import Shelf
from holdfast.domain.replay.verdicts import KnownEntry
from holdfast.domain.values import JsonObject

__all__ = ["Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """How judgements of one kind are made again.

    `judge` returns the payload that the rules give, or raises `NotReplayable` or `Contradicted`.
    `compared` says in words what is judged again. `stated` are members of the payload that people
    stated: they are inputs, and come out as they went in.
    """

    judge: Callable[[Course, Shelf, KnownEntry], JsonObject]
    compared: str
    stated: frozenset[str] = frozenset()
