"""The embedded PostgreSQL: made once, then run in the foreground as a child of the supervisor.

It listens on a socket only, in a folder that only its own user may enter; that is why connecting
needs no password. It survives `kill -9`: a start first waits for, or ends, what is left of a server
on the same data, since two on one folder would be the end of the evidence.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from holdfast.errors import StackError
from holdfast.stack.postgres_home import (
    ServerUser,
    home_of,
    open_home,
    open_socket_folder,
    programs,
    socket_folder,
)
from holdfast.stack.processes import Launch

__all__ = ["EmbeddedPostgres", "embedded_url"]

_DATABASE = "holdfast"
_SUPERUSER = "postgres"
_BACKENDS_END_WITHIN = 10.0
_ANSWERS_WITHIN = 2.0
_POLL = 0.02


def embedded_url(state_folder: Path, role: str, database: str = _DATABASE) -> str:
    """Return the URL by which `role` reaches the embedded database of this state folder."""
    return (
        f"postgresql://{role}@/{database}?host={quote(str(socket_folder(home_of(state_folder))))}"
    )


class EmbeddedPostgres:
    """The server whose data belongs to one state folder; the supervisor runs it and restarts it."""

    def __init__(self, state_folder: Path) -> None:
        """Find who it runs as, and make its folder; the data is made by `prepare`."""
        self._state_folder = state_folder
        self._user = ServerUser.find()
        self._home = open_home(state_folder, self._user)
        self._data = self._home / "data"
        self._programs = programs(self._home, self._user)

    @property
    def launch(self) -> Launch:
        """How the supervisor starts the server; SIGINT stops it without waiting for clients."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": _quoted(socket_folder(self._home)),
            "unix_socket_permissions": "0700",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "log_line_prefix": "%m [%p] %q%u@%d ",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Launch(
            program=(str(self._programs / "postgres"), "-D", str(self._data), *options),
            folder=self._home,
            uid=self._user.uid,
            gid=self._user.gid,
            stop_signal=signal.SIGINT,
        )

    async def prepare(self) -> None:
        """Bring the folders and the data to where the server can start on them."""
        await self._end_leftovers()
        await asyncio.to_thread(open_socket_folder, self._home, self._user)
        if not self._data.exists():
            await asyncio.to_thread(self._make_data)

    async def is_ready(self) -> bool:
        """Whether the server lets us in."""
        url = embedded_url(self._state_folder, _SUPERUSER, "postgres")
        with contextlib.suppress(OSError, asyncpg.PostgresError, TimeoutError):
            connection = await asyncpg.connect(url, timeout=_ANSWERS_WITHIN)
            await connection.close()
            return True
        return False

    async def create_database(self) -> None:
        """Create the database where it is missing; migrations do the rest."""
        url = embedded_url(self._state_folder, _SUPERUSER, "postgres")
        connection = await asyncpg.connect(url, timeout=_ANSWERS_WITHIN)
        try:
            with contextlib.suppress(asyncpg.DuplicateDatabaseError):
                await connection.execute(f"CREATE DATABASE {_DATABASE}")
        finally:
            await connection.close()

    def _make_data(self) -> None:
        """Run initdb beside the place and move the result there, so that a crash leaves no half."""
        partial = self._home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        shutil.chown(partial, self._user.uid, self._user.gid)
        command = [
            *(str(self._programs / "initdb"), "--pgdata", str(partial), "--no-instructions"),
            *("--username", _SUPERUSER, "--auth", "trust", "--encoding", "UTF8"),
            # An order of text that no update of the machine's C library can change under an index.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"),
        ]
        result = subprocess.run(  # noqa: S603 - our own command, no shell
            command,
            cwd=self._home,
            capture_output=True,
            text=True,
            check=False,
            user=self._user.uid if self._user.is_another else None,
            group=self._user.gid if self._user.is_another else None,
            extra_groups=[] if self._user.is_another else None,
        )
        if result.returncode != 0:
            message = (
                f"PostgreSQL could not make its data in {partial}: "
                f"{result.stderr.strip()}; mend that and start again"
            )
            raise StackError(message, folder=str(partial), exit_code=result.returncode)
        partial.rename(self._data)

    async def _end_leftovers(self) -> None:
        """End what a killed supervisor or postmaster left on this data.

        Backends of a killed postmaster end by themselves once they notice; a new one refuses to
        start before that, as they still write to the memory and the files that they share.
        """
        for stop in (signal.SIGINT, signal.SIGKILL):
            leftovers = await asyncio.to_thread(self._processes_on_data)
            for process in leftovers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.send_signal(stop)
            deadline = asyncio.get_running_loop().time() + _BACKENDS_END_WITHIN
            while any(_lives(process) for process in leftovers):
                if asyncio.get_running_loop().time() > deadline:
                    break
                await asyncio.sleep(_POLL)

    def _processes_on_data(self) -> list[psutil.Process]:
        """Return the server's processes: each works in the data folder, whatever its title says."""
        found = []
        for process in psutil.process_iter(["name", "cwd", "uids"]):
            uids = process.info["uids"]
            if uids is None or uids.effective != self._user.uid:
                continue
            if process.info["name"] == "postgres" and process.info["cwd"] == str(self._data):
                found.append(process)
        return found


def _lives(process: psutil.Process) -> bool:
    """Whether it runs; asked without waiting for it, as its parent, perhaps we, has to."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _quoted(path: Path) -> str:
    """Quote one element of a PostgreSQL list setting."""
    return '"' + str(path).replace('"', '""') + '"'
