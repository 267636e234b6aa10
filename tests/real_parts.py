"""Starting the real parts for tests: ports, folders, and one part without a supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from holdfast.stack.processes import Launch, Process, log_tail, start_process

__all__ = ["free_port", "new_state_folder", "running"]

_READY_WITHIN = 30.0
_STOP_WITHIN = 10.0


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def new_state_folder() -> Path:
    """Make a state folder that the database's own user can reach, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="holdfast-test-"))
    folder.chmod(0o711)
    return folder


@contextlib.asynccontextmanager
async def running(
    name: str, launch: Launch, state_folder: Path, is_ready: Callable[[], Awaitable[bool]]
) -> AsyncIterator[Process]:
    """Run one part without a supervisor."""
    process = await start_process(name, launch, state_folder)
    try:
        async with asyncio.timeout(_READY_WITHIN):
            while not await is_ready():
                assert process.child.returncode is None, log_tail(state_folder, name)
                await asyncio.sleep(0.02)
        yield process
    finally:
        await process.stop(_STOP_WITHIN)
