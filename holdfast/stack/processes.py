"""One part as a child process: its start, its log, its end, and the trace that it leaves on disk.

Invariant: a part runs in a session of its own, so that a Ctrl-C in the terminal reaches only the
supervisor, and nothing of that session outlives the part.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

__all__ = [
    "Launch",
    "Process",
    "describe_exit",
    "log_path",
    "log_tail",
    "start_process",
    "stop_leftover",
]

_LAUNCHER = Path(__file__).with_name("launch.py")
_LARGEST_LOG = 10 * 1024 * 1024
_TAIL_BYTES = 16 * 1024
_KILL_WITHIN = 5.0
# The boot time, from which creation times are counted, may move by a clock step in between.
_SAME_CREATION = 2.0


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start a part: its program, as whom, where, and the signal that asks it to stop."""

    program: tuple[str, ...]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    uid: int = field(default_factory=os.geteuid)
    gid: int = field(default_factory=os.getegid)
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class Process:
    """A running part."""

    name: str
    launch: Launch
    child: asyncio.subprocess.Process
    record: Path

    @property
    def pid(self) -> int:
        """The process id, which the start does not change on its way to the part's program."""
        return self.child.pid

    async def wait(self) -> int:
        """Wait for the end, and return the exit code, negative for a signal."""
        code = await self.child.wait()
        _kill_session(self.pid)
        self.record.unlink(missing_ok=True)
        return code

    async def stop(self, within: float) -> None:
        """Ask it to stop; kill all of its session when it has not stopped in time."""
        with contextlib.suppress(ProcessLookupError):
            self.child.send_signal(self.launch.stop_signal)
        try:
            await asyncio.wait_for(self.wait(), within)
        except TimeoutError:
            _kill_session(self.pid)
            await self.wait()


async def start_process(name: str, launch: Launch, state_folder: Path) -> Process:
    """Start a part in a session of its own, its output appended to its log.

    A crash of the supervisor right after the start and before the record leaves a part that only
    the kernel's signal ends (Linux), or that holds its port: the next start then names its process.
    """
    log = _open_log(state_folder, name)
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-I", "-S", str(_LAUNCHER)),
            *(str(os.getpid()), str(int(launch.stop_signal)), str(launch.uid), str(launch.gid)),
            *launch.program,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=launch.folder,
            env={**os.environ, **launch.environment},
            start_new_session=True,
        )
    finally:
        os.close(log)
    record = state_folder / "run" / f"{name}.json"
    _write_record(record, child.pid, launch)
    return Process(name, launch, child, record)


async def stop_leftover(name: str, state_folder: Path, within: float) -> int | None:
    """End the part that a killed supervisor of this state folder left running.

    Returns its process id, or None where there is none: the record must match a living process in
    its id and its time of creation, as ids are used again.
    """
    record = state_folder / "run" / f"{name}.json"
    if not record.exists():
        return None
    try:
        found = json.loads(record.read_text())
    except json.JSONDecodeError:
        # A power failure can leave an empty file; what it named went with the machine.
        found = None
    process = _same_process(found["pid"], found["created"]) if found is not None else None
    if process is not None:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(found["stop_signal"])
            await _wait_gone(process, within)
    record.unlink(missing_ok=True)
    return None if process is None else process.pid


def describe_exit(code: int) -> str:
    """Return `exit code 1` or `SIGKILL`."""
    if code >= 0:
        return f"exit code {code}"
    return signal.Signals(-code).name


def log_tail(state_folder: Path, name: str, lines: int = 15) -> list[str]:
    """Return the last lines of a part's log."""
    path = log_path(state_folder, name)
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        return file.read().decode(errors="replace").splitlines()[-lines:]


def log_path(state_folder: Path, name: str) -> Path:
    """Return the file that a part's output goes to."""
    return state_folder / "logs" / f"{name}.log"


def _open_log(state_folder: Path, name: str) -> int:
    """Open the log for appending; a full one is kept once, under another name."""
    path = log_path(state_folder, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _write_record(record: Path, pid: int, launch: Launch) -> None:
    try:
        created = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return  # It ended already: there is nothing to clean up after.
    record.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = {"pid": pid, "created": created, "stop_signal": int(launch.stop_signal)}
    partial = record.with_suffix(".partial")
    partial.write_text(json.dumps(content | {"program": launch.program[0]}))
    partial.replace(record)


def _same_process(pid: int, created: float) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
        process = psutil.Process(pid)
        is_same = abs(process.create_time() - created) < _SAME_CREATION
        # Every part leads a session; of what else may have taken the id, hardly anything does.
        if is_same and os.getsid(pid) == pid and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


async def _wait_gone(process: psutil.Process, within: float) -> None:
    deadline = asyncio.get_running_loop().time() + within
    while _same_process(process.pid, process.create_time()) is not None:
        if asyncio.get_running_loop().time() > deadline:
            _kill_session(process.pid)
            deadline += _KILL_WITHIN
        await asyncio.sleep(0.02)


def _kill_session(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
