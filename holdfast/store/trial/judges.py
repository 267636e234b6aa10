"""Who judges: a thread beside the event loop, or for many incidents a process on every core.

Judging is pure: it needs nothing but the entries and the policies that it is handed.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from holdfast.domain.policies import PinnedPolicy
from holdfast.domain.trial.candidates import candidate_from
from holdfast.domain.trial.report import TrialReport
from holdfast.domain.trial.rules import Shelf
from holdfast.domain.trial.trial import Trial
from holdfast.store.trial.past_stream import Chain

__all__ = ["Judges", "Slice", "judges"]

_WORTH_PROCESSES = 2_000
"""Incidents below which processes would take longer to begin than to be of use."""

_MOST_PROCESSES = 4


@dataclass(frozen=True, slots=True)
class Slice:
    """Incidents to judge, the policies that they need by digest, and how many may be listed."""

    incidents: list[Chain]
    contents: dict[str, str | None]
    most_listed: int


class _Judge:
    """Tries one candidate on one slice after the other; a policy is read once."""

    def __init__(self, candidate: PinnedPolicy, as_of: datetime) -> None:
        self._candidate = candidate_from(candidate)
        self._as_of = as_of
        self._contents: dict[str, str | None] = {}
        self._shelf = Shelf(self._contents)

    def judge(self, given: Slice) -> TrialReport:
        self._contents.update(given.contents)
        trial = Trial(self._candidate, self._shelf, self._as_of, given.most_listed)
        trial.take(incident.past() for incident in given.incidents)
        return trial.report()


Judging: TypeAlias = Callable[[Slice], TrialReport]


@dataclass(frozen=True, slots=True)
class Judges:
    """Judges at work: `abreast` slices at a time."""

    abreast: int
    _executor: Executor
    _judge: Judging

    def judge(self, given: Slice) -> Awaitable[TrialReport]:
        """Have a slice judged; reports come in any order."""
        return asyncio.get_running_loop().run_in_executor(self._executor, self._judge, given)


@contextlib.asynccontextmanager
async def judges(candidate: PinnedPolicy, as_of: datetime, incidents: int) -> AsyncIterator[Judges]:
    """Call as many judges as so many incidents are worth, and send them home at the end."""
    processes = min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)
    many = incidents >= _WORTH_PROCESSES and processes > 1
    executor = _processes(candidate, as_of, processes) if many else ThreadPoolExecutor(1)
    judge = _judge_here if many else _Judge(candidate, as_of).judge
    try:
        yield Judges(processes if many else 1, executor, judge)
    finally:
        await asyncio.to_thread(executor.shutdown, wait=True, cancel_futures=True)


def _processes(candidate: PinnedPolicy, as_of: datetime, number: int) -> ProcessPoolExecutor:
    # Not forked: this process has threads, whose locks a fork would copy as they happen to stand.
    return ProcessPoolExecutor(
        number,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(candidate, as_of),
    )


_HERE = list[_Judge]()
"""The judge of this process, where it was made for judging."""


def _begin(candidate: PinnedPolicy, as_of: datetime) -> None:
    # Whoever stops the trial stops the process that began it, which sends the judges home.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HERE.append(_Judge(candidate, as_of))


def _judge_here(given: Slice) -> TrialReport:
    return _HERE[0].judge(given)
