"""One process that starts the parts in order, keeps them running, and stops them in reverse.

A part that dies is reported and started again, ever more slowly but for ever. One supervisor has a
state folder at a time (a lock that the kernel releases with its process); what a killed one left
running is ended before anything starts. Nothing here is state: killing it loses nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.errors import StackError
from holdfast.stack.processes import (
    Launch,
    describe_exit,
    log_path,
    log_tail,
    start_process,
    stop_leftover,
)

__all__ = ["Part", "Supervisor", "is_supervised", "sole_supervisor"]

_LOCK = "supervisor.lock"
_FIRST_DELAY = 0.2
_LONGEST_DELAY = 10.0
_STEADY_AFTER = 60.0
_FIRST_STARTS = 3
_POLL = 0.03


async def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the platform: how it starts, when it is ready, how long it may take to stop."""

    name: str
    launch: Launch
    is_ready: Callable[[], Awaitable[bool]]
    prepare: Callable[[], Awaitable[None]] = _nothing
    """Runs before every start."""
    when_first_ready: Callable[[], Awaitable[object]] = _nothing
    """Runs once in the supervisor's life; the parts after this one wait for it."""
    ready_within: float = 60.0
    stop_within: float = 10.0


class Supervisor:
    """Runs the parts of one state folder: those of one stage side by side, the stages in order."""

    def __init__(
        self, state_folder: Path, stages: Sequence[Sequence[Part]], report: Callable[[str], None]
    ) -> None:
        """Take the parts, and where a line about what happens to them goes."""
        self._state_folder = state_folder
        self._stages = [[_Keeper(part, state_folder, report) for part in stage] for stage in stages]
        self._report = report
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Ask for the end; `run` returns when all parts have stopped."""
        self._stop.set()

    async def run(self, when_clear: Callable[[], None], when_ready: Callable[[], None]) -> None:
        """Run until a signal or `stop`, inside `sole_supervisor`.

        `when_clear` is called once nothing of an earlier run is left, and may refuse the start by
        raising; `when_ready` is called once every part is ready for the first time.
        """
        async with self._stopped_by_signals():
            await self._end_leftovers()
            when_clear()
            keeping: list[asyncio.Task[None]] = []
            try:
                for stage in self._stages:
                    keeping += [asyncio.create_task(keeper.keep()) for keeper in stage]
                    if not await self._until_stage_ready(stage, keeping):
                        return
                when_ready()
                await self._stop_or_first_of(keeping)
            finally:
                await self._stop_all(keeping)

    async def _until_stage_ready(
        self, stage: list[_Keeper], keeping: list[asyncio.Task[None]]
    ) -> bool:
        """Wait for a stage; False when the stop was asked for first."""

        async def all_ready() -> None:
            await asyncio.gather(*(keeper.ready.wait() for keeper in stage))

        readiness = asyncio.create_task(all_ready())
        await self._stop_or_first_of([*keeping, readiness])
        readiness.cancel()
        return not self._stop.is_set()

    async def _stop_or_first_of(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Wait for the stop or the first of the tasks, whose error, if any, is raised."""
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait({stopping, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    await task
        finally:
            stopping.cancel()

    async def _stop_all(self, keeping: list[asyncio.Task[None]]) -> None:
        if keeping:
            self._report("stopping all parts")
        for stage in reversed(self._stages):
            for keeper in reversed(stage):
                await keeper.stop()
        await asyncio.gather(*keeping, return_exceptions=True)

    async def _end_leftovers(self) -> None:
        for stage in reversed(self._stages):
            for keeper in reversed(stage):
                part = keeper.part
                pid = await stop_leftover(part.name, self._state_folder, part.stop_within)
                if pid is not None:
                    self._report(f"{part.name}, process {pid}, was left by a killed run: stopped")

    @contextlib.asynccontextmanager
    async def _stopped_by_signals(self) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        for number in signals:
            loop.add_signal_handler(number, self.stop)
        try:
            yield
        finally:
            for number in signals:
                loop.remove_signal_handler(number)


class _Keeper:
    """Keeps one part running until it is told to stop."""

    def __init__(self, part: Part, state_folder: Path, report: Callable[[str], None]) -> None:
        self.part = part
        self.ready = asyncio.Event()
        self._state_folder = state_folder
        self._report = report
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()

    async def stop(self) -> None:
        """Stop the part, and wait until it has ended."""
        self._stopping.set()
        await self._ended.wait()

    async def keep(self) -> None:
        """Start the part again and again.

        Raises:
            StackError: it has never been ready, and starting it again has not helped.
        """
        self._ended.clear()
        try:
            await self._keep()
        finally:
            self._ended.set()

    async def _keep(self) -> None:
        clock = asyncio.get_running_loop().time
        deaths, delay = 0, _FIRST_DELAY
        while not self._stopping.is_set():
            await self.part.prepare()
            if self._stopping.is_set():
                return
            started = clock()
            end = await self._run_once()
            if self._stopping.is_set():
                return
            deaths += 1
            if clock() - started > _STEADY_AFTER:
                delay = _FIRST_DELAY
            if not self.ready.is_set() and deaths >= _FIRST_STARTS:
                message = f"{self.part.name} does not start ({end}). {self._end_of_log()}"
                raise StackError(message, part=self.part.name)
            self._report(
                f"{self.part.name} died ({end}), death {deaths} of this run; "
                f"it starts again in {delay:.1f} s. {self._end_of_log()}"
            )
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)
            delay = min(delay * 2, _LONGEST_DELAY)

    async def _run_once(self) -> str:
        """Run the part until it ends or is to be stopped, and say in words how it ended."""
        process = await start_process(self.part.name, self.part.launch, self._state_folder)
        ended = asyncio.create_task(process.wait())
        stopping = asyncio.create_task(self._stopping.wait())
        readiness = asyncio.create_task(self._become_ready())
        ends = {ended, stopping}
        try:
            await asyncio.wait({*ends, readiness}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done() and readiness.done():
                if not await readiness:
                    return f"not ready within {self.part.ready_within:.0f} s"
                await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not ended.done():
                await process.stop(self.part.stop_within)
            stopping.cancel()
            readiness.cancel()
            # What the readiness failed with has been raised above, or came of the part's own end.
            await asyncio.gather(stopping, readiness, return_exceptions=True)
        return describe_exit(await ended)

    async def _become_ready(self) -> bool:
        """Wait until the part is ready; False when it took too long."""
        again = self.ready.is_set()
        clock = asyncio.get_running_loop().time
        started = clock()
        while not await self.part.is_ready():
            if clock() - started > self.part.ready_within:
                return False
            await asyncio.sleep(_POLL)
        if again:
            self._report(f"{self.part.name} is ready again after {clock() - started:.1f} s")
        else:
            await self.part.when_first_ready()
            self.ready.set()
        return True

    def _end_of_log(self) -> str:
        lines = log_tail(self._state_folder, self.part.name)
        log = log_path(self._state_folder, self.part.name)
        return f"The end of {log}:" + "".join(f"\n    {line}" for line in lines)


def is_supervised(state_folder: Path) -> bool:
    """Whether a supervisor runs on this state folder."""
    if not (state_folder / _LOCK).exists():
        return False
    with (state_folder / _LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextlib.contextmanager
def sole_supervisor(state_folder: Path) -> Iterator[None]:
    """Hold the state folder, made where it is missing, against every other supervisor.

    Raises:
        StackError: another one has it.
    """
    state_folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (state_folder / _LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            message = (
                f"`holdfast up` already runs on {state_folder} (process {file.read().strip()}): "
                f"stop that one, or set HOLDFAST_STATE_FOLDER to another folder"
            )
            raise StackError(message, state_folder=str(state_folder)) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
