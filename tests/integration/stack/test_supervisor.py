"""That the supervisor starts parts in order, brings them back, and stops all of them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from holdfast.errors import StackError
from holdfast.stack.processes import Launch, start_process
from holdfast.stack.supervisor import Part, Supervisor, is_supervised, sole_supervisor

_READY = "import pathlib, sys, time; pathlib.Path(sys.argv[1]).touch(); print('up', flush=True)\n"
_RUNS = _READY + "time.sleep(60)"
_STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _RUNS
_WITHIN = 20.0


class _Recorder:
    """Records what the supervisor told, and lets a test wait for a line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ready = asyncio.Event()

    async def until(self, words: str) -> None:
        async with asyncio.timeout(_WITHIN):
            while not any(words in line for line in self.lines):
                await asyncio.sleep(0.01)


def _part(folder: Path, name: str, code: str = _RUNS, *, stop_within: float = 5.0) -> Part:
    """A tiny real process; it is ready when it has made its file."""
    sign = folder / f"{name}.ready"

    async def forget() -> None:
        sign.unlink(missing_ok=True)

    async def is_ready() -> bool:
        return sign.exists()

    launch = Launch(program=(sys.executable, "-I", "-S", "-c", code, str(sign)))
    return Part(name, launch, is_ready, prepare=forget, stop_within=stop_within)


def _nothing() -> None:
    """Refuse nothing."""


@contextlib.asynccontextmanager
async def _supervised(
    folder: Path, *stages: list[Part], when_clear: Callable[[], None] = _nothing
) -> AsyncIterator[_Recorder]:
    """Run a supervisor beside the test, and stop it afterwards."""
    told = _Recorder()
    supervisor = Supervisor(folder, stages, told.lines.append)
    with sole_supervisor(folder):
        run = asyncio.create_task(supervisor.run(when_clear, told.ready.set))
        waiting = asyncio.create_task(told.ready.wait())
        try:
            async with asyncio.timeout(_WITHIN):
                await asyncio.wait({run, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if run.done():
                await run
            yield told
        finally:
            waiting.cancel()
            supervisor.stop()
            await run


def _processes(folder: Path) -> list[psutil.Process]:
    """Our children whose command line names the folder."""
    found = []
    for process in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(str(folder) in word for word in process.cmdline()):
                found.append(process)
    return found


async def test_part_that_is_killed_comes_back_and_is_reported(tmp_path: Path) -> None:
    """One line tells the part, how it died and how often; then it is ready again."""
    async with _supervised(tmp_path, [_part(tmp_path, "worker")]) as told:
        (process,) = _processes(tmp_path)
        process.kill()
        await told.until("worker is ready again")

        assert "worker died (SIGKILL), death 1" in told.lines[0]
        assert told.lines[0].endswith("up"), "the end of its log is shown"
        assert len(_processes(tmp_path)) == 1


async def test_stages_start_in_order_and_stop_in_reverse(tmp_path: Path) -> None:
    """What works on the state starts after what keeps it, and stops before."""
    journal = tmp_path / "journal"
    code = (
        "import pathlib, signal, sys\n"
        f"def write(line):\n  with open({str(journal)!r}, 'a') as file: print(line, file=file)\n"
        "def stop(*_):\n  write('stop ' + name); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        "name = pathlib.Path(sys.argv[1]).stem; write('start ' + name)\n" + _RUNS
    )
    parts = [[_part(tmp_path, name, code)] for name in ("postgres", "worker", "api")]
    async with _supervised(tmp_path, *parts):
        pass

    assert journal.read_text().splitlines() == [
        *("start postgres", "start worker", "start api"),
        *("stop api", "stop worker", "stop postgres"),
    ]
    assert list((tmp_path / "run").iterdir()) == []


async def test_part_that_never_gets_ready_ends_the_start(tmp_path: Path) -> None:
    """The error names its log; the parts before it are stopped."""
    parts = [_part(tmp_path, "postgres")], [_part(tmp_path, "worker", "raise SystemExit('no key')")]

    with pytest.raises(
        StackError, match=r"worker does not start \(exit code 1\).*worker\.log:\n +no key"
    ):
        async with _supervised(tmp_path, *parts):
            pass
    assert _processes(tmp_path) == []


async def test_part_that_ignores_the_request_is_killed_in_time(tmp_path: Path) -> None:
    """A stop takes no longer than the part's limit."""
    clock = asyncio.get_running_loop().time
    async with _supervised(tmp_path, [_part(tmp_path, "worker", _STUBBORN, stop_within=0.3)]):
        started = clock()

    assert clock() - started < 3
    assert _processes(tmp_path) == []


async def test_second_supervisor_is_refused(tmp_path: Path) -> None:
    """It names the process that has the folder; the folder is free again afterwards."""
    with sole_supervisor(tmp_path):
        assert is_supervised(tmp_path)
        with pytest.raises(StackError, match=f"process {os.getpid()}"), sole_supervisor(tmp_path):
            pass
    assert not is_supervised(tmp_path)


async def test_what_a_killed_supervisor_left_is_ended_first(tmp_path: Path) -> None:
    """A part on the record of this folder is stopped before anything may refuse the start."""
    part = _part(tmp_path, "worker")
    left = await start_process("worker", part.launch, tmp_path)
    async with _supervised(tmp_path, [part], when_clear=lambda: _assert_gone(left.pid)) as told:
        assert told.lines == [f"worker, process {left.pid}, was left by a killed run: stopped"]
    await left.wait()


async def test_another_process_with_the_recorded_id_is_left_alone(tmp_path: Path) -> None:
    """Ids are used again: the time of creation tells two processes apart."""
    part = _part(tmp_path, "worker")
    other = await start_process("other", part.launch, tmp_path)
    record = tmp_path / "run" / "other.json"
    content = json.loads(record.read_text())
    record.write_text(json.dumps(content | {"created": content["created"] - 60}))
    record.rename(tmp_path / "run" / "worker.json")
    async with _supervised(tmp_path, [part]) as told:
        assert told.lines == []
        assert psutil.pid_exists(other.pid)
    await other.stop(5)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the Linux kernel for it")
async def test_parts_end_with_a_killed_supervisor(tmp_path: Path) -> None:
    """The kernel stops them, though nobody is left to ask."""
    code = (
        "import asyncio, sys, pathlib\n"
        "from holdfast.stack.processes import Launch, start_process\n"
        "async def main():\n"
        "  launch = Launch(program=(sys.executable, '-c', 'import time; time.sleep(60)'))\n"
        "  process = await start_process('worker', launch, pathlib.Path(sys.argv[1]))\n"
        "  print(process.pid, flush=True)\n"
        "  await process.wait()\n"
        "asyncio.run(main())\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as supervisor:
        assert supervisor.stdout is not None
        part = psutil.Process(int(supervisor.stdout.readline()))
        while "sleep" not in " ".join(part.cmdline()):
            await asyncio.sleep(0.01)
        supervisor.send_signal(signal.SIGKILL)
    async with asyncio.timeout(_WITHIN):
        while part.is_running() and part.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.01)


def _assert_gone(pid: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        assert psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
